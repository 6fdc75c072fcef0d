"""Answers a GET where it stands, if its answer waits ready: without a task or a cycle. See ADR 15.

Of each connection one request at a time, and one of what came together: nobody who sends a thousand
in one packet keeps the others waiting.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
)

_HEADS_KEPT = 2_048
_WRITTEN_APART_BYTES = 4096  # longer bodies are not copied behind their head
Header = tuple[bytes, bytes]
Write = Callable[[int, tuple[Header, ...], str, bytes], None]


class AnswerAtOnce(Protocol):
    """See Door.answer_at_once."""

    def __call__(self, address: bytes, headers: Iterable[Header], write: Write, /) -> bool: ...


def nothing_at_once(_address: bytes, _headers: Iterable[Header], _write: Write) -> bool:
    """Everything is answered in the usual way."""
    return False


class ReadyProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, and quicker where an answer is ready."""

    answer_at_once: AnswerAtOnce = staticmethod(nothing_at_once)
    _may_answer = False
    _is_answered = False

    def data_received(self, data: bytes) -> None:
        self._may_answer = True
        super().data_received(data)

    def on_headers_complete(self) -> None:
        if self._may_answer and self._is_plain_get():
            self._may_answer = False
            self._is_answered = self.answer_at_once(self.url, self.headers, self._write)
        if not self._is_answered:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self._is_answered:
            self._is_answered = False
            self.server_state.total_requests += 1
        else:
            super().on_message_complete()

    @property
    def is_answering(self) -> bool:
        """Whether a request of this connection waits for its answer, or for the rest of it."""
        return self.cycle is not None and not self.cycle.response_complete

    def _is_plain_get(self) -> bool:
        """One that leaves the connection open, and before which nothing waits to be written."""
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and not self.is_answering
            and not self.flow.write_paused
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.transport.is_closing()
        )

    def _write(
        self, status: int, headers: tuple[Header, ...], request_id: str, body: bytes
    ) -> None:
        begun = _begun(status, headers)
        dated = _dated(tuple(self.server_state.default_headers))
        head = b"%b%bx-request-id: %b\r\n\r\n" % (begun, dated, request_id.encode())
        _write_together(self.transport, head, body)


@lru_cache(_HEADS_KEPT)
def _begun(status: int, headers: tuple[Header, ...]) -> bytes:
    return STATUS_LINE[status] + _lines(headers)


@lru_cache(1)
def _dated(headers: tuple[Header, ...]) -> bytes:
    return _lines(headers)


def _lines(headers: tuple[Header, ...]) -> bytes:
    return b"".join(_line(name, value) for name, value in headers)


def _line(name: bytes, value: bytes) -> bytes:
    """Raises RuntimeError for what would be no header, or more than one, as uvicorn does."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("Invalid HTTP header.")
    return b"%b: %b\r\n" % (name, value)


def _write_together(transport: asyncio.Transport, head: bytes, body: bytes) -> None:
    """In one call to the system."""
    if len(body) < _WRITTEN_APART_BYTES:
        transport.write(head + body)
    else:
        transport.writelines((head, body))
