"""Counting in memory and in a real Redis, together and while it is away."""

import logging
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from feedback_api.services.counting import Counters, Purpose, Rate
from feedback_api.storage.counters import MemoryCounts, SlidingCounters
from feedback_api.storage.redis_counters import RedisCounters
from feedback_api.storage.secret_file import KeyedHashes
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.limits import Limits
from tests.fakes.event_loop import run_alone

START_SECONDS = 20
DAY = Rate(3, 86_400)
NOON = 20_000.5 * 86_400


class Server:
    """A Redis or Valkey of our own that keeps nothing on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        if program is None:
            pytest.fail("No Redis. Get one with: apt-get install redis-server (or valkey-server).")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [program, *options], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < until
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_SECONDS)
            self._process = None

    def everything(self) -> bytes:
        """All keys and values it holds."""
        with redis.Redis(port=self.port) as client:
            return b"\n".join(key + b"=" + (client.get(key) or b"") for key in client.keys("*"))

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


def _in_memory(clock: Callable[[], float] = lambda: NOON) -> SlidingCounters:
    return SlidingCounters(MemoryCounts(clock=clock))


@pytest.fixture(params=["memory", "redis"])
def counters(request: pytest.FixtureRequest, server: Server) -> Counters:
    if request.param == "memory":
        return _in_memory()
    return RedisCounters(server.url, meanwhile=_in_memory())


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


def test_so_many_are_counted_and_no_more(counters: Counters, key: str) -> None:
    waits = [counters.count(key, DAY) for _ in range(5)]

    assert waits[:3] == [0.0] * 3
    assert all(0 < wait <= DAY.seconds for wait in waits[3:])
    assert counters.count(f"{key} of another", DAY) == 0.0


def test_looking_counts_nothing(counters: Counters, key: str) -> None:
    looked = [counters.remaining_wait(key, DAY) for _ in range(5)]
    counted = [counters.count(key, DAY) for _ in range(3)]

    assert looked + counted == [0.0] * 8
    assert counters.remaining_wait(key, DAY) > 0


def test_what_is_forgotten_was_never_counted(counters: Counters, key: str) -> None:
    for _ in range(3):
        counters.count(key, DAY)

    counters.forget(key, DAY)

    assert counters.count(key, DAY) == 0.0


def test_who_waits_as_long_as_told_is_taken(counters: Counters, key: str) -> None:
    rate = Rate(2, 1)
    moment = [NOON]
    if isinstance(counters, SlidingCounters):
        counters = _in_memory(lambda: moment[0])
    assert [counters.count(key, rate) for _ in range(2)] == [0.0, 0.0]

    wait = counters.count(key, rate)
    moment[0] += wait + 0.01
    if isinstance(counters, RedisCounters):
        time.sleep(wait + 0.01)

    assert 0 < wait <= 1
    assert counters.count(key, rate) == 0.0


def test_memory_holds_so_many_keys_and_forgets_the_first(key: str) -> None:
    counts = MemoryCounts(clock=lambda: NOON, most_keys=100)
    counters = SlidingCounters(counts)
    full = [counters.count("first", DAY) for _ in range(4)]

    for number in range(200):
        counters.count(f"{key} {number}", DAY)

    assert full[3] > 0
    assert counts.reset() <= 100
    assert counters.count("first", DAY) == 0.0


def test_replicas_with_one_store_and_one_secret_count_together(server: Server, key: str) -> None:
    replicas = [
        RedisCounters(server.url, meanwhile=SlidingCounters(MemoryCounts())) for _ in range(2)
    ]

    waits = [replicas[number % 2].count(key, DAY) for number in range(4)]

    assert waits[:3] == [0.0] * 3
    assert waits[3] > 0


def test_store_holds_no_address_and_no_name(server: Server) -> None:
    hashes = KeyedHashes("s" * 32)
    counters = RedisCounters(server.url, meanwhile=_in_memory())
    limits = Limits({Purpose.SIGN_IN_NAME: (DAY,)}, counters, lambda t: hashes.keyed_hash("x", t))

    async def hit_until_refused() -> None:
        for _ in range(4):
            await limits.hit(Purpose.SIGN_IN_NAME, "203.0.113.77", name="ana")

    with pytest.raises(TooManyRequests):
        run_alone(hit_until_refused())

    held = server.everything()
    assert b"feedback:" in held
    assert [found for found in (b"203.0", b"113", b"ana", b"sign-in") if found in held] == []


def test_while_the_store_is_away_each_replica_counts_for_itself_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    server = Server(tmp_path)
    moment = [0.0]
    counters = RedisCounters(server.url, meanwhile=_in_memory(), clock=lambda: moment[0])
    caplog.set_level(logging.INFO, "feedback_api.storage.redis_counters")

    away = [counters.count(key, DAY) for _ in range(4)]
    server.start()
    moment[0] += 11
    back = [counters.count(key, DAY) for _ in range(4)]
    server.stop()

    assert [wait > 0 for wait in away] == [wait > 0 for wait in back] == [False] * 3 + [True]
    assert [record.message.partition(" (")[0] for record in caplog.records] == [
        "The shared store of limits cannot be reached",
        "Limits are counted in the shared store again.",
    ]


def test_store_that_is_silent_keeps_nobody_waiting(key: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        counters = RedisCounters(url, meanwhile=_in_memory())
        began = time.monotonic()

        waits = [counters.count(key, DAY) for _ in range(4)]

    assert waits[3] > 0
    assert time.monotonic() - began < 5
