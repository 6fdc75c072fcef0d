"""`scripts/serve` but for its installing: builds, serves, rebuilds on change, stops cleanly."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.repository_copy import copy_repository
from tests.system.running import Client

PATIENCE_SECONDS = 90


@dataclass(slots=True)
class Serving:
    """`serve --watch` in a copy of the repository; `told` grows while it runs."""

    repository: Path
    process: "subprocess.Popen[str]"
    origin: str
    told: list[str]

    def wait_for(self, line: str, times: int = 1) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while sum(line in one for one in self.told) < times:
            assert time.monotonic() < until, "".join(self.told)
            assert self.process.poll() is None, "".join(self.told)
            time.sleep(0.05)

    def get(self, path: str) -> str:
        with closing(Client(int(self.origin.rpartition(":")[2]))) as client:
            answer = client.ask("GET", path)
        return json.dumps(answer.body) if path.endswith(".json") else str(answer.body.decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(repository: Path, port: int, *arguments: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if "FEEDBACK_" not in name}
    paths = os.pathsep.join((str(repository), str(repository / "scripts")))
    return subprocess.Popen(
        [sys.executable, "-m", "practice", "serve", f"--port={port}", *arguments],
        cwd=repository,
        env=environment | {"PYTHONPATH": paths, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("serve")
    repository = folder / "repository"
    copy_repository(repository)
    port = _free_port()
    process = _serve(repository, port, "--watch", f"--data={folder / 'data'}")
    serving = Serving(repository, process, f"http://localhost:{port}", [])

    def listen() -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                serving.told.append(line)

    listener = threading.Thread(target=listen)
    listener.start()
    serving.wait_for("Uvicorn running on")
    yield serving
    if process.poll() is None:
        process.kill()
    process.wait()
    listener.join()


def test_says_where_everything_is_and_serves_it(serving: Serving) -> None:
    serving.wait_for("Ctrl-C stops.")
    told = "".join(serving.told)

    addresses = set(re.findall(rf"{serving.origin}[^\s()]*", told))
    paths = {address.removeprefix(serving.origin) for address in addresses}
    assert {"/", "/en/", "/review"} <= paths
    assert "<html" in serving.get("/en/")
    assert "python -m feedback_api editor add NAME" in told


def test_taken_port_is_refused_before_the_build(serving: Serving) -> None:
    port = int(serving.origin.rpartition(":")[2])

    second = _serve(serving.repository, port)
    told, _ = second.communicate(timeout=PATIENCE_SECONDS)

    assert second.returncode == 1
    assert "Choose another with --port or --host." in told
    assert "Built" not in told


def test_changed_page_is_rebuilt_and_a_broken_one_leaves_the_site_as_it_was(
    serving: Serving,
) -> None:
    page = serving.repository / "docs" / "en" / "values.md"
    text = page.read_text(encoding="utf-8")
    before = serving.get("/sections.json")

    page.write_text(text.replace(".\n", ", as of today.\n", 1), encoding="utf-8")
    serving.wait_for("Rebuilt.")
    after = serving.get("/sections.json")
    assert after != before
    assert "as of today." in serving.get("/en/values/")

    page.write_text(text.replace("## ", "##", 1), encoding="utf-8")
    serving.wait_for("The build failed: the site stays as it was.")
    assert serving.get("/sections.json") == after

    page.write_text(text, encoding="utf-8")
    serving.wait_for("Rebuilt.", times=2)
    assert "as of today." not in serving.get("/en/values/")


def test_ctrl_c_stops_it_with_success(serving: Serving) -> None:
    serving.process.send_signal(signal.SIGINT)

    assert serving.process.wait(timeout=PATIENCE_SECONDS) == 0
