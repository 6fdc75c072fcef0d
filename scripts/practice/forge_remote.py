"""Which repository on which forge a git remote is, told from its address alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from practice.forge_address import HOSTS, Forge

# By git-clone(1), what has no slash before its first colon is `[user@]host:path`.
_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>\[[^\]/]+\]|[^:/@\[\]]+):(?P<path>(?!//).+)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_WEB = ("http", "https")
_SCHEMES = (*_WEB, "ssh", "git", "git+ssh", "ssh+git")
# Forges also answer ssh on the port of https, under another name.
_SSH_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_SECRET = re.compile(r"(?<=://)[^/\s@]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """`origin` is where its pages are, if the address says so; never with a name or password."""

    host: str
    path: str
    origin: str = ""


def forge_of_remote(address: str, configured: Forge | None) -> Forge | None:
    """The forge behind a remote's address; None for a folder and for hosts nobody has named.

    `configured` is what mkdocs.yml says: it makes hosts known that have no famous name.
    """
    place = _place(address)
    if place is None or not place.path:
        return None
    own = (urlsplit(configured.address).hostname or "") if configured else ""
    if configured and place.host == own:
        return _beside(configured, place)
    if place.host in HOSTS:
        origin = place.origin or f"https://{place.host}"
        return Forge(kind=HOSTS[place.host], address=f"{origin}/{quote(place.path)}")
    if configured and place.path.casefold() == configured.path.casefold():
        # A name from ~/.ssh/config that stands for the forge.
        return configured
    return None


def _beside(configured: Forge, place: _Place) -> Forge:
    """The same repository, or another on the same forge, such as a fork."""
    if f"/{configured.path}".casefold().endswith(f"/{place.path}".casefold()):
        # A forge may live below a path of its host, which ssh does not know.
        return configured
    origin = configured.address.removesuffix(configured.path).rstrip("/")
    return Forge(kind=configured.kind, address=f"{origin}/{quote(place.path)}")


def forge_of_remotes(addresses: Iterable[str], configured: Forge | None) -> Forge | None:
    """The first forge behind several addresses of one remote."""
    found = (forge_of_remote(address, configured) for address in addresses)
    return next((forge for forge in found if forge), None)


def without_secrets(text: str) -> str:
    """Text of git or another tool without the names and tokens that addresses may carry."""
    return _SECRET.sub("", text)


def _place(address: str) -> _Place | None:
    if "://" in address:
        return _place_of_url(address)
    match = None if _DRIVE.match(address) else _SCP.fullmatch(address)
    if match is None:
        return None
    host = match["host"].strip("[]").lower()
    return _Place(host=_SSH_HOSTS.get(host, host), path=_repository(match["path"]))


def _place_of_url(address: str) -> _Place | None:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not host:
        return None
    path = _repository(unquote(parts.path))
    if parts.scheme not in _WEB:
        return _Place(host=_SSH_HOSTS.get(host, host), path=path)
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    return _Place(host=host, path=path, origin=origin)


def _repository(path: str) -> str:
    return path.strip("/").removesuffix(".git").rstrip("/")
