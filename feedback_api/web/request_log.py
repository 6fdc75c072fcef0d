"""What the log tells of a request: neither by whom, nor which comment, nor any secret of a URL."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import Scope

from feedback_api.web.permissions import PERMISSIONS

LOG = logging.getLogger("feedback_api.requests")
"""Each record has one argument, an Answered."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SECRET = re.compile(r"(?i)(/feedback/+invitation/+)\S+")
_OUR_WORDS = frozenset(
    word for operation in PERMISSIONS for word in operation.partition(" ")[2].split("/")
)
_PATH_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """Fit to be written as it is; `route` as in the table of operations, `path` as was asked."""

    request_id: str
    method: str
    route: str
    path: str
    status: int
    milliseconds: float


def tell(scope: Scope, route: str, status: int, seconds: float) -> None:
    """Write that a request was answered."""
    if LOG.isEnabledFor(logging.INFO):
        method = scope["method"]
        answered = Answered(
            scope["state"]["request_id"],
            method if method in _METHODS else "other",
            route,
            told_path(scope["path"], status),
            status,
            round(seconds * 1000, 1),
        )
        LOG.info("%s", answered)


def told_path(path: str, status: int) -> str:
    """On one line; of what was not found, the words that are the service's own alone."""
    shown = _SECRET.sub(r"\1…", _ID.sub("…", quote(path)))
    return shown if 200 <= status < 300 else _of_our_words(shown)


def _of_our_words(path: str) -> str:
    """The path without what is no word of the service's own: strangers can write anything there.

    A receipt or an address that was typed into the browser's line for addresses, for example.
    """
    parts = (part if part in _OUR_WORDS or not part else "…" for part in path.split("/"))
    return "/".join(parts)[:_PATH_CHARACTERS]
