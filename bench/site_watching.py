"""Times `scripts/serve --watch`: from the change of a page until its new text is served."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.site_builds import Spent
from bench.site_repository import environment

PAGE = "values"
START_SECONDS = 180
PATIENCE_SECONDS = 120
_POLL_SECONDS = 0.01
_TICKS = os.sysconf("SC_CLK_TCK")
_FIRST_SENTENCE = re.compile(r"^(?=[^#\s>|!-])(.+?)(?: \(change \d+\))?\.$", re.MULTILINE)


class NotServedError(Exception):
    """The site did not come, or not in time; the text is what the command said."""


@dataclass(slots=True)
class Watched:
    """A running `scripts/serve --watch` over a copy of the repository."""

    repository: Path
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    changes: int = 0

    def changed(self, language: str) -> Spent:
        """Write one page of a language anew, and wait until readers get it."""
        self.changes += 1
        path = self.repository / "docs" / language / f"{PAGE}.md"
        words = f"(change {self.changes})."
        text = path.read_text(encoding="utf-8")
        head, fence, body = text.partition("\n---\n")
        body = _FIRST_SENTENCE.sub(lambda found: f"{found[1]} {words}", body, count=1)
        before = self._cpu()
        path.write_text(head + fence + body, encoding="utf-8")
        began = time.perf_counter()
        self._wait_for(f"/{language}/{PAGE}/", words, PATIENCE_SECONDS)
        wall = time.perf_counter() - began
        time.sleep(0.5)  # what the rebuild leaves to do after the swap is its own cost as well
        return Spent(wall=wall, cpu=self._cpu() - before)

    def _wait_for(self, path: str, words: str, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while words not in self._page(path):
            if time.perf_counter() > until or self.process.poll() is not None:
                raise NotServedError(self.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(_POLL_SECONDS)

    def _page(self, path: str) -> str:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as client:
                client.request("GET", path)
                return client.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            return ""

    def _cpu(self) -> float:
        """Seconds of all processes of the command, those that have ended included."""
        return sum(_cpu_seconds(self.process.pid)) / _TICKS


@contextmanager
def watched(repository: Path, folder: Path) -> Iterator[Watched]:
    """Start it with its data in `folder`, wait until it serves, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = folder / "serve.log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [
                str(repository / "scripts/serve"),
                *("--watch", f"--port={port}", f"--data={folder / 'data'}"),
            ],
            cwd=repository,
            env=environment(),
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
    serving = Watched(repository=repository, port=port, process=process, log=log)
    try:
        # The root leads on to the language of whoever asks.
        serving._wait_for("/sections.json", "{", START_SECONDS)
        time.sleep(1)  # the watcher starts beside the service, and says nothing
        yield serving
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _cpu_seconds(session: int) -> Iterator[int]:
    """Ticks of each process of a session, with those of its children that have ended."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            yield sum(int(field) for field in fields[11:15])
