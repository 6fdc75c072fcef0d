"""Settings from the environment, checked at start; a misspelt name is refused, not ignored."""

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from feedback_api import backup_key, log_settings
from feedback_api import database_settings as stores
from feedback_api import privacy_settings as privacies
from feedback_api import repository_settings as repositories
from feedback_api.backup_key import BackupKey
from feedback_api.database_settings import StorePlace
from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.fault import shown
from feedback_api.limit_settings import NAMES as LIMIT_NAMES
from feedback_api.limit_settings import LimitSettings, read_limits
from feedback_api.log_settings import LogForm
from feedback_api.mail_addresses import Mailbox, Undeliverable, mailbox
from feedback_api.mail_settings import MailSettings, read_digest, read_smtp
from feedback_api.metrics_settings import NAMES as METRICS_NAMES
from feedback_api.metrics_settings import MetricsSettings, read_metrics
from feedback_api.oidc_settings import NAMES as OIDC_NAMES
from feedback_api.oidc_settings import SignInSettings, read_sign_in
from feedback_api.oidc_settings import described as described_sign_in
from feedback_api.repository_settings import RepositorySettings
from feedback_api.services.deadlines import ANSWER_DAYS
from feedback_api.services.privacy_terms import PrivacyTerms
from feedback_api.webhook_settings import (
    LEAST_SECRET_CHARACTERS,
    WebhookSettings,
    read_key,
    read_targets,
)

PREFIX = "FEEDBACK_"
NAMES = (
    "FEEDBACK_STORE",
    *stores.NAMES,
    "FEEDBACK_SITE",
    "FEEDBACK_SECTIONS",
    "FEEDBACK_LANGUAGES",
    "FEEDBACK_ORIGIN",
    "FEEDBACK_SITE_ORIGIN",
    "FEEDBACK_SECRET",
    "FEEDBACK_TRUSTED_PROXIES",
    "FEEDBACK_ANSWER_DAYS",
    "FEEDBACK_COMMITS",
    "FEEDBACK_SMTP",
    "FEEDBACK_MAIL_FROM",
    "FEEDBACK_MAIL_REPLY_TO",
    "FEEDBACK_DIGEST",
    "FEEDBACK_WEBHOOKS",
    "FEEDBACK_WEBHOOK_SECRET",
    "FEEDBACK_REPOSITORY",
    "FEEDBACK_REPOSITORY_BRANCH",
    "FEEDBACK_REPOSITORY_AUTHOR",
    "FEEDBACK_REPOSITORY_KEY",
    "FEEDBACK_REPOSITORY_TOKEN",
    *privacies.NAMES,
    *LIMIT_NAMES,
    *backup_key.NAMES,
    *OIDC_NAMES,
    *METRICS_NAMES,
    log_settings.NAME,
)
DEFAULT_ORIGIN = "http://localhost:8000"
_LEAST_SECRET_CHARACTERS = 32
_MOST_ANSWER_DAYS = 250
_USUAL_PORTS = {"http": 80, "https": 443}
_MAILBOX = "must be like Code of practice <code@example.org>"

_COMMITS = (
    "must be the URL of a commit up to its hash, "
    "for example https://forge.example.org/company/code/commit/"
)

ReadT = TypeVar("ReadT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can choose; an origin is scheme, host and port, without a slash."""

    store: StorePlace
    site: Path
    sections: Path
    languages: Path
    origin: str
    site_origin: str
    secret: str | None
    trusted_proxies: tuple[str, ...]
    answer_days: int
    commits: str
    mail: MailSettings | None
    webhooks: WebhookSettings | None
    repository: RepositorySettings | None
    privacy: PrivacyTerms
    limits: LimitSettings
    backup_key: BackupKey | None
    sign_in: SignInSettings
    metrics: MetricsSettings
    log: LogForm

    @property
    def data(self) -> Path:
        """The folder of this machine."""
        return self.store.data

    def described(self) -> Mapping[str, str]:
        """Each setting as it is in force, fit to be shown to anybody."""
        return {
            **stores.described(self.store),
            "FEEDBACK_SITE": str(self.site),
            "FEEDBACK_SECTIONS": str(self.sections),
            "FEEDBACK_LANGUAGES": str(self.languages),
            "FEEDBACK_ORIGIN": self.origin,
            "FEEDBACK_SITE_ORIGIN": self.site_origin,
            "FEEDBACK_SECRET": "set" if self.secret else f"in {self.data / 'secret'}",
            "FEEDBACK_TRUSTED_PROXIES": ",".join(self.trusted_proxies) or "none",
            "FEEDBACK_ANSWER_DAYS": str(self.answer_days),
            "FEEDBACK_COMMITS": self.commits or "none",
            **_described_mail(self.mail),
            "FEEDBACK_WEBHOOKS": self.webhooks.described() if self.webhooks else "none",
            "FEEDBACK_WEBHOOK_SECRET": "set" if self.webhooks else "none",
            **repositories.described(self.repository),
            **privacies.described(self.privacy),
            **self.limits.described(),
            **backup_key.described(self.backup_key),
            **described_sign_in(self.sign_in),
            **self.metrics.described(),
            log_settings.NAME: self.log.value,
        }


def read_settings(environment: Mapping[str, str], *, origin: str = DEFAULT_ORIGIN) -> Settings:
    """The settings; an empty one counts as not set, `origin` is the default of FEEDBACK_ORIGIN.

    Raises SettingsRefused with everything that is wrong.
    """
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    wrong = [_unknown(name) for name in sorted(given) if name not in NAMES]
    reader = _Reader({name: value.strip() for name, value in given.items() if value.strip()})
    site = Path(reader.text("FEEDBACK_SITE", "./site"))
    own_origin = reader.origin("FEEDBACK_ORIGIN", origin)
    settings = Settings(
        store=stores.read_place(reader.read, reader.wrong),
        site=site,
        sections=Path(reader.text("FEEDBACK_SECTIONS", str(site / "sections.json"))),
        languages=Path(reader.text("FEEDBACK_LANGUAGES", "./languages")),
        origin=own_origin,
        site_origin=reader.origin("FEEDBACK_SITE_ORIGIN", own_origin),
        secret=reader.secret(),
        trusted_proxies=reader.proxies(),
        answer_days=reader.answer_days(),
        commits=reader.commits(),
        mail=reader.mail(),
        webhooks=reader.webhooks(),
        repository=reader.repository(),
        privacy=privacies.read_privacy(reader.read),
        limits=read_limits(reader.read),
        backup_key=backup_key.read_backup_key(reader.read),
        sign_in=read_sign_in(reader.read, reader.wrong),
        metrics=read_metrics(reader.read),
        log=log_settings.read_log(reader.read),
    )
    wrong.extend(reader.wrong)
    if wrong:
        raise SettingsRefused("\n".join(wrong))
    return settings


class _Reader:
    """Reads one setting after the other and gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.wrong: list[str] = []

    def read(self, name: str, read: Callable[[str], ReadT]) -> ReadT | None:
        """What `read` makes of a setting; None if it is not set or makes no sense."""
        value = self._given.get(name)
        if value is None:
            return None
        try:
            return read(value)
        except ValueError as error:
            self.wrong.append(f"{name} {error}.")
            return None

    def text(self, name: str, default: str) -> str:
        return self._given.get(name, default)

    def origin(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            return _origin(value)
        except ValueError:
            self.wrong.append(
                f"{name} must be scheme, host and port, for example https://code.example.org; "
                f"it is {value!r}."
            )
            return default

    def secret(self) -> str | None:
        value = self._given.get("FEEDBACK_SECRET")
        if value is not None and len(value) < _LEAST_SECRET_CHARACTERS:
            self.wrong.append(
                f"FEEDBACK_SECRET must have {_LEAST_SECRET_CHARACTERS} characters or more; "
                "without it the service makes one and keeps it beside the comments."
            )
        return value

    def proxies(self) -> tuple[str, ...]:
        value = self.text("FEEDBACK_TRUSTED_PROXIES", "")
        proxies = tuple(part.strip() for part in value.split(",") if part.strip())
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                self.wrong.append(
                    "FEEDBACK_TRUSTED_PROXIES must be addresses or networks with commas between, "
                    f"for example 127.0.0.1,10.0.0.0/8; it holds {proxy!r}."
                )
        return proxies

    def answer_days(self) -> int:
        value = self.text("FEEDBACK_ANSWER_DAYS", str(ANSWER_DAYS))
        if re.fullmatch("[1-9][0-9]{0,2}", value) and int(value) <= _MOST_ANSWER_DAYS:
            return int(value)
        self.wrong.append(
            "FEEDBACK_ANSWER_DAYS must be the working days within which the text promises a "
            f"decision, from 1 to {_MOST_ANSWER_DAYS}; it is {shown(value)!r}."
        )
        return ANSWER_DAYS

    def commits(self) -> str:
        """ "" without FEEDBACK_COMMITS: then commits are named and lead nowhere."""
        return self.read("FEEDBACK_COMMITS", _commits) or ""

    def mail(self) -> MailSettings | None:
        """None without FEEDBACK_SMTP: then nothing is mailed."""
        smtp = self.read("FEEDBACK_SMTP", read_smtp)
        sender = self.read("FEEDBACK_MAIL_FROM", _mailbox)
        reply_to = self.read("FEEDBACK_MAIL_REPLY_TO", _mailbox)
        digest = self.read("FEEDBACK_DIGEST", read_digest)
        if "FEEDBACK_SMTP" in self._given and "FEEDBACK_MAIL_FROM" not in self._given:
            self.wrong.append(f"FEEDBACK_MAIL_FROM {_MAILBOX} once FEEDBACK_SMTP is set.")
        if smtp is None or sender is None:
            return None
        return MailSettings(smtp=smtp, sender=sender, reply_to=reply_to, digest=digest)

    def webhooks(self) -> WebhookSettings | None:
        """None without FEEDBACK_WEBHOOKS: then no system is told anything."""
        targets = self.read("FEEDBACK_WEBHOOKS", read_targets)
        key = self.read("FEEDBACK_WEBHOOK_SECRET", read_key)
        if targets and "FEEDBACK_WEBHOOK_SECRET" not in self._given:
            self.wrong.append(
                f"FEEDBACK_WEBHOOK_SECRET must have {LEAST_SECRET_CHARACTERS} characters or more "
                "once FEEDBACK_WEBHOOKS is set; receivers check signatures with it."
            )
        return WebhookSettings(targets=targets, key=key) if targets and key else None

    def repository(self) -> RepositorySettings | None:
        """None without FEEDBACK_REPOSITORY: then nothing is proposed from the board."""
        remote = self.read("FEEDBACK_REPOSITORY", repositories.read_remote)
        branch = self.read("FEEDBACK_REPOSITORY_BRANCH", repositories.read_branch)
        author = self.read("FEEDBACK_REPOSITORY_AUTHOR", repositories.read_author)
        key = self.read("FEEDBACK_REPOSITORY_KEY", repositories.read_key_path)
        token = self.read("FEEDBACK_REPOSITORY_TOKEN", repositories.read_token)
        if remote is None:
            return None
        self.wrong.extend(repositories.misfits(remote, key, token))
        if "FEEDBACK_REPOSITORY_AUTHOR" not in self._given:
            self.wrong.append(
                f"FEEDBACK_REPOSITORY_AUTHOR {repositories.AUTHOR} once FEEDBACK_REPOSITORY is set."
            )
        if author is None:
            return None
        return RepositorySettings(
            remote=remote,
            branch=branch or repositories.BRANCH,
            author=author,
            key=key,
            token=token,
        )


def _commits(text: str) -> str:
    parts = urlsplit(text)
    is_web = parts.scheme in _USUAL_PORTS and parts.hostname and parts.username is None
    if not is_web or parts.query or parts.fragment or not parts.path.endswith("/"):
        raise ValueError(_COMMITS)
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(_COMMITS)
    return text


def _mailbox(text: str) -> Mailbox:
    try:
        return mailbox(text)
    except Undeliverable:
        raise ValueError(_MAILBOX) from None


def _described_mail(mail: MailSettings | None) -> Mapping[str, str]:
    return {
        "FEEDBACK_SMTP": mail.smtp.described() if mail else "none",
        "FEEDBACK_MAIL_FROM": str(mail.sender) if mail else "none",
        "FEEDBACK_MAIL_REPLY_TO": str(mail.reply_to) if mail and mail.reply_to else "none",
        "FEEDBACK_DIGEST": mail.digest.described() if mail and mail.digest else "none",
    }


def _unknown(name: str) -> str:
    ends = [known.removeprefix(PREFIX) for known in NAMES]
    close = difflib.get_close_matches(name.removeprefix(PREFIX), ends, n=1)
    hint = f"; {PREFIX}{close[0]} is meant, perhaps" if close else f"; there are {', '.join(NAMES)}"
    return f"{name} is no setting of the service{hint}."


def _origin(value: str) -> str:
    """As browsers write it in an Origin header. Raises ValueError."""
    parts = urlsplit(value)
    host = parts.hostname
    if parts.scheme not in _USUAL_PORTS or not host or parts.username is not None:
        raise ValueError(value)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(value)
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
