"""How mail leaves the service and when editors get their digest, from the settings' texts."""

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedback_api.mail_addresses import Mailbox

SMTP_EXAMPLE = "smtp://user:password@mail.example.org:587"
DIGEST_EXAMPLE = "07:30 Europe/Lisbon"
_PORTS = {"smtp": 587, "smtps": 465}
_RELAY_PORT = 25
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Security(StrEnum):
    """How the connection to the SMTP server is kept from strangers."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mails are handed over."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def described(self) -> str:
        """As in the setting, without the password."""
        scheme = "smtps" if self.security is Security.TLS else "smtp"
        user = "" if self.username is None else f"{self.username}:…@"
        host = f"[{self.host}]" if ":" in self.host else self.host
        query = {Security.STARTTLS: "?starttls=require", Security.NONE: "?starttls=never"}
        return f"{scheme}://{user}{host}:{self.port}{query.get(self.security, '')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """When editors get their digest: a time of day by the clocks of a zone."""

    at: time
    zone: str

    def described(self) -> str:
        """As in the setting."""
        return f"{self.at:%H:%M} {self.zone}"

    def last_before(self, now: datetime) -> datetime:
        """The last moment when it was due, in `now`'s zone; `now` itself counts.

        Where clocks skip the time it is due at the change, where they show it twice at the first.
        """
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=offset) for offset in (-2, -1, 0, 1))
        moments = (datetime.combine(day, self.at, tzinfo=zone) for day in days)
        there = (moment.astimezone(now.tzinfo) for moment in moments)
        return max(moment for moment in there if moment <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Everything about mail, where there is any."""

    smtp: SmtpSettings
    sender: Mailbox
    reply_to: Mailbox | None = None
    digest: DigestTime | None = None


def read_smtp(text: str) -> SmtpSettings:
    """Raises ValueError with words for the operator, and never with the password."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(f"must be like {SMTP_EXAMPLE}") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"must be like {SMTP_EXAMPLE}, or smtps:// for TLS from the start")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("must hold no path; write # and / in a password as %23 and %2F")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("must have a port from 1 to 65535") from None
    security = _security(parts.scheme, parts.hostname, dict(parse_qsl(parts.query)))
    if (parts.username is None) != (parts.password is None):
        raise ValueError("must have both user and password, or neither")
    if parts.password is not None and security is Security.NONE and not _is_here(parts.hostname):
        raise ValueError("must not send a password to another machine without TLS")
    usual = _PORTS[parts.scheme] if security is not Security.NONE else _RELAY_PORT
    return SmtpSettings(
        host=parts.hostname,
        port=port or usual,
        security=security,
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def read_digest(text: str) -> DigestTime:
    """Raises ValueError with words for the operator."""
    at, _, zone = text.partition(" ")
    try:
        ZoneInfo(zone.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ""
    if not _TIME.fullmatch(at) or not zone:
        raise ValueError(f"must be a time of day and a time zone, for example {DIGEST_EXAMPLE}")
    return DigestTime(at=time.fromisoformat(at), zone=zone.strip())


def _security(scheme: str, host: str, query: dict[str, str]) -> Security:
    starttls = query.pop("starttls", None)
    if query or (scheme == "smtps" and starttls is not None):
        raise ValueError("may end with ?starttls=require or ?starttls=never after smtp://, only")
    if scheme == "smtps":
        return Security.TLS
    if starttls not in {None, "require", "never"}:
        raise ValueError("may say starttls=require or starttls=never")
    usual = "never" if _is_here(host) else "require"
    return Security.STARTTLS if (starttls or usual) == "require" else Security.NONE


def _is_here(host: str) -> bool:
    """Whether the server runs on this machine, where nobody listens in between."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
