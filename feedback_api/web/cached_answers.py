"""Public answers kept as bytes with an ETag, until what they show has changed."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]
MadeFrom = Callable[[], tuple[object, ...]]
"""Reads anew what an answer is made from; keeps nothing of any request."""
_ValueT = TypeVar("_ValueT")


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """A body with its headers, ready to be sent; `made_from` tells when it is out of date.

    `has_address`: nothing of a request but its address says that this is the answer.
    """

    made_from: tuple[object, ...]
    again: MadeFrom | None
    etag: bytes
    body: bytes
    headers: list[Header]
    unchanged: list[Header]
    has_address: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The body, or 304 for whoever has it (RFC 9110, 13.1.2)."""
        if self.has_address:
            scope["state"]["kept"] = self
        asked = [value for name, value in scope["headers"] if name == b"if-none-match"]
        known = bool(asked) and self.is_among(asked)
        headers = self.unchanged if known else self.headers
        status = 304 if known else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if known else self.body})

    def is_current(self) -> bool:
        """Whether it would be made from the same now, as far as that is known."""
        return self.again is None or self.again() == self.made_from

    def is_among(self, asked: Sequence[bytes]) -> bool:
        """Whether one of the fields of If-None-Match names it; several are one list, joined."""
        if asked[0] == self.etag:
            return True
        tags = [tag.strip().removeprefix(b"W/") for tag in b",".join(asked).split(b",")]
        return self.etag in tags or tags == [b"*"]


class CachedAnswers:
    """One answer per key; a key must name something that exists, so their number is bounded.

    Where things that exist can be put together in many ways, `limit` bounds it.
    """

    def __init__(
        self,
        media_type: str = "application/json",
        *,
        limit: int | None = None,
        have_addresses: bool = False,
    ) -> None:
        """`have_addresses`: each key has one address, whose answer hangs on nothing else."""
        self._media_type = media_type
        self._limit = limit
        self._have_addresses = have_addresses
        self._lock = threading.Lock()
        self._answers: dict[str, CachedAnswer] = {}

    def get(
        self,
        key: str,
        made_from: tuple[object, ...],
        make: Callable[[], bytes],
        *,
        again: MadeFrom | None = None,
    ) -> CachedAnswer:
        """The kept answer if it was made from the same; else `make` makes it. Raises what it does.

        `made_from` is read before the data: an answer may be newer than it says, never older.
        `again` reads it anew.
        """
        kept = self._answers.get(key)
        if kept is None or kept.made_from != made_from:
            kept = self._answer(made_from, again, make())
            self._keep(key, kept)
            if not kept.is_current():  # changed meanwhile, and forgotten before it was here
                self._forget(key, kept)
        return kept

    def forget_outdated(self) -> None:
        """Let go of what nobody may be given any more; an erased comment may be in it."""
        for key, kept in list(self._answers.items()):
            if not kept.is_current():
                self._forget(key, kept)

    def _answer(
        self, made_from: tuple[object, ...], again: MadeFrom | None, body: bytes
    ) -> CachedAnswer:
        etag = b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
        unchanged = [(b"etag", etag), (b"cache-control", b"no-cache")]
        return CachedAnswer(
            made_from=made_from,
            again=again,
            etag=etag,
            body=body,
            headers=[
                (b"content-type", self._media_type.encode()),
                (b"content-length", str(len(body)).encode()),
                *unchanged,
            ],
            unchanged=unchanged,
            has_address=self._have_addresses and again is not None,
        )

    def _forget(self, key: str, answer: CachedAnswer) -> None:
        with self._lock:
            if self._answers.get(key) is answer:
                del self._answers[key]

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
        self._turn = 0

    def get(self, made_from: tuple[object, ...], make: Callable[[], _ValueT]) -> _ValueT:
        """As CachedAnswers.get."""
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] != made_from:
                turn = self._turn
                kept = self._kept = (made_from, make())
                if turn != self._turn:
                    self._kept = None
            return kept[1]

    def forget(self) -> None:
        """Let go of it, also of one that is being made; waits for nobody."""
        self._turn += 1
        self._kept = None
