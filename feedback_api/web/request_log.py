"""What the log tells of a request: neither by whom, nor which comment, nor any secret of a URL."""

import re
from typing import NamedTuple, Protocol
from urllib.parse import quote

from starlette.types import Scope

from feedback_api.web.permissions import PERMISSIONS

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID_CHARACTERS = 36
_SECRET = re.compile(r"(?i)(/feedback/+invitation/+)\S+")
_AS_IT_IS = re.compile(r"[A-Za-z0-9/_.~-]*")  # what quote leaves alone
_OUR_WORDS = frozenset(
    word for operation in PERMISSIONS for word in operation.partition(" ")[2].split("/")
)
_PATH_CHARACTERS = 200
_NOT_MODIFIED = 304


class Answered(NamedTuple):
    """Fit to be written as it is; `route` as in the table of operations, `path` as was asked."""

    request_id: str
    method: str
    route: str
    path: str
    status: int
    milliseconds: float


class RequestLog(Protocol):
    """Where it is told; on the event loop, so quickly."""

    def tell(self, told: Answered) -> None:
        """Raises nothing."""


class NoLog:
    """Nobody is told."""

    def tell(self, told: Answered) -> None:
        """See RequestLog."""


NO_LOG = NoLog()


def answered(scope: Scope, route: str, status: int, seconds: float) -> Answered:
    """What may be told of a request that was answered."""
    method = scope["method"]
    return Answered(
        scope["state"]["request_id"],
        method if method in _METHODS else "other",
        route,
        told_path(scope["path"], status),
        status,
        round(seconds * 1000, 1),
    )


def told_path(path: str, status: int) -> str:
    """On one line; of what was not found, the words that are the service's own alone."""
    shown = path if _AS_IT_IS.fullmatch(path) else quote(path)
    if len(shown) >= _ID_CHARACTERS:
        shown = _ID.sub("…", shown)
    if "invitation" in shown.lower():
        shown = _SECRET.sub(r"\1…", shown)
    was_found = 200 <= status < 300 or status == _NOT_MODIFIED
    return shown if was_found else _of_our_words(shown)


def _of_our_words(path: str) -> str:
    """The path without what is no word of the service's own: strangers can write anything there.

    A receipt or an address that was typed into the browser's line for addresses, for example.
    """
    parts = (part if part in _OUR_WORDS or not part else "…" for part in path.split("/"))
    return "/".join(parts)[:_PATH_CHARACTERS]
