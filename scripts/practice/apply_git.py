"""Makes commits beside an editor's working tree, and shows them there once all are made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from practice.apply_refusal import ApplyRefusedError, RefusalCode

# Whatever the checks read, committed or not.
TEXT_PARTS = ("docs", "languages", "cycles", "mkdocs.yml")
_SHOWN = 5
_UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")
# Set while a hook runs: they would lead away from the folder that was named.
_REDIRECTING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
# Line ends are the text's own.
_EXACT = ("-c", "core.autocrlf=false", "-c", "core.safecrlf=false")


@dataclass(frozen=True, slots=True)
class Clone:
    """The git repository that the folder `root` is in. Methods raise ApplyRefusedError."""

    root: Path

    def require_ready(self, branch: str) -> None:
        """Whether commits can be made, and then shown on a new `branch`."""
        if self._said("rev-parse", "--is-inside-work-tree") != "true":
            raise ApplyRefusedError(RefusalCode.NO_REPOSITORY, str(self.root))
        if not self._said("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
            raise ApplyRefusedError(RefusalCode.NO_REPOSITORY, "It has no commit yet.")
        if not self.reviewer():
            raise ApplyRefusedError(RefusalCode.NO_IDENTITY, "Set user.name and user.email.")
        self._require_unlocked()
        self._require_clean()
        if not self._said("check-ref-format", "--branch", branch):
            raise ApplyRefusedError(RefusalCode.COMMIT_FAILED, f"“{branch}” is no branch name.")
        if self._said("show-ref", f"refs/heads/{branch}"):
            raise ApplyRefusedError(RefusalCode.BRANCH_EXISTS, f"{branch}: name another.")

    def reviewer(self) -> str:
        """Name and address of whoever makes the commits, empty where git knows neither."""
        if not self._said("var", "GIT_AUTHOR_IDENT"):
            return ""
        return self._said("var", "GIT_COMMITTER_IDENT").rpartition(">")[0] + ">"

    def editor(self) -> str:
        """The command that git would open an editor with, for a shell."""
        return self._require("var", "GIT_EDITOR")

    def show(self, branch: str, commit: str) -> None:
        """Put a new branch at the commit and the working tree on the branch, or do neither."""
        self._require("branch", "--no-track", "--", branch, commit)
        try:
            self._require("switch", "--quiet", branch)
        except ApplyRefusedError:
            # A hook that complains afterwards keeps nothing back.
            if self._said("symbolic-ref", "--short", "--quiet", "HEAD") == branch:
                return
            self._git("branch", "--delete", "--force", "--quiet", "--", branch)
            raise

    @contextmanager
    def workroom(self) -> Iterator[Workroom]:
        """The present commit in a folder of its own, which is gone afterwards."""
        prefix = self._said("rev-parse", "--show-prefix")
        with TemporaryDirectory(prefix="review-apply-") as name:
            place = Path(name, "text")
            self._require(*_EXACT, "worktree", "add", "--quiet", "--detach", str(place), "HEAD")
            try:
                yield Workroom(place / prefix, prefix)
            finally:
                with suppress(ApplyRefusedError):
                    self._git("worktree", "remove", "--force", str(place))

    def _require_unlocked(self) -> None:
        lock = self.root / self._said("rev-parse", "--git-path", "index.lock")
        if lock.exists():
            message = f"Wait for it to end; if there is none, remove {lock}."
            raise ApplyRefusedError(RefusalCode.REPOSITORY_LOCKED, message)

    def _require_clean(self) -> None:
        changed = self._status("--untracked-files=no")
        changed += self._status("--untracked-files=all", "--", *TEXT_PARTS)
        unfinished = [n for n in _UNFINISHED if self._said("rev-parse", "-q", "--verify", n)]
        files = [*unfinished, *dict.fromkeys(line[3:] for line in changed)]
        if files:
            more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
            detail = f"{', '.join(files[:_SHOWN])}{more}"
            raise ApplyRefusedError(RefusalCode.TREE_NOT_CLEAN, detail)

    def _status(self, *options: str) -> list[str]:
        command = ("-c", "core.quotePath=false", "status", "--porcelain", *options)
        return [line for line in self._git(*command).splitlines() if line]

    def _git(self, *command: str) -> str:
        return _run(self.root, command)[1].decode("utf-8", "replace")

    def _said(self, *command: str) -> str:
        status, output, _ = _run(self.root, command)
        return "" if status else output.decode("utf-8", "replace").strip()

    def _require(self, *command: str) -> str:
        return _required(self.root, command).decode("utf-8", "replace").strip()


@dataclass(frozen=True, slots=True)
class Workroom:
    """A working tree in which nobody else works; paths are relative to `root`."""

    root: Path
    prefix: str

    def committed(self, path: Path) -> bytes:
        """The file exactly as git keeps it, whatever line ends a working tree is given."""
        return _required(self.root, ("cat-file", "blob", f"HEAD:{self.prefix}{path.as_posix()}"))

    def clear(self) -> None:
        """Everything as it was committed."""
        _required(self.root, (*_EXACT, "checkout", "--quiet", "--", "."))

    def commit(self, files: Mapping[Path, bytes], message: str) -> str:
        """A commit of exactly these contents; its full hash. Hooks and signing are git's own."""
        for path, content in files.items():
            command = ("hash-object", "-w", "--no-filters", "--stdin")
            name = _required(self.root, command, content).decode().strip()
            place = f"{self._mode(path)},{name},{self.prefix}{path.as_posix()}"
            _required(self.root, ("update-index", "--cacheinfo", place))
        command = ("commit", "--quiet", "--cleanup=verbatim", "--file=-")
        _required(self.root, (*_EXACT, *command), message.encode())
        return _required(self.root, ("rev-parse", "HEAD")).decode().strip()

    def _mode(self, path: Path) -> str:
        listed = _required(self.root, ("ls-files", "--stage", "--", path.as_posix()))
        return listed.decode("utf-8", "replace").partition(" ")[0] or "100644"


def _required(folder: Path, command: Sequence[str], given: bytes = b"") -> bytes:
    status, output, said = _run(folder, command, given)
    if status:
        words = " ".join((said or output).decode("utf-8", "replace").split())
        raise ApplyRefusedError(RefusalCode.COMMIT_FAILED, words)
    return output


def _run(folder: Path, command: Sequence[str], given: bytes = b"") -> tuple[int, bytes, bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _REDIRECTING}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *command],
            input=given,
            capture_output=True,
            check=False,
            env={**environment, "LC_ALL": "C.UTF-8", "LANGUAGE": ""},
        )
    except OSError as error:
        message = f"Git is not installed ({error})."
        raise ApplyRefusedError(RefusalCode.NO_REPOSITORY, message) from error
    return done.returncode, done.stdout, done.stderr
