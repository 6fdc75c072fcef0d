"""Public answers kept as bytes with an ETag, until what they show has changed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from starlette.types import Receive, Scope, Send

_Headers = list[tuple[bytes, bytes]]
_ValueT = TypeVar("_ValueT")


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """A body with its headers, ready to be sent; `made_from` tells when it is out of date."""

    made_from: tuple[object, ...]
    etag: bytes
    body: bytes
    headers: _Headers
    unchanged: _Headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The body, or 304 for whoever has it (RFC 9110, 13.1.2)."""
        asked = b""
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                asked = value
        known = asked and (asked == self.etag or _is_among(self.etag, asked))
        headers = self.unchanged if known else self.headers
        status = 304 if known else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if known else self.body})


class CachedAnswers:
    """One answer per key; a key must name something that exists, so their number is bounded.

    Where things that exist can be put together in many ways, `limit` bounds it.
    """

    def __init__(self, media_type: str = "application/json", *, limit: int | None = None) -> None:
        self._media_type = media_type
        self._limit = limit
        self._lock = threading.Lock()
        self._answers: dict[str, CachedAnswer] = {}

    def get(
        self, key: str, made_from: tuple[object, ...], make: Callable[[], bytes]
    ) -> CachedAnswer:
        """The kept answer if it was made from the same; else `make` makes it. Raises what it does.

        `made_from` is read before the data: an answer may be newer than it says, never older.
        """
        kept = self._answers.get(key)
        if kept is None or kept.made_from != made_from:
            kept = _answer(made_from, make(), self._media_type)
            self._keep(key, kept)
        return kept

    def _keep(self, key: str, answer: CachedAnswer) -> None:
        with self._lock:
            self._answers.pop(key, None)  # so that the first is the one made longest ago
            self._answers[key] = answer
            if self._limit is not None and len(self._answers) > self._limit:
                del self._answers[next(iter(self._answers))]


class Latest(Generic[_ValueT]):
    """One value, until what it is made from has changed; any number of threads make it once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[tuple[object, ...], _ValueT] | None = None

    def get(self, made_from: tuple[object, ...], make: Callable[[], _ValueT]) -> _ValueT:
        """As CachedAnswers.get."""
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] != made_from:
                kept = self._kept = (made_from, make())
            return kept[1]


def _answer(made_from: tuple[object, ...], body: bytes, media_type: str) -> CachedAnswer:
    etag = b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
    unchanged = [(b"etag", etag), (b"cache-control", b"no-cache")]
    return CachedAnswer(
        made_from=made_from,
        etag=etag,
        body=body,
        headers=[
            (b"content-type", media_type.encode()),
            (b"content-length", str(len(body)).encode()),
            *unchanged,
        ],
        unchanged=unchanged,
    )


def _is_among(etag: bytes, asked: bytes) -> bool:
    tags = [tag.strip().removeprefix(b"W/") for tag in asked.split(b",")]
    return etag in tags or tags == [b"*"]
