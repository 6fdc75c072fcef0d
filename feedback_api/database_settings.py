"""Where comments are kept: the settings FEEDBACK_STORE and FEEDBACK_DATA."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

NAMES = ("FEEDBACK_DATA",)
_STORE = "FEEDBACK_STORE"
_DATA = "FEEDBACK_DATA"
_DEFAULT = "./data"
_SCHEMES = ("postgresql", "postgres")
_SECRET = re.compile("([?&](?:ssl)?password=)[^&]*")
_EXPECTED = (
    "must be tinydb: and the path of a folder, for example tinydb:./data, or the URL of a "
    "PostgreSQL database, for example postgresql://feedback@db.example.org/feedback, with signs "
    "such as / # ? % @ : in a password written as %2F %23 %3F %25 %40 %3A"
)
_HOST = re.compile(r"(?:\[[^\[\]]+\]|[^:\[\]]*)(?::[0-9]+)?")
_NOT_ENCODED = re.compile("%(?![0-9A-Fa-f]{2})|%00| ")
_ReadT = TypeVar("_ReadT")


class Read(Protocol):
    """What read makes of a setting; None if it is not set or makes no sense."""

    def __call__(self, name: str, read: Callable[[str], _ReadT], /) -> _ReadT | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """How the database is reached: a URL as libpq reads it, with all that is secret in it."""

    url: str = field(repr=False)

    def described(self) -> str:
        """Without passwords."""
        account, at, _hosts = urlsplit(self.url).netloc.rpartition("@")
        name, colon, _password = account.partition(":")
        shown = self.url.replace(account + at, f"{name}:…@", 1) if colon else self.url
        return _SECRET.sub(r"\1…", shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlace:
    """`data`: the folder of TinyDB files; with a database what stays on this machine alone."""

    data: Path
    database: DatabaseSettings | None


def read_place(read: Read, wrong: list[str]) -> StorePlace:
    """What is wrong goes to `wrong`."""
    store = read(_STORE, read_store)
    data = read(_DATA, _folder)
    if isinstance(store, DatabaseSettings):
        if read("FEEDBACK_SECRET", str) is None:
            wrong.append(
                "FEEDBACK_SECRET must be set once FEEDBACK_STORE is a database: receipts hang on "
                "it, and all replicas must have the same."
            )
        return StorePlace(data=data or _folder(_DEFAULT), database=store)
    if data is not None:
        wrong.append(
            f"{_DATA} goes with a database; with tinydb the folder stands in {_STORE} itself."
        )
    return StorePlace(data=store or _folder(_DEFAULT), database=None)


def described(place: StorePlace) -> Mapping[str, str]:
    """Each setting as it is in force, fit to be shown to anybody."""
    if place.database is None:
        return {_STORE: f"tinydb:{place.data}", _DATA: "none"}
    return {_STORE: place.database.described(), _DATA: str(place.data)}


def read_store(value: str) -> Path | DatabaseSettings:
    """The folder or the database that a text names. Raises ValueError with words."""
    kind, colon, rest = value.partition(":")
    if kind == "tinydb" and colon and rest.strip():
        return _folder(rest)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError(_EXPECTED) from None
    is_database = parts.scheme in _SCHEMES and parts.path.strip("/") and value.isprintable()
    if is_database and _is_plain(parts.netloc) and not _NOT_ENCODED.search(value):
        return DatabaseSettings(url=value)
    raise ValueError(_EXPECTED)


def _is_plain(place: str) -> bool:
    """Whether no part of a password can be taken for a host or a port, which are shown."""
    account, _at, hosts = place.rpartition("@")
    return "@" not in account and all(map(_HOST.fullmatch, hosts.split(",")))


def _folder(value: str) -> Path:
    return Path(value.strip()).expanduser().absolute()
