"""Folders as each write finds them, and the process whose children take the writes."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.kept import Contents, Kept, contents_of
from tests.faults.writes import WRITES, Write, prepare
from tests.system.running import ROOT

ACKNOWLEDGED = "acknowledged"
STUCK_SECONDS = 30


class Nursery:
    """See tests/faults/nursery.py."""

    def __init__(self) -> None:
        self.status = 0
        self._start()

    def _start(self) -> None:
        self._has_child = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._heard = b""

    def begin(self, name: str, folder: Path) -> int:
        """A child that has opened the folder; its process number."""
        if self._has_child:  # a test failed before the child ended
            self.close()
            self._start()
        self._tell(json.dumps([name, str(folder)]))
        ready, number = self._hear().split()
        self._has_child = True
        assert ready == "ready"
        return int(number)

    def go(self) -> Sequence[str]:
        """What became of each step; fewer if the child died."""
        self._tell("go")
        outcomes: list[str] = []
        while (said := self._hear()) != "done":
            word, _, _ = said.partition(" ")
            if word == "ended":
                self._has_child = False
                self.status = int(said.split()[1])
                return outcomes
            outcomes.append(word)
        return outcomes

    def ended(self) -> int:
        """The child's exit status; negative for a signal."""
        word, status = self._hear().split()
        assert word == "ended"
        self._has_child = False
        return int(status)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    def _hear(self) -> str:
        assert self._process.stdout is not None
        while b"\n" not in self._heard:
            if not select.select([self._process.stdout], [], [], STUCK_SECONDS)[0]:
                pytest.fail("The process is stuck.", pytrace=False)
            heard = self._process.stdout.read(4096)
            assert heard, "the nursery ended"
            self._heard += heard
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@dataclass(frozen=True, slots=True)
class Case:
    """A write; the folder before it, and what is kept before it and after each of its steps."""

    name: str
    write: Write
    template: Path
    before: Contents
    after: Sequence[Contents]

    def lay(self, folder: Path) -> Path:
        """The folder as the write finds it."""
        return shutil.copytree(self.template, folder)

    def faults(self, found: Contents, acknowledged: set[int]) -> list[str]:
        """What is lost, stale, resurrected or half there."""
        last = self.after[-1]
        faults = []
        for name in {*self.before, *last, *found}:
            allowed = [last.get(name)]
            if not any(self.changes(step, name) for step in acknowledged):
                allowed.append(self.before.get(name))
            if found.get(name) not in allowed:
                faults.append(f"{name} is {found.get(name)}")
        return faults

    def changes(self, step: int, name: str) -> bool:
        """Whether the step is the one that made of `name` what it becomes."""
        before = self.after[step - 1] if step else self.before
        return before.get(name) != self.after[step].get(name)


@pytest.fixture(scope="session")
def make_case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    made: dict[str, Case] = {}
    folder = tmp_path_factory.mktemp("cases")

    def make(name: str) -> Case:
        if name not in made:
            made[name] = _case(name, folder / name.replace(" ", "-"))
        return made[name]

    return make


def _case(name: str, template: Path) -> Case:
    write = WRITES[name]
    kept = Kept(template)
    prepare(kept, write)
    kept.close()
    tried = shutil.copytree(template, template.with_suffix(".tried"))
    before = contents_of(tried)
    kept = Kept(tried)
    after = []
    for step in write.steps:
        step(kept)
        after.append(kept.contents())
    kept.close()
    assert contents_of(tried) == after[-1] != before
    return Case(name, write, template, before, after)


@pytest.fixture(params=WRITES)
def case(request: pytest.FixtureRequest, make_case: Callable[[str], Case]) -> Case:
    return make_case(request.param)
