"""Clients that send or read slowly, or too much: the real service, its deadlines made small."""

import logging
import os
import resource
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from feedback_api.log_restraint import Restraint
from feedback_api.slow_clients import Patience
from feedback_api.web.security import BODY_SECONDS
from tests.system.conftest import lay_small_site
from tests.system.running import Service

LARGE = "large.bin"
BODY_SECONDS_SMALL = 1.5
GRACE_SECONDS = 3.0
"""How much later than its deadline a busy machine may close a connection."""
HEAD = b"Host: x\r\nContent-Type: application/json\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n"
POST = b"POST /api/v1/comments HTTP/1.1\r\n" + HEAD


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose deadlines are short."""
    folder = tmp_path_factory.mktemp("slow-clients")
    site = lay_small_site(folder / "site")
    (site.folder / LARGE).write_bytes(bytes(32 * 1024 * 1024))
    settings = {"FEEDBACK_SITE": str(site.folder)}
    service = Service(folder, settings, module="tests.system.impatient")
    service.start()
    yield service
    service.kill()


def _connect(service: Service, *sent: bytes) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    for part in sent:
        wire.sendall(part)
    return wire


def _closed_after(wire: socket.socket) -> tuple[float, bytes]:
    began, answer = time.monotonic(), b""
    try:
        while part := wire.recv(65_536):
            answer += part
    except ConnectionResetError:
        pass
    wire.close()
    return time.monotonic() - began, answer


def test_unfinished_requests_are_closed_in_time(running: Service) -> None:
    unfinished = {
        "nothing": (b"", b""),
        "half a header": (b"GET / HTTP/1.1\r\nHost", b"HTTP/1.1 408 "),
        "half a second header": (GET + b"GET / HTTP/1.1\r\nHost", b"HTTP/1.1 200 "),
        "a line end after the answer": (GET + b"\r\n", b"HTTP/1.1 200 "),
        "idle after the answer": (GET, b"HTTP/1.1 200 "),
        "half a body": (POST + b"Content-Length: 10\r\n\r\n{", b"HTTP/1.1 408 "),
        "half a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", b"HTTP/1.1 408 "),
        "half a body of a GET": (
            GET[:-2] + b"Content-Length: 10\r\n\r\nx",
            b"HTTP/1.1 200 ",
        ),
    }
    wires = {what: _connect(running, sent) for what, (sent, _) in unfinished.items()}

    closed = {what: _closed_after(wire) for what, wire in wires.items()}

    late = BODY_SECONDS_SMALL + GRACE_SECONDS
    assert {what: took for what, (took, _) in closed.items() if took > late} == {}
    for what, (_, answer) in closed.items():
        assert answer.startswith(unfinished[what][1]), what
    assert "Traceback" not in running.log.read_text()


def test_body_that_dribbles_is_refused_in_words_and_not_waited_for(running: Service) -> None:
    wire = _connect(running, POST + b"Accept-Language: ru\r\nContent-Length: 1000\r\n\r\n")
    wire.setblocking(False)
    began, answer = time.monotonic(), b""
    while time.monotonic() - began < BODY_SECONDS_SMALL + GRACE_SECONDS:
        try:
            wire.send(b" ")
            time.sleep(0.05)  # what makes it a slow client
            answer += wire.recv(65_536)
        except BlockingIOError:
            continue
        except OSError:
            break

    wire.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()
    assert "Данные шли слишком долго" in answer.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + b"a: " + b"b" * 100_000, b"431"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 30_000, b"431"),
        (GET + b"\x16\x03\x01\r\n\r\n", b"200"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}{", b"400"),
    ],
)
def test_what_is_no_request_or_too_much_of_one_is_refused(
    running: Service, sent: bytes, status: bytes
) -> None:
    with closing(_connect(running)) as wire:
        try:
            wire.sendall(sent)
            answer = wire.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 " + status)
            assert b"x-content-type-options: nosniff\r\n" in answer
            assert b"content-security-policy: default-src 'none'" in answer
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused while it still sent: the answer may be lost on the way

    assert running.ask("GET", "/healthz").status == 200


def test_endless_trailers_are_cut_off(running: Service) -> None:
    wire = _connect(running, POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\na: ")

    with closing(wire), pytest.raises(OSError, match=r"reset|pipe"):
        wire.sendall(b"b" * 10_000_000)


def test_answer_that_nobody_reads_is_given_up(running: Service) -> None:
    with closing(socket.socket()) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", running.port))
        wire.sendall(f"GET /{LARGE} HTTP/1.1\r\n".encode() + HEAD + b"\r\n")
        assert wire.recv(12) == b"HTTP/1.1 200"

        open_ones = _open_descriptors(running)
        assert _comes_true(lambda: _open_descriptors(running) < open_ones)


def test_a_thousand_slow_connections_delay_nobody(running: Service) -> None:
    with ExitStack() as slow:
        alone = _median_seconds(running)
        for number in range(1_000):
            wire = _connect(running, b"GET / HTTP/1.1\r\nHost: x\r\n"[: 1 + number % 24])
            slow.enter_context(closing(wire))
        beside_them = _median_seconds(running)

    assert beside_them < 4 * alone + 0.02


def test_more_connections_than_are_taken_push_out_those_that_wait(running: Service) -> None:
    with ExitStack() as slow:
        for _ in range(1_300):  # more than tests.system.impatient takes
            slow.enter_context(closing(_connect(running, b"GET / HT")))

        assert running.ask("GET", "/healthz").status == 200
        assert _open_descriptors(running) < 1_300


def test_without_descriptors_the_log_stays_short_and_the_service_comes_back(
    running: Service,
) -> None:
    assert running.process is not None
    assert _comes_true(lambda: _open_descriptors(running) < 100)
    pid, before = running.process.pid, running.log.stat().st_size
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    few = (_open_descriptors(running) + 3, usual[1])

    resource.prlimit(pid, resource.RLIMIT_NOFILE, few)
    used = _cpu_seconds(pid)
    with ExitStack() as many:
        for _ in range(100):
            many.enter_context(closing(_connect(running, b"GET / HT")))
        time.sleep(2)  # as long as the trouble lasts
    used = _cpu_seconds(pid) - used
    resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)

    assert _comes_true(lambda: _answers(running))
    assert running.log.stat().st_size - before < 4_096
    assert used < 1


def test_real_deadlines_keep_what_was_promised() -> None:
    patience = Patience()

    assert patience.header_seconds + 1 < 15
    assert patience.body_seconds > BODY_SECONDS
    assert patience.body_seconds + 1 < 30


def test_real_deadlines_with_a_clock(service: Service) -> None:
    """The figures themselves, in some 30 s; with LONG_SLOW_CLIENTS=1."""
    if not os.environ.get("LONG_SLOW_CLIENTS"):
        return
    service.start()
    half = {
        _connect(service): 15,
        _connect(service, b"GET / HTTP/1.1\r\nHost"): 15,
        _connect(service, POST + b"Content-Length: 10\r\n\r\n{"): 30,
    }
    for wire in half:
        wire.settimeout(60)
    began = time.monotonic()
    for wire, seconds in half.items():
        _closed_after(wire)
        assert time.monotonic() - began < seconds
    service.end()


def test_same_warning_is_written_five_times_a_minute_and_counted() -> None:
    moment = [0.0]
    restraint = Restraint(clock=lambda: moment[0])

    def warned() -> str | None:
        record = logging.LogRecord("a", logging.WARNING, "", 1, "Invalid", (), None)
        return record.getMessage() if restraint.filter(record) else None

    first = [warned() for _ in range(100)]
    moment[0] = 61
    told = [warned() for _ in range(2)]

    assert first == ["Invalid"] * 5 + [None] * 95
    assert told == ["Invalid (95 more like this were not written.)", "Invalid"]


def _median_seconds(service: Service) -> float:
    took = []
    for _ in range(60):
        began = time.monotonic()
        assert service.ask("GET", "/healthz").status == 200
        took.append(time.monotonic() - began)
    return statistics.median(took)


def _open_descriptors(service: Service) -> int:
    assert service.process is not None
    return len(list(Path(f"/proc/{service.process.pid}/fd").iterdir()))


def _cpu_seconds(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _answers(service: Service) -> bool:
    try:
        return service.ask("GET", "/healthz").status == 200
    except OSError:
        return False


def _comes_true(condition: object, seconds: float = 20) -> bool:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
