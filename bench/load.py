"""Load from wrk, a compiled client: bounded in time, every answer's status looked at."""

import json
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.programs import program

SCRIPT = Path(__file__).with_name("load.lua")
NUMBER = "@@N@@"
"""In a body: what no other request has."""
_TOLD = re.compile(r"^BENCH (\{.*\})$", re.MULTILINE)
_MOST_SECONDS = 30.0
_LONGER = 4
_UNREAD_BYTES = 16 * 1024 * 1024  # of answers that were still being read at the end
_ANSWER_SECONDS = 30
_STOP_SECONDS = _ANSWER_SECONDS + 15


class LoadFailed(Exception):
    """An answer that was not the expected one, or none at all: nothing is measured with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked again and again; `paths` are taken in turn, `status` is the right answer.

    `answer_bytes`: of the body, where it is a large one: see load.lua.
    """

    port: int
    paths: Sequence[str]
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200
    answer_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it. The times of an answer are wrk's, in milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    answer_bytes: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


class Unanswered(LoadFailed):
    """In all the time."""


def load(asked: Asked, *, clients: int, seconds: float) -> Load:
    """Ask for so long, or for longer where nothing was answered at all.

    Raises LoadFailed, MissingProgram.
    """
    while True:
        with begun(asked, clients=clients) as running:
            time.sleep(seconds)
        try:
            return running.load()
        except Unanswered:
            seconds *= _LONGER
            if seconds > _MOST_SECONDS:
                raise


class Running:
    """One wrk at work."""

    def __init__(self, process: "subprocess.Popen[str]", asked: Asked) -> None:
        self._process = process
        self._asked = asked
        self._told: str | None = None

    def stop(self) -> None:
        """Have it tell what it measured; wrk itself counts whole seconds alone."""
        if self._told is None:
            self._process.send_signal(signal.SIGINT)
            self._told, _ = self._process.communicate(timeout=_STOP_SECONDS)

    def load(self) -> Load:
        """After `stop`. Raises LoadFailed."""
        return read_told(self._told or "", self._asked)


@contextmanager
def begun(asked: Asked, *, clients: int) -> Iterator[Running]:
    """Ask until the block ends, and no longer than half a minute whatever happens here."""
    command = [
        program("wrk"),
        "--threads=1",
        f"--connections={clients}",
        f"--duration={_MOST_SECONDS:.0f}s",
        f"--timeout={_ANSWER_SECONDS}s",
        f"--script={SCRIPT}",
        f"http://127.0.0.1:{asked.port}",
    ]
    with subprocess.Popen(
        command,
        env=_environment(asked),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        running = Running(process, asked)
        try:
            yield running
        finally:
            running.stop()


def read_told(told: str, asked: Asked) -> Load:
    """What wrk and our script wrote. Raises LoadFailed."""
    found = _TOLD.search(told)
    if found is None:
        raise LoadFailed(f"wrk said nothing of {asked.method} {asked.paths[0]}: {told[-300:]}")
    figures = json.loads(found[1])
    what = f"{asked.method} {asked.paths[0]} on port {asked.port}"
    if figures["wrong"]:
        raise LoadFailed(
            f"{what} was answered {figures['wrong_status']} instead of {asked.status}, "
            f"{figures['wrong']} times of {figures['requests']}"
        )
    if figures["broken"] or figures["late"]:
        raise LoadFailed(f"{what}: {figures['broken']} broken, {figures['late']} late answers")
    if not figures["requests"]:
        raise Unanswered(f"{what} was not answered once")
    _check_size(figures["bytes"], figures["requests"], asked, what)
    return Load(
        requests=figures["requests"],
        seconds=figures["microseconds"] / 1e6,
        p50_ms=figures["p50"] / 1000,
        p99_ms=figures["p99"] / 1000,
        most_ms=figures["most"] / 1000,
        answer_bytes=figures["bytes"] // figures["requests"],
    )


def _check_size(received: int, requests: int, asked: Asked, what: str) -> None:
    """An answer that is no error and yet another one is seldom as large. Raises LoadFailed."""
    least = requests * asked.answer_bytes
    if asked.answer_bytes and not least <= received <= least * 1.05 + _UNREAD_BYTES:
        raise LoadFailed(f"{what}: {received} bytes came of {requests} answers, not {least}")


def _environment(asked: Asked) -> dict[str, str]:
    return {
        **os.environ,
        "BENCH_METHOD": asked.method,
        "BENCH_PATHS": "\t".join(asked.paths),
        "BENCH_HEADERS": "\n".join(f"{name}\t{value}" for name, value in asked.headers.items()),
        "BENCH_BODY": asked.body,
        "BENCH_STATUS": str(asked.status),
        **({"BENCH_LARGE": "1"} if asked.answer_bytes else {}),
        "BENCH_MARK": uuid.uuid4().hex[:12] + "-",
    }
