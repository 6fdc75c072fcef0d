"""`scripts/review close` against the real service, by an editor who signs in at a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.site.conftest import Project, make_project
from tests.site.cycle_text import later_cycle, write_cycle
from tests.system.running import EDITOR, PASSPHRASE, ROOT, Answer, Service

CYCLE = "2027-1"
PATIENCE_SECONDS = 30
BODY = "Ten days are too long."
ENDED = "closes: {:%Y-%m-%dT%H:%M}"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Its cycle is open today, and its history is a git repository's."""
    project = make_project(tmp_path / "project")
    now = datetime.now(UTC)
    times = (f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-2, 2))
    write_cycle(project, later_cycle(next(times), next(times), "UTC"))
    _build(project)
    for command in (
        ("init", "--quiet"),
        ("config", "user.name", EDITOR),
        ("config", "user.email", "ana@example.org"),
    ):
        subprocess.run(["git", "-C", str(project.root), *command], check=True)
    project.path(".gitignore").write_text("/site/\n/build/\n/.site-*\n", encoding="utf-8")
    _commit(project)
    return project


@pytest.fixture
def service(tmp_path: Path, project: Project) -> Iterator[Service]:
    service = Service(tmp_path, {"FEEDBACK_SITE": str(project.site)})
    service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    service.start()
    yield service
    service.kill()


def _practice(project: Project, *command: str) -> list[str]:
    """The command line of the tools; those of the working tree, over the small text."""
    return [sys.executable, "-m", "practice", *command, "--root", str(project.root)]


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "REVIEW_TOKEN"}
    return {**kept, "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}", "TERM": "dumb", **more}


def _build(project: Project) -> None:
    command = _practice(project, "build", "--output", str(project.site))
    subprocess.run(command, env=_environment(), check=True, capture_output=True)


def _commit(project: Project) -> None:
    for command in (("add", "--all"), ("commit", "--quiet", "--message", "Begin")):
        subprocess.run(["git", "-C", str(project.root), *command], check=True)


def _end_cycle(project: Project, service: Service) -> None:
    path = project.path(f"cycles/{CYCLE}/cycle.yml")
    text = path.read_text(encoding="utf-8")
    (closes,) = (line for line in text.splitlines() if line.startswith("closes: "))
    ended = ENDED.format(datetime.now(UTC) - timedelta(minutes=1))
    path.write_text(text.replace(closes, ended), encoding="utf-8")
    _commit(project)
    _build(project)
    until = time.monotonic() + PATIENCE_SECONDS
    while service.ask("GET", f"/api/v1/cycles/{CYCLE}").body["phase"] == "open":
        assert time.monotonic() < until, "the service never learned of it"
        time.sleep(0.1)


def _comment(service: Service) -> str:
    """Its id."""
    section = service.ask("GET", "/api/v1/sections/complaints-answer").body
    posted = {
        "section": "complaints-answer",
        "language": "en",
        "wording": section["languages"]["en"]["fingerprint"],
        "role": "customer",
        "kind": "problem",
        "about": "rule",
        "body": BODY,
        "visibility": "public",
    }
    return str(service.ask("POST", "/api/v1/comments", posted).body["id"])


def _decide(service: Service, comment: str) -> None:
    posted = {"name": EDITOR, "passphrase": PASSPHRASE}
    token = service.ask("POST", "/api/v1/session", posted).body["token"]

    def act(action: str, version: int, **fields: object) -> Answer:
        path = f"/api/v1/comments/{comment}/{action}"
        said = {"version": version, **fields}
        return service.ask("POST", path, said, {"Authorization": f"Bearer {token}"})

    decided = act("decision", 1, outcome="declined", reason="It is short.", reason_language="en")
    shown = act("publicity", int(decided.body["version"]), public=True)
    assert (decided.status, shown.status) == (200, 200), (decided, shown)


def _close_at_a_terminal(project: Project, service: Service) -> tuple[int, str]:
    """Exit status and all that the terminal shows."""
    origin = f"http://127.0.0.1:{service.port}"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        _practice(project, "review", "close", CYCLE),
        env=_environment(PRACTICE_SERVICE_ORIGIN=origin),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    # The space comes once the terminal hides what is typed; what came before is thrown away.
    answers = {b"Name: ": EDITOR, b"Passphrase: ": PASSPHRASE}
    while part := _read(ours):
        shown += part
        for question in [question for question in answers if question in shown]:
            os.write(ours, f"{answers.pop(question)}\n".encode())
    os.close(ours)
    return process.wait(PATIENCE_SECONDS), shown.decode()


def _read(terminal: int) -> bytes:
    """What is shown next; empty once the other end is closed."""
    readable, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
    assert readable, "the command waits for something"
    try:
        return os.read(terminal, 10_000)
    except OSError:
        return b""


def test_editor_closes_a_cycle_once_all_is_decided(project: Project, service: Service) -> None:
    comment = _comment(service)
    _end_cycle(project, service)
    undecided = _close_at_a_terminal(project, service)
    _decide(service, comment)
    closed = _close_at_a_terminal(project, service)

    assert undecided[0] == 1
    origin = f"http://127.0.0.1:{service.port}"
    assert f"1. 1.2 complaints-answer · received · {origin}/review/{comment}" in undecided[1]
    assert BODY not in undecided[1]
    assert closed[0] == 0, closed[1]
    assert PASSPHRASE not in undecided[1] + closed[1]
    report = project.path(f"cycles/{CYCLE}/you-said-we-did.en.md").read_text(encoding="utf-8")
    assert (BODY in report, "It is short." in report) == (True, True)
    _build(project)
    page = (project.site / "en" / "cycles" / CYCLE / "index.html").read_text(encoding="utf-8")
    assert (f'id="comment:{comment}"' in page, BODY in page) == (True, True)
