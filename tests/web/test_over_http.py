"""The real service over real HTTP: what only a server and a socket can show."""

import html
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.fakes.sections_json import FINGERPRINTS, sections_json, write_sections
from tests.system.running import Service, comment_body

LANGUAGE = "ru"
SECTION = "complaints-acknowledge"
FORM = f"/feedback/{LANGUAGE}/{SECTION}"
HEAD = "Host: 127.0.0.1\r\nConnection: close\r\n"
POST = f"POST /api/v1/comments HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("over-http")
    site = folder / "site"
    site.mkdir()
    write_sections(site / "sections.json", sections_json(["en", "pt", LANGUAGE], source="en"))
    running = Service(folder, {"FEEDBACK_SITE": str(site)})
    running.start()
    yield running
    running.end()


def _talk(service: Service, *sent: bytes) -> bytes:
    """Everything that comes back, whether or not all could be sent."""
    with closing(socket.create_connection(("127.0.0.1", service.port), timeout=20)) as wire:
        try:
            for part in sent:
                wire.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return _received(wire)


def _received(wire: socket.socket) -> bytes:
    answer = b""
    try:
        while part := wire.recv(65_536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


def _count(service: Service) -> int:
    shown = service.ask("GET", f"/api/v1/sections/{SECTION}")
    assert shown.status == 200
    return len(list((service.data / "waiting").glob("*.json")))


def test_ten_megabytes_are_refused_before_they_are_sent(service: Service) -> None:
    answer = _talk(service, f"{POST}Content-Length: {10 * MEGABYTE}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer


def test_ten_megabytes_in_chunks_are_refused_while_they_are_sent(service: Service) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"

    answer = _talk(service, f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode(), *[chunk] * 160)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "line",
    [
        b"GET /feedback/\xff\xfe/x HTTP/1.1",
        b"GET /%00 HTTP/1.1",
        b"GET /feedback/%00/%ff HTTP/1.1",
        b"GET /../../etc/passwd HTTP/1.1",
        b"GET //evil.example/%2e%2e HTTP/1.1",
        b"GET http://evil.example/feedback/receipt/x/y/z HTTP/1.1",
        b"GET /" + b"a" * 30_000 + b" HTTP/1.1",
        b"GET /?" + b"a" * 60_000 + b" HTTP/1.1",
        b"BREW /feedback/receipt HTTP/1.1",
        b"\x16\x03\x01",
    ],
)
def test_broken_request_lines_are_refused(service: Service, line: bytes) -> None:
    answer = _talk(service, line + b"\r\n" + HEAD.encode() + b"\r\n")

    assert re.match(rb"HTTP/1.1 4\d\d ", answer), answer[:200]


@pytest.mark.parametrize(
    "address", ["/healthz", FORM, "/api/v1/openapi.json", f"/api/v1/sections/{SECTION}"]
)
def test_head_sends_headers_alone(service: Service, address: str) -> None:
    answer = _talk(service, f"HEAD {address} HTTP/1.1\r\n{HEAD}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1


def test_answers_that_wait_ready_come_in_order_among_others(service: Service) -> None:
    shown = f"GET /api/v1/sections/{SECTION} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    first = _talk(service, f"{shown}Connection: close\r\n\r\n".encode())
    asked = [f"{shown}\r\n"] * 3 + ["GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"]

    answers = _talk(
        service, "".join([*asked, *asked, f"{shown}Connection: close\r\n\r\n"]).encode()
    )

    bodies = re.findall(rb'\r\n\r\n(\{"(?:id|status)":)', answers)
    assert bodies == [*[b'{"id":'] * 3, b'{"status":', *[b'{"id":'] * 3, b'{"status":', b'{"id":']
    ids = re.findall(rb"x-request-id: ([0-9a-f]{16})\r\n", answers)
    assert len(set(ids)) == len(bodies) == answers.count(b"HTTP/1.1 200 OK\r\n")
    _, _, body = first.partition(b"\r\n\r\n")
    assert answers.count(body) == 7
    assert _names(answers.partition(b"\r\n\r\n")[0]) == _names(first) - {b"connection"}


def _names(answer: bytes) -> set[bytes]:
    """Of the headers of the first answer."""
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {line.partition(b":")[0] for line in lines}


def test_nothing_broken_was_stored(service: Service) -> None:
    assert _count(service) == 0

    sent = service.ask("POST", "/api/v1/comments", comment_body(LANGUAGE))

    assert sent.status == 201


def test_text_browser_comments_and_comes_back(service: Service, tmp_path: Path) -> None:
    shown = _w3m(service, FORM)
    sent = _w3m(
        service,
        FORM,
        tmp_path,
        wording=FINGERPRINTS[SECTION],
        key="w3m",
        kind="problem",
        role="customer",
        about="rule",
        visibility="public",
        body="Мне не ответили.",
        suggestion="",
        name="",
        email="",
    )
    receipt = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", sent)
    assert receipt is not None
    back = _w3m(service, "/feedback/receipt?language=ru", tmp_path, receipt=receipt[0])

    assert "Отправить комментарий" in shown
    assert "Ваш комментарий сохранён" in sent
    assert "Мне не ответили." in back
    assert "Получен" in back


def _w3m(service: Service, address: str, folder: Path | None = None, **fields: str) -> str:
    if shutil.which("w3m") is None:
        pytest.fail("No w3m. Get it with: apt-get install w3m (scripts/test does so by itself).")
    posting = []
    if folder is not None:
        body = folder / "posted"
        body.write_text(urlencode(fields), encoding="ascii")
        posting = ["-post", str(body)]
    command = ["w3m", "-dump", "-O", "UTF-8", *posting, service.environment["FEEDBACK_ORIGIN"]]
    command[-1] += address
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=30)
    return html.unescape(done.stdout)
