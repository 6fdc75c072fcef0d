"""Public answers that wait ready: found by their address alone, and dressed already. See ADR 15.

Only what is the same for everybody is kept here: of the request nothing counts but its address,
what media types it takes and which bytes it has. Everything else is answered in the usual way.
"""

from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Scope

from feedback_api.web.cached_answers import CachedAnswer, Header
from feedback_api.web.request_log import told_path

_IF_NONE_MATCH, _ACCEPT = b"if-none-match", b"accept"
_LOOKED_AT = frozenset(
    {
        _IF_NONE_MATCH,
        _ACCEPT,
        b"content-length",  # a body, which is for whoever answers in the usual way
        b"transfer-encoding",
        b"expect",
        b"origin",  # a script of another site, which may be told that it may read
    }
)
_FOUND = 200


class ReadyAnswer(NamedTuple):
    """`path` as the log tells it; `headers` and `unchanged` are all but the request's id."""

    kept: CachedAnswer
    route: str
    path: str
    headers: tuple[Header, ...]
    unchanged: tuple[Header, ...]


class ReadyAnswers:
    """By address; used by the thread of the event loop alone, but for what lets go of them."""

    def __init__(self) -> None:
        self._answers: dict[bytes, ReadyAnswer] = {}

    def keep(self, scope: Scope, kept: CachedAnswer, dress: Iterable[Header]) -> None:
        """What was just answered, where its address says all there is to say of it.

        Its number is bounded as that of the kept answers is: each has this one address.
        """
        path: str = scope["path"]
        address: bytes = scope.get("raw_path") or b""
        if scope["method"] != "GET" or scope["query_string"] or address != path.encode():
            return
        present = self._answers.get(address)
        if present is not None and present.kept is kept:
            return
        worn = tuple(dress)
        self._answers[address] = ReadyAnswer(
            kept,
            scope["state"]["route"],
            told_path(path, _FOUND),
            (*kept.headers, *worn),
            (*kept.unchanged, *worn),
        )
        if not kept.is_current():  # changed meanwhile, and forgotten before it was here
            self._answers.pop(address, None)

    def find(self, address: bytes, headers: Iterable[Header]) -> tuple[ReadyAnswer, bool] | None:
        """The answer to a GET, and whether who asks has it; None where the usual way is to be gone.

        As every cached answer it may be newer than it says, never older.
        """
        found = self._answers.get(address)
        if found is None:
            return None
        if not found.kept.is_current():
            self._answers.pop(address, None)
            return None
        known: list[bytes] = []
        for name, value in headers:
            if name in _LOOKED_AT:
                if name == _IF_NONE_MATCH:
                    known.append(value)
                elif name != _ACCEPT or b"*/*" not in value:
                    return None
        return found, bool(known) and found.kept.is_among(known)

    def forget_outdated(self) -> None:
        """Let go of what nobody may be given any more."""
        for address, found in list(self._answers.items()):
            if not found.kept.is_current():
                self._answers.pop(address, None)
