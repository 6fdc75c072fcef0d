"""One notice by HTTP, to real sockets that behave badly."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import msgspec
import pytest

from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import SectionId
from feedback_api.outgoing.http_post import Answered, HttpPost, body_of
from feedback_api.services.webhook_attempts import Trouble
from feedback_api.services.webhooks import Notice, Target, erasure
from feedback_api.web.notice_model import NoticeShown
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id
from tests.fakes.event_loop import run_alone

KEY = b"k" * 32
NOTICE = Notice(
    id="9b2e1c3a-0000-5000-8000-000000000000",
    kind=EventKind.DECIDED,
    at=START,
    comment=comment_id(1),
    number=2,
    section=SectionId("complaints-answer"),
    state="declined",
)
MEGABYTE = b"x" * 1024 * 1024


def test_request_carries_the_three_headers_and_the_body_they_sign() -> None:
    with _server(b"HTTP/1.1 204 No Content\r\n\r\n") as server:
        answered = _post(server.url)

    head, _, body = server.received.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if line)
    later = int((START + timedelta(hours=1)).timestamp())
    signed = f"{NOTICE.id}.{later}.".encode() + body
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert answered.is_taken
    assert body.decode() == body_of(NOTICE)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (NOTICE.id, str(later))
    assert headers["webhook-signature"] == f"v1,{expected}".lower()
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "code-of-practice"


@pytest.mark.parametrize(
    "notice", [NOTICE, erasure(comment_id(1), START)], ids=["event", "erasure"]
)
def test_body_is_as_described(notice: Notice) -> None:
    told = msgspec.json.decode(body_of(notice), type=NoticeShown)

    assert (told.id, told.type) == (notice.id, f"comment.{notice.kind}")
    assert (told.timestamp, told.data.comment) == (notice.at, notice.comment)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_an_answer_like_any_other(status: int) -> None:
    with _server(b"HTTP/1.1 204 No Content\r\n\r\n") as elsewhere:
        location = f"HTTP/1.1 {status} There\r\nLocation: {elsewhere.url}\r\n\r\n"
        with _server(location.encode()) as server:
            answered = _post(server.url)

    assert (answered, answered.is_taken) == (Answered(status=status), False)
    assert elsewhere.received == b""


def test_answer_without_end_is_not_read() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + MEGABYTE * 8

    with _server(endless) as server:
        assert _post(server.url) == Answered(status=200)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nX-Drip: "], ids=["nothing", "half-a-header"]
)
def test_receiver_that_never_finishes_is_left(answer: bytes) -> None:
    with _server(answer, hangs=True) as server:
        assert _post(server.url, seconds=0.2) == Answered(trouble=Trouble.TOO_SLOW)


def test_receiver_that_drips_is_left_all_the_same() -> None:
    with _server(b"HTTP/1.1 200 OK\r\nX-Drip: ", hangs=True, drips=True) as server:
        assert _post(server.url, seconds=0.3) == Answered(trouble=Trouble.TOO_SLOW)


def test_nobody_at_the_port_is_told_as_such() -> None:
    with _server(b"") as server:
        url = server.url

    assert _post(url) == Answered(trouble=Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    "answer", [b"220 mail.example.org ESMTP\r\n", b"\x16\x03\x01\x00\x00", b""]
)
def test_what_is_no_http_is_no_answer(answer: bytes) -> None:
    with _server(answer) as server:
        assert _post(server.url) == Answered(trouble=Trouble.OTHER)


def test_http_where_tls_is_expected_is_no_answer() -> None:
    with _server(b"HTTP/1.1 200 OK\r\n\r\n") as server:
        answered = _post(server.url.replace("http:", "https:"))

    assert (answered.status, answered.is_taken) == (None, False)


def test_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with _server(b"HTTP/1.1 200 OK\r\n\r\n") as proxy, _server(b"HTTP/1.1 204 X\r\n\r\n") as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        assert _post(server.url) == Answered(status=204)

    assert proxy.received == b""


class Server:
    """A socket that sends one fixed answer to whatever comes."""

    def __init__(self, answer: bytes, *, hangs: bool, drips: bool) -> None:
        self.received = b""
        self._answer = answer
        self._hangs = hangs
        self._drips = drips
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def serve(self) -> None:
        """Until the socket is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    self._talk(connection)

    def close(self) -> None:
        self._ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        while not self.received.rstrip().endswith(b"}") and not self.received.startswith(b"\x16"):
            self.received += connection.recv(65536)
        connection.sendall(self._answer)
        while self._hangs and not self._ended.wait(0.02):
            if self._drips:
                connection.sendall(b"x")


@contextmanager
def _server(answer: bytes, *, hangs: bool = False, drips: bool = False) -> Iterator[Server]:
    server = Server(answer, hangs=hangs, drips=drips)
    serving = threading.Thread(target=server.serve, daemon=True)
    serving.start()
    try:
        yield server
    finally:
        server.close()
        serving.join(10)


def _post(url: str, *, seconds: float = 5) -> Answered:
    async def post() -> Answered:
        async with HttpPost(KEY, seconds=seconds) as send:
            return await send(Target(url), NOTICE, START + timedelta(hours=1))

    return run_alone(post())
