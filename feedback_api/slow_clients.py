"""Closes connections of clients that send or read too slowly, so that they delay nobody.

uvicorn waits for ever for the rest of a request, and for its answer to be read. Each connection
has a deadline for what it is waiting for, and one look in half a second at all of them enforces
it: a timer for each would cost every honest request.
"""

import asyncio
import fcntl
import termios
from array import array
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from feedback_api.at_once import AnswerAtOnce, ReadyProtocol, nothing_at_once
from feedback_api.web.security import BARE_HEADERS

MOST_CONNECTIONS = 4_000
_TICKS = 5  # of a tenth of a second
_LEAST_READ_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a client may take, and how much it may send before a request is one.

    A header 15 s and a body 30 s at most (issue 6): ours are shorter, for a busy machine looks
    late. `read_seconds`: in which 4 KiB of an answer must be read. `connections`: at most, at once.
    """

    header_seconds: float = 10.0
    idle_seconds: float = 5.0  # without a further request
    body_seconds: float = 28.0  # web/security.py answers in words before that
    read_seconds: float = 30.0
    header_bytes: int = 64 * 1024
    connections: int = MOST_CONNECTIONS


class Crowd(ServerState):
    """All connections, and among them those that wait for their client, longest first."""

    def __init__(self, patience: Patience, at_once: AnswerAtOnce) -> None:
        super().__init__()
        self.patience = patience
        self.at_once = at_once
        self._waiting: dict[PatientProtocol, None] = {}

    def waits(self, one: "PatientProtocol") -> None:
        self._waiting.setdefault(one)

    def waits_no_more(self, one: "PatientProtocol") -> None:
        self._waiting.pop(one, None)

    def make_room(self, newcomer: "PatientProtocol") -> None:
        """Where there are too many, the one goes that has kept us waiting longest."""
        if len(self.connections) <= self.patience.connections:
            return
        longest = next((one for one in self._waiting if one is not newcomer), None)
        (longest or newcomer).transport.abort()
        self._waiting.pop(longest or newcomer, None)

    def close_late(self, now: float) -> None:
        """`now`: seconds of the loop's clock."""
        for connection in tuple(self.connections):
            if isinstance(connection, PatientProtocol):
                connection.close_if_late(now)


class PatientProtocol(ReadyProtocol):
    """HTTP/1.1 as uvicorn speaks it, with deadlines."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """As uvicorn calls it, with a Crowd for its `server_state`."""
        super().__init__(*arguments, **named)
        if not isinstance(self.server_state, Crowd):
            raise TypeError("PatientProtocol serves a PatientServer")
        self._crowd = self.server_state
        self._patience = self._crowd.patience
        self.answer_at_once = self._crowd.at_once
        self._header_until: float | None = None
        self._is_idle = False
        self._most_header = 0  # bytes: no header that ends now can have more
        self._body_until: float | None = None
        self._read_until: float | None = None
        self._unread = 0
        self._beside_body = 0  # bytes of headers, of chunk sizes and trailers
        self._refusal = HTTPStatus.BAD_REQUEST

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._await_header()
        self._crowd.make_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.waits_no_more(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._beside_body += len(data)
        self._most_header = self._beside_body
        super().data_received(data)
        if self._beside_body > self._patience.header_bytes and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._is_idle:
            self._header_until = None
        self._await_header()

    def on_headers_complete(self) -> None:
        if self._most_header > self._patience.header_bytes:
            self._check_header()
        self._beside_body = 0
        self._header_until = None
        self._body_until = self.loop.time() + self._patience.body_seconds
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        # Chunks of one byte have five beside them; more than nine times as much is no body.
        self._beside_body -= min(10 * len(body), self._beside_body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_until = None
        self._beside_body = 0
        self._crowd.waits_no_more(self)
        super().on_message_complete()
        if not self.is_answering:
            self._await_request()

    def on_response_complete(self) -> None:
        """As uvicorn's, without a timer for each answer: who is idle too long is late."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._body_until is None:
            self._await_request()

    def resume_writing(self) -> None:
        self._read_until = None  # so much was read that there is room again
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """To what is no request, or too much of one."""
        if not self.is_answering:
            self._refuse(self._refusal)
        elif self._body_until is None:
            self.cycle.keep_alive = False  # the one before was sound: it is answered first
        elif self.cycle.response_started:
            self.transport.abort()
        else:
            self._refuse(self._refusal)

    def close_if_late(self, now: float) -> None:
        """Close what waits in vain; where nothing was answered yet, say why."""
        self._abort_if_unread(now)
        if self.flow.read_paused:  # we are the slow ones
            return
        if self._header_until is not None and now > self._header_until:
            if self.is_answering:
                self.cycle.keep_alive = False
                self._header_until = None
            elif self._beside_body:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            else:
                self.transport.close()
        if self._body_until is not None and now > self._body_until:
            self.transport.close()

    def _await_request(self) -> None:
        """The next one, of whoever may have no more to ask."""
        if self._header_until is None:
            self._header_until = self.loop.time() + self._patience.idle_seconds
            self._is_idle = True
        self._crowd.waits(self)

    def _await_header(self) -> None:
        if self._header_until is None:
            self._header_until = self.loop.time() + self._patience.header_seconds
            self._is_idle = False
        self._crowd.waits(self)

    def _check_header(self) -> None:
        """Raises ValueError: the parser stops, and uvicorn asks for send_400_response."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._patience.header_bytes:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError

    def _abort_if_unread(self, now: float) -> None:
        if not self.transport.get_write_buffer_size():
            self._read_until = None
            return
        unread = _unread(self.transport)
        if self._read_until is None or now > self._read_until:
            if self._read_until is not None and self._unread - unread < _LEAST_READ_BYTES:
                self.transport.abort()
            self._unread = unread
            self._read_until = now + self._patience.read_seconds

    def _refuse(self, status: HTTPStatus) -> None:
        """In a few bytes, to who is no browser with a page of ours."""
        text = status.phrase.encode()
        head = f"HTTP/1.1 {status} {status.phrase}\r\nconnection: close\r\n"
        kind = f"content-type: text/plain\r\ncontent-length: {len(text)}\r\n"
        dress = b"".join(b"%b: %b\r\n" % header for header in BARE_HEADERS)
        self.transport.write(f"{head}{kind}".encode() + dress + b"\r\n" + text)
        self.transport.close()


def _unread(transport: asyncio.Transport) -> int:
    """Bytes of answers that the client has not taken yet.

    What the system holds, too: it takes megabytes, and more only once a third of them is read.
    """
    held = array("i", [0])
    with suppress(OSError):  # not every system tells
        fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, held)
    return transport.get_write_buffer_size() + held[0]


class PatientServer(uvicorn.Server):
    """uvicorn's, with a Crowd."""

    def __init__(
        self,
        config: uvicorn.Config,
        patience: Patience,
        at_once: AnswerAtOnce = nothing_at_once,
    ) -> None:
        """`at_once`: answers what it can before a task is begun for it."""
        super().__init__(config)
        self._crowd = Crowd(patience, at_once)
        self.server_state = self._crowd

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            self._crowd.close_late(asyncio.get_running_loop().time())
        return await super().on_tick(counter)
