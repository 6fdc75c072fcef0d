"""Takes the report of a cycle into the project's history: one commit, or nothing at all."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 5


class RepositoryError(Exception):
    """Nothing can be committed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that the folder `root` is in; paths are relative to `root`."""

    root: Path

    def require_ready(self, folder: Path) -> None:
        """Raises RepositoryError unless a commit of files in `folder` can hold nothing else."""
        if self._git("rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
            message = "is in no git repository: run this where the project was cloned."
            raise RepositoryError(f"{self.root} {message}")
        for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            if self._git("var", name).returncode:
                message = "Git does not know who you are: set user.name and user.email."
                raise RepositoryError(message)
        changed = self._status("--untracked-files=no")
        changed += self._status("--untracked-files=all", "--", folder.as_posix())
        if changed:
            files = list(dict.fromkeys(line[3:] for line in changed))
            more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
            message = (
                f"There are changes that are not committed: {', '.join(files[:_SHOWN])}{more}."
            )
            raise RepositoryError(f"{message} Commit them or put them away first.")

    def branch(self) -> str:
        """The name of the current branch, empty where HEAD is detached."""
        return self._git("symbolic-ref", "--short", "--quiet", "HEAD").stdout.strip()

    def commit(self, files: Mapping[Path, str], message: str) -> str:
        """Write the files and commit them; the short hash, or empty where nothing changed.

        Raises RepositoryError, and then leaves the files as they were.
        """
        before = {path: self._content(path) for path in files}
        paths = [path.as_posix() for path in files]
        try:
            for path, text in files.items():
                (self.root / path).write_bytes(text.encode())
            self._require("add", "--", *paths)
            if self._git("diff", "--cached", "--quiet", "--", *paths).returncode == 0:
                return ""
            self._require("commit", "--quiet", "--message", message, "--", *paths)
        except (OSError, RepositoryError) as error:
            self._put_back(before)
            raise RepositoryError(f"Nothing was committed: {error}") from error
        return self._git("rev-parse", "--short", "HEAD").stdout.strip()

    def _content(self, path: Path) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def _put_back(self, before: Mapping[Path, bytes | None]) -> None:
        for path, content in before.items():
            if content is None:
                (self.root / path).unlink(missing_ok=True)
            else:
                (self.root / path).write_bytes(content)
        self._git("reset", "--quiet", "--", *(path.as_posix() for path in before))

    def _status(self, *options: str) -> list[str]:
        command = ("-c", "core.quotePath=false", "status", "--porcelain", *options)
        return [line for line in self._git(*command).stdout.splitlines() if line]

    def _require(self, *command: str) -> None:
        done = self._git(*command)
        if done.returncode:
            raise RepositoryError(" ".join((done.stderr or done.stdout).split()))

    def _git(self, *command: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", "-C", str(self.root), *command],
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except OSError as error:
            raise RepositoryError(f"Git is not installed ({error}).") from error
