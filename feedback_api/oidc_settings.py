"""The OpenID provider that signs editors and reviewers in, from the settings' texts."""

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from feedback_api.services.single_sign_on import Groups

NAMES: Final = (
    "FEEDBACK_OIDC_ISSUER",
    "FEEDBACK_OIDC_CLIENT_ID",
    "FEEDBACK_OIDC_CLIENT_SECRET",
    "FEEDBACK_OIDC_EDITOR_GROUPS",
    "FEEDBACK_OIDC_REVIEWER_GROUPS",
    "FEEDBACK_OIDC_GROUPS_CLAIM",
    "FEEDBACK_OIDC_SCOPES",
    "FEEDBACK_OIDC_HOSTS",
    "FEEDBACK_OIDC_LABEL",
    "FEEDBACK_OIDC_SESSION_MINUTES",
    "FEEDBACK_LOCAL_ACCOUNTS",
)
SESSION_MINUTES = 60
_MOST_SESSION_MINUTES = 720
_SCOPES = "openid profile email"
_GROUPS_CLAIM = "groups"
_LONGEST = 500
_LONGEST_LABEL = 60
_NEEDED = NAMES[1:3]
_ISSUER = (
    "must be the provider's issuer exactly as it names itself, "
    "for example https://login.example.org/realms/company; http:// only on this machine"
)

ReadT = TypeVar("ReadT")
Read = Callable[[str, Callable[[str], str]], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """Everything about the provider, where there is one.

    `hosts`: where it may be called, its own first; `label`: how its button names it, "" for the
    usual words.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    groups: Groups
    groups_claim: str
    scopes: str
    hosts: tuple[str, ...]
    label: str
    session: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSettings:
    """`oidc` is None where nobody signs in by a provider."""

    oidc: OidcSettings | None
    local_accounts: bool


def read_sign_in(read: Read, wrong: list[str]) -> SignInSettings:
    """`read` gives the text of a setting, None for one not set; `wrong` takes what is wrong."""
    texts = ((name, read(name, str)) for name in NAMES)
    given = {name: text for name, text in texts if text is not None}
    reader = _Reader(given, wrong)
    local = reader.read("FEEDBACK_LOCAL_ACCOUNTS", _switch, default="on")
    oidc = reader.oidc()
    if not local and "FEEDBACK_OIDC_ISSUER" not in given:
        wrong.append(
            "FEEDBACK_LOCAL_ACCOUNTS can be off only where FEEDBACK_OIDC_ISSUER names the "
            "provider that signs everybody in."
        )
    return SignInSettings(oidc=oidc, local_accounts=local is not False)


def described(settings: SignInSettings) -> Mapping[str, str]:
    """Each setting as it is in force; the secret is not shown."""
    oidc = settings.oidc
    shown = (
        (
            oidc.issuer,
            oidc.client_id,
            "set",
            _listed(oidc.groups.editors),
            _listed(oidc.groups.reviewers),
            oidc.groups_claim,
            oidc.scopes,
            ",".join(oidc.hosts),
            oidc.label or "none",
            str(int(oidc.session.total_seconds()) // 60),
        )
        if oidc
        else ("none",) * (len(NAMES) - 1)
    )
    return dict(zip(NAMES, (*shown, "on" if settings.local_accounts else "off"), strict=True))


class _Reader:
    """Reads one setting after the other and gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, str], wrong: list[str]) -> None:
        self._given = given
        self._wrong = wrong

    def oidc(self) -> OidcSettings | None:
        if "FEEDBACK_OIDC_ISSUER" not in self._given:
            self._wrong.extend(
                f"{name} means nothing without FEEDBACK_OIDC_ISSUER."
                for name in NAMES[1:-1]
                if name in self._given
            )
            return None
        before = len(self._wrong)
        self._wrong.extend(
            f"{name} must be set once FEEDBACK_OIDC_ISSUER is; the provider gives it to you "
            "when you register this service there."
            for name in _NEEDED
            if name not in self._given
        )
        issuer = self.read("FEEDBACK_OIDC_ISSUER", _issuer)
        client_id = self.read("FEEDBACK_OIDC_CLIENT_ID", _plain)
        secret = self.read("FEEDBACK_OIDC_CLIENT_SECRET", _plain)
        groups = self._groups()
        claim = self.read("FEEDBACK_OIDC_GROUPS_CLAIM", _plain, default=_GROUPS_CLAIM)
        scopes = self.read("FEEDBACK_OIDC_SCOPES", _scopes, default=_SCOPES)
        hosts = self.read("FEEDBACK_OIDC_HOSTS", _hosts, default="")
        label = self.read("FEEDBACK_OIDC_LABEL", _label, default="")
        session = self.read("FEEDBACK_OIDC_SESSION_MINUTES", _minutes, default=str(SESSION_MINUTES))
        if len(self._wrong) > before:
            return None
        return OidcSettings(
            issuer=issuer or "",
            client_id=client_id or "",
            client_secret=secret or "",
            groups=groups,
            groups_claim=claim or "",
            scopes=scopes or "",
            hosts=tuple(dict.fromkeys((urlsplit(issuer or "").netloc.lower(), *(hosts or ())))),
            label=label or "",
            session=session or timedelta(),
        )

    def read(
        self, name: str, read: Callable[[str], ReadT], *, default: str | None = None
    ) -> ReadT | None:
        """What `read` makes of it; None if it is not set or makes no sense."""
        value = self._given.get(name, default)
        if value is None:
            return None
        try:
            return read(value)
        except ValueError as error:
            self._wrong.append(f"{name} {error}.")
            return None

    def _groups(self) -> Groups:
        editors = self.read("FEEDBACK_OIDC_EDITOR_GROUPS", _names, default="")
        reviewers = self.read("FEEDBACK_OIDC_REVIEWER_GROUPS", _names, default="")
        if editors == reviewers == frozenset():
            self._wrong.append(
                "FEEDBACK_OIDC_EDITOR_GROUPS or FEEDBACK_OIDC_REVIEWER_GROUPS must name a group "
                "once FEEDBACK_OIDC_ISSUER is set; without one nobody could sign in."
            )
        return Groups(editors=editors or frozenset(), reviewers=reviewers or frozenset())


def is_safe_url(parts: SplitResult) -> bool:
    """Whether what is sent there cannot be read on the way: https, or this machine itself."""
    if not parts.hostname or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _issuer(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(_ISSUER) from None
    if not is_safe_url(parts) or "?" in text or "#" in text or not _is_one_word(text):
        raise ValueError(_ISSUER)
    return text


def _plain(text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST:
        raise ValueError("holds a character that cannot be printed, or is too long")
    return text


def _scopes(text: str) -> str:
    scopes = text.split()
    if "openid" not in scopes or not text.isascii() or not text.isprintable():
        raise ValueError('must be words with blanks between, and "openid" one of them')
    return " ".join(scopes)


def _names(text: str) -> frozenset[str]:
    """With commas between; as a JSON array where a name holds a comma itself."""
    if not text.startswith("["):
        return frozenset(part.strip() for part in text.split(",") if part.strip())
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
        raise ValueError(
            "must be names with commas between, or a JSON array of texts "
            'such as ["cn=editors,dc=example,dc=org"]'
        )
    return frozenset(names)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if urlsplit(f"//{host}").netloc != host or "@" in host or not _is_one_word(host):
            raise ValueError(
                "must be hosts with commas between, for example keys.example.org,api.example.org"
            )
    return hosts


def _label(text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST_LABEL:
        raise ValueError(f"must be one line of at most {_LONGEST_LABEL} characters")
    return text


def _minutes(text: str) -> timedelta:
    if not re.fullmatch("[1-9][0-9]{0,2}", text) or int(text) > _MOST_SESSION_MINUTES:
        raise ValueError(f"must be minutes from 1 to {_MOST_SESSION_MINUTES}")
    return timedelta(minutes=int(text))


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("must be on or off")
    return text == "on"


def _is_one_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _listed(groups: frozenset[str]) -> str:
    if any("," in name for name in groups):
        return json.dumps(sorted(groups), ensure_ascii=False)
    return ",".join(sorted(groups)) or "none"
