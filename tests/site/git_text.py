"""A real git repository for tests: fixed names and dates, nothing of the machine's settings."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("AUTHOR", "COMMITTER")
_FIRST_DAY = 1_767_225_600  # 1 January 2026


@dataclass(slots=True)
class GitText:
    """Every commit is a day younger than the one before; `author` makes them."""

    root: Path
    author: str = "Ana Editor"
    days: int = 0

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *command: str, given: str = "") -> str:
        self.days += 1
        moment = f"{_FIRST_DAY + 86_400 * self.days} +0000"
        mine = {f"GIT_{who}_NAME": self.author for who in _NAMES}
        mine |= {f"GIT_{who}_EMAIL": "ana@example.org" for who in _NAMES}
        mine |= {f"GIT_{who}_DATE": moment for who in _NAMES}
        kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", "-C", str(self.root), "-c", "core.hooksPath=/dev/null", *command],
            env={
                **kept,
                **mine,
                "GIT_CONFIG_GLOBAL": "/dev/null",
                "GIT_CONFIG_SYSTEM": "/dev/null",
                "GIT_EDITOR": "true",
            },
            input=given.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def commit(self, message: str) -> str:
        """Everything that is there, with this very message; the new commit's hash."""
        self.git("add", "--all")
        self.git(
            "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-", given=message
        )
        return self.head()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def revert(self, commit: str, *options: str) -> str:
        """As git does it, with git's own message."""
        self.git("revert", "--no-edit", *options, commit)
        return self.head()

    def merge(self, branch: str, *options: str, message: str = "") -> str:
        """A merge commit, even where none is needed."""
        self.git(
            "merge", "--no-ff", "--quiet", "-m", message or f"Merge {branch}", branch, *options
        )
        return self.head()
