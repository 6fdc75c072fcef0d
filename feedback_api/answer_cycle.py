"""Writes an answer as uvicorn does, for half of the cost.

What nearly every answer carries was checked once and is written as it is, and the head goes out
together with the first of the body. All else is uvicorn's: HttpToolsProtocol makes the cycle.
"""

import asyncio
from collections.abc import Iterable
from functools import lru_cache

from uvicorn._types import ASGISendEvent, HTTPResponseBodyEvent, HTTPResponseStartEvent
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

from feedback_api.web.security import USUAL_HEADERS

_WRITTEN_APART_BYTES = 4096  # longer bodies are not copied behind their head
_BODILESS_STATUS = (204, 304)
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection"})

_RECURRING = frozenset(
    {
        *(name for name, _ in USUAL_HEADERS),
        *(b"date", b"etag", b"content-length", b"content-language", b"vary"),
    }
)
_LINES_KEPT = 2_048

Header = tuple[bytes, bytes]


def header_line(name: bytes, value: bytes) -> bytes:
    """Raises RuntimeError for what would be no header, or more than one."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("Invalid HTTP header.")
    return b"%b: %b\r\n" % (name, value)


_recurring_line = lru_cache(_LINES_KEPT)(
    header_line
)  # of no reader: neither cookies nor places to go to


class AnswerCycle(RequestResponseCycle):
    """One request and its answer."""

    _head = b""

    async def send(self, message: ASGISendEvent) -> None:
        """See RequestResponseCycle; raises RuntimeError for what is no answer."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if message["type"] == "http.response.start" and not self.response_started:
            self._begin(message)
        elif message["type"] == "http.response.body" and self.response_started:
            self._go_on(message)
        else:
            raise RuntimeError(f"Unexpected ASGI message '{message['type']}'.")

    def _begin(self, message: HTTPResponseStartEvent) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        status = message["status"]
        lines = [STATUS_LINE[status]]
        lines += self._lines(self.default_headers)
        lines += self._lines(message["headers"])
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        is_bodiless = self.scope["method"] == "HEAD" or status in _BODILESS_STATUS
        if self.chunked_encoding is None and not is_bodiless:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        self._head = b"".join(lines)

    def _lines(self, headers: Iterable[Header]) -> list[bytes]:
        """Raises RuntimeError, ValueError."""
        lines = []
        for name, value in headers:
            if name in _RECURRING:
                lines.append(_recurring_line(name, value))
            else:
                lines.append(header_line(name, value))
            if name in _FRAMING and self._frames(name, value):
                lines.pop()
        return lines

    def _frames(self, name: bytes, value: bytes) -> bool:
        """Take note of how the answer ends; whether the line is to be left out.

        The connection's own is: there must be one, and it may be wanted anyway.
        """
        if name == b"content-length" and self.chunked_encoding is None:
            self.expected_content_length = int(value)
            self.chunked_encoding = False
        elif name == b"transfer-encoding" and value.lower() == b"chunked":
            self.expected_content_length = 0
            self.chunked_encoding = True
        elif name == b"connection" and b"close" in map(bytes.strip, value.lower().split(b",")):
            self.keep_alive = False
            return True
        return False

    def _go_on(self, message: HTTPResponseBodyEvent) -> None:
        if self.response_complete:
            raise RuntimeError("The answer was complete already.")
        body = message.get("body", b"")
        is_last = not message.get("more_body", False)
        self._write(self._framed(body, is_last=is_last))
        if not is_last:
            return
        if self.expected_content_length:
            raise RuntimeError("The answer is shorter than its Content-Length.")
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _framed(self, body: bytes, *, is_last: bool) -> bytes:
        """Raises RuntimeError."""
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
            return b""
        if self.chunked_encoding:
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            return chunk + b"0\r\n\r\n" if is_last else chunk
        if len(body) > self.expected_content_length:
            raise RuntimeError("The answer is longer than its Content-Length.")
        self.expected_content_length -= len(body)
        return body

    def _write(self, body: bytes) -> None:
        head, self._head = self._head, b""
        written(self.transport, head, body)


def written(transport: asyncio.Transport, head: bytes, body: bytes) -> None:
    """Both in one call to the system."""
    if len(body) < _WRITTEN_APART_BYTES:
        transport.write(head + body)
    elif head:
        transport.writelines((head, body))
    else:
        transport.write(body)
