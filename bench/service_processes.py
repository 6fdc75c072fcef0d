"""The processes that are measured: started, waited for, looked at, ended."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.002


class NotStarted(Exception):
    """With the end of what the process wrote."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Process:
    """One server on a port of its own; what it writes goes to a file."""

    def __init__(
        self, command: Sequence[str], *, port: int, log: Path, environment: Mapping[str, str]
    ) -> None:
        """`environment` is all of it."""
        self.port = port
        self._log = log
        self._begun = time.perf_counter()
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd=ROOT,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        return self._process.pid

    def wait(self, path: str, status: int) -> float:
        """Seconds from the start until `path` was answered so. Raises NotStarted."""
        until = self._begun + _START_SECONDS
        while time.perf_counter() < until and self._process.poll() is None:
            try:
                if self.ask("GET", path).status == status:
                    return time.perf_counter() - self._begun
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(_LOOK_SECONDS)
        raise NotStarted(f"{path} was not answered: {self._log.read_text('utf-8')[-600:]}")

    def ask(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own. Raises OSError, http.client.HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_START_SECONDS)
        try:
            connection.request(method, path, body.encode() or None, dict(headers or {}))
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def memory_mb(self) -> float:
        """Resident; of several processes what they share counts once."""
        family = _family(self._process.pid)
        name = "Rss:" if len(family) == 1 else "Pss:"
        return sum(_resident_kb(one, name) for one in family) / 1024

    def end(self) -> None:
        """Killed, with all that it started: what it kept is thrown away."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(**more: str) -> dict[str, str]:
    """This process's without any setting of the service, and some more."""
    kept = {name: value for name, value in os.environ.items() if "FEEDBACK_" not in name}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def _family(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task")
    children = [
        int(child)
        for task in tasks.iterdir()
        for child in (task / "children").read_text("ascii").split()
    ]
    return [process, *(one for child in children for one in _family(child))]


def _resident_kb(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(name))
