"""The repository that changes are proposed to, from the settings' texts."""

import base64
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from feedback_api.mail_addresses import Mailbox, Undeliverable, mailbox

BRANCH = "main"
AUTHOR = "must be like Code of practice <code@example.org>"
_ADDRESS = (
    "must be the path of a repository, https://git.example.org/code.git, "
    "ssh://git@git.example.org/code.git or git@git.example.org:code.git; "
    "http:// only to this machine, and none with a password, a ? or a #"
)
# By git-clone(1): no slash before the first colon.
_SCP = re.compile(r"(?:[\w.-]+@)?(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:]+\]):(?![:/]{2})[^\s:][^\s]*")
# What git-check-ref-format(1) forbids.
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|//|@\{|^@$|^[-/.]|/\.|[/.]$|\.lock(/|$)")
_USER = "x-access-token"
_IDENTITY = re.compile(r"[^<>\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where it is: `address` as git takes it, never with a secret; `protocol` the only one used.

    `origin` is scheme and host of an https address.
    """

    address: str
    protocol: str
    origin: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySettings:
    """Everything about proposing changes, where that is on."""

    remote: Remote
    branch: str
    author: Mailbox
    key: Path | None
    token: str | None = field(repr=False)

    def authorization(self) -> str:
        """The header of an https request, "" without a token. RFC 7617."""
        if not self.token:
            return ""
        pair = f"{self.remote.user or _USER}:{self.token}"
        return f"Authorization: Basic {base64.b64encode(pair.encode()).decode('ascii')}"


def read_remote(text: str) -> Remote:
    """Raises ValueError with words for the operator, and never with the address."""
    if not text.isprintable() or text.startswith("-") or "::" in text:
        raise ValueError(_ADDRESS)
    if "://" in text:
        return _url(text)
    if _SCP.fullmatch(text) and not Path(text).exists():
        return Remote(address=text, protocol="ssh")
    return Remote(address=str(Path(text).expanduser().absolute()), protocol="file")


def read_branch(text: str) -> str:
    """Raises ValueError with words for the operator."""
    if _NO_BRANCH.search(text):
        raise ValueError("must be the name of a branch, for example main")
    return text


def read_author(text: str) -> Mailbox:
    """Raises ValueError with words for the operator."""
    try:
        author = mailbox(text)
    except Undeliverable:
        author = None
    if author is None or not author.name or not _IDENTITY.fullmatch(author.name):
        raise ValueError(AUTHOR)
    return author


def read_key_path(text: str) -> Path:
    """Raises ValueError with words for the operator."""
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError("must be the path of a private key that is there")
    return path


def read_token(text: str) -> str:
    """Raises ValueError with words for the operator, and never with the token."""
    if not re.fullmatch("[!-~]+", text):
        raise ValueError("must be one word of letters, digits and signs")
    return text


def misfits(remote: Remote, key: Path | None, token: str | None) -> Iterator[str]:
    """What does not go together, for the operator."""
    if key and remote.protocol != "ssh":
        yield "FEEDBACK_REPOSITORY_KEY is for ssh; FEEDBACK_REPOSITORY is something else."
    if token and not remote.origin:
        yield "FEEDBACK_REPOSITORY_TOKEN is for https; FEEDBACK_REPOSITORY is something else."


def described(settings: RepositorySettings | None) -> Mapping[str, str]:
    """Fit to be shown to anybody; a path or a user in an address is no secret, a token is."""
    return {
        "FEEDBACK_REPOSITORY": settings.remote.address if settings else "none",
        "FEEDBACK_REPOSITORY_BRANCH": settings.branch if settings else "none",
        "FEEDBACK_REPOSITORY_AUTHOR": str(settings.author) if settings else "none",
        "FEEDBACK_REPOSITORY_KEY": str(settings.key) if settings and settings.key else "none",
        "FEEDBACK_REPOSITORY_TOKEN": "set" if settings and settings.token else "none",
    }


def _url(text: str) -> Remote:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(_ADDRESS) from None
    if parts.password is not None or parts.query or parts.fragment or " " in text:
        raise ValueError(_ADDRESS)
    if parts.scheme == "file" and not host and parts.path.startswith("/"):
        return Remote(address=text, protocol="file")
    if not host or not re.fullmatch(r"[A-Za-z0-9:][\w.:-]*", host) or not parts.path.strip("/"):
        raise ValueError(_ADDRESS)
    if parts.scheme == "ssh":
        return Remote(address=text, protocol="ssh")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host)):
        shown = f"[{host}]" if ":" in host else host
        place = f"{shown}:{port}" if port else shown
        address = urlunsplit((parts.scheme, place, parts.path, "", ""))
        return Remote(
            address=address,
            protocol=parts.scheme,
            origin=f"{parts.scheme}://{place}",
            user=parts.username or "",
        )
    raise ValueError(_ADDRESS)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
