"""The real service as a process of its own, and clients that speak HTTP to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feedback_api.limit_settings import OFF, SPAM_CHECKS, USUAL
from tests.fakes.sections_json import FINGERPRINTS

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
ANSWER_SECONDS = 20
EDITOR = "Ana"
PASSPHRASE = "seven quiet lanterns"
NO_LIMITS = dict.fromkeys((*USUAL, SPAM_CHECKS), OFF)
"""Tests are one address that says one thing many times."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, its body decoded if it is JSON; names of headers in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


class Refused(Exception):
    """The process ended before it answered; what it wrote to standard error."""


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises OSError or http.client.HTTPException when nobody answers."""
        content = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if content else {}
        self._connection.request(method, path, content, {**sent, **(headers or {})})
        response = self._connection.getresponse()
        answer = response.read()
        is_json = "json" in response.headers.get_content_type()
        found = json.loads(answer) if is_json and answer else answer
        return Answer(response.status, found, _lower(response))

    def post_form(self, path: str, form: str) -> Answer:
        """What a browser does with a form, here already encoded."""
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, form, sent)
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), _lower(response))

    def close(self) -> None:
        self._connection.close()


class Service:
    """`python -m feedback_api serve` over one data folder, started as often as a test likes."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        module: str = "feedback_api",
        under: Sequence[str] = (),
    ) -> None:
        """`folder` holds `data` and the log of all runs, `log`; `module` is what is run.

        `under`: a command that runs the service and becomes it.
        """
        self._under = under
        self._module = module
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = _free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if "FEEDBACK_" not in name},
            "PYTHONPATH": str(ROOT),
            "FEEDBACK_STORE": f"tinydb:{self.data}",
            "FEEDBACK_LANGUAGES": str(ROOT / "languages"),
            "FEEDBACK_ORIGIN": f"http://127.0.0.1:{self.port}",
            **NO_LIMITS,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, prepare: Callable[[], None] | None = None) -> float:
        """Seconds until it listened; `prepare` runs in the new process. Raises Refused."""
        began = time.monotonic()
        run = _Run(self.spawn(prepare), self.log)
        run.start()
        if not run.listens_or_ended.wait(START_SECONDS):
            raise TimeoutError
        if not run.listens:
            run.join()
            raise Refused(run.told.decode())
        return time.monotonic() - began

    def spawn(self, prepare: Callable[[], None] | None = None) -> "subprocess.Popen[bytes]":
        """The new process, whatever it does."""
        self.process = subprocess.Popen(
            [*self._under, sys.executable, "-m", self._module, "serve", f"--port={self.port}"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,
        )
        return self.process

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Another command of the service's command line."""
        return subprocess.run(
            [sys.executable, "-m", self._module, *arguments],
            env=self.environment,
            input=stdin,
            text=True,
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
        )

    def kill(self) -> None:
        """As a power cut does to a process."""
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit status after a signal."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def client(self) -> Client:
        return Client(self.port)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        with closing(self.client()) as client:
            return client.ask(method, path, body, headers)

    def post_form(self, path: str, form: str) -> Answer:
        """As Client.post_form, on a connection of its own."""
        with closing(self.client()) as client:
            return client.post_form(path, form)


class _Run(threading.Thread):
    """Copies what one run of the service tells to the log, and notices when it listens."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        super().__init__(daemon=True)
        self.told = b""
        self.listens = False
        self.listens_or_ended = threading.Event()
        self._process = process
        self._log = log

    def run(self) -> None:
        assert self._process.stderr is not None
        with self._log.open("ab", buffering=0) as log, self._process.stderr as lines:
            for line in lines:
                log.write(line)
                self.told += line
                if b"Uvicorn running on" in line:
                    self.listens = True
                    self.listens_or_ended.set()
        self._process.wait()
        self.listens_or_ended.set()


def comment_body(language: str, **fields: Any) -> dict[str, Any]:
    """A comment as posted on section `complaints-acknowledge`."""
    usual = {
        "section": "complaints-acknowledge",
        "language": language,
        "wording": FINGERPRINTS["complaints-acknowledge"],
        "role": "customer",
        "kind": "problem",
        "about": "rule",
        "body": "Nobody answered me for a week.",
        "visibility": "public",
    }
    return {**usual, **fields}


def _lower(response: http.client.HTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
