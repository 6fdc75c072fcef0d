"""Stand-ins for the forges' tools, `gh` and `glab`: programs on PATH that record what they get."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python} -SE
import json, os, sys
folder = {folder!r}
state = json.load(open(folder + "/state.json"))
given = sys.stdin.read() if state["reads"] in " ".join(sys.argv) else ""
call = {{"words": sys.argv[1:], "given": given, "environment": dict(os.environ)}}
with open(folder + "/calls.jsonl", "a") as calls:
    calls.write(json.dumps(call) + "\\n")
for beginning, status, output, said in state["answers"]:
    if " ".join(sys.argv[1:]).startswith(beginning):
        print(output)
        print(said, file=sys.stderr)
        sys.exit(status)
sys.exit(1)
"""


@dataclass(frozen=True, slots=True)
class ForgeTool:
    """A program of the name `folder` has; the last answer that was given for some words counts."""

    folder: Path
    reads: str

    def answer(self, words: str, *, status: int = 0, output: str = "", said: str = "") -> None:
        """What it does from now on when its command line begins so."""
        state = json.loads(self._state.read_text()) if self._state.exists() else {"answers": []}
        state["answers"].insert(0, [words, status, output, said])
        self._state.write_text(json.dumps({**state, "reads": self.reads}))

    @property
    def calls(self) -> list[list[str]]:
        """The words of each call, in order."""
        return [call["words"] for call in self._calls()]

    def given(self, *words: str) -> str:
        """What came by standard input with the only call whose words begin so."""
        (found,) = [
            call["given"] for call in self._calls() if call["words"][: len(words)] == [*words]
        ]
        return str(found)

    def environments(self) -> list[dict[str, str]]:
        """What each call knew of its caller."""
        return [call["environment"] for call in self._calls()]

    @property
    def _state(self) -> Path:
        return self.folder / "state.json"

    def _calls(self) -> list[dict[str, Any]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def make_path(folder: Path) -> Path:
    """A PATH with git alone."""
    folder.mkdir()
    found = shutil.which("git")
    assert found, "git is missing: install it"
    (folder / "git").symlink_to(found)
    return folder


def make_tool(path: Path, name: str, *, reads: str) -> ForgeTool:
    """Signed in, and knows of no pull request; `reads` is the flag that stands for its input."""
    folder = path.parent / f"of-{name}"
    folder.mkdir()
    program = path / name
    program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)))
    program.chmod(0o755)
    tool = ForgeTool(folder, reads)
    tool.answer("auth status")
    return tool
