"""The commits that led to the present text, read with one `git log`, and whether all are there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NewType

from practice.problem import Problem, ProblemsFoundError

CommitHash = NewType("CommitHash", str)

_FIELDS = 5
_FORMAT = "%x00".join(("%H", "%P", "%aI", "%aN", "%B"))
_NO_GIT = (
    "There is no git history here: the site does not say which comments have been published,"
    " nor how the text has changed."
)
_SHALLOW = (
    "This clone holds only the latest commits: the site does not say which comments have been"
    " published, nor how the text has changed. Get the rest with: git fetch --unshallow"
)


class Reach(StrEnum):
    """How much of the history there is."""

    WHOLE = "whole"
    SHALLOW = "shallow"
    NONE = "none"


_MISSING = {Reach.WHOLE: "", Reach.SHALLOW: _SHALLOW, Reach.NONE: _NO_GIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`authored_at` is as git writes it, ISO 8601 with an offset."""

    hash: CommitHash
    parents: tuple[CommitHash, ...]
    authored_at: str
    author: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.lstrip("\n").split("\n", 1)[0].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every commit that HEAD reaches, no parent before its child; `places` are indexes of them."""

    reach: Reach
    commits: tuple[Commit, ...] = ()
    places: Mapping[CommitHash, int] = field(default_factory=dict, repr=False, compare=False)

    def is_ancestor(self, older: int, newer: int) -> bool:
        """Whether the commit in place `older` led to the one in place `newer`, or is it."""
        seen, waiting = {newer}, [newer]
        while waiting:
            place = waiting.pop()
            if place == older:
                return True
            for parent in self._parents(place):
                # Whoever stands behind the one sought cannot lead to it.
                if parent <= older and parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return False

    def ancestors(self, newest: int) -> set[int]:
        """The places of a commit and of all that led to it."""
        seen, waiting = {newest}, [newest]
        while waiting:
            for parent in self._parents(waiting.pop()):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return seen

    def _parents(self, place: int) -> Iterator[int]:
        for parent in self.commits[place].parents:
            if parent in self.places:
                yield self.places[parent]


def read_history(root: Path) -> History:
    """The history of the repository whose top is `root`, as far as it reaches."""
    reach = history_reach(root)
    options = ("--topo-order", "-z", "--no-notes", "--no-show-signature", "--encoding=UTF-8")
    command = ("log", *options, f"--format={_FORMAT}", "HEAD", "--")
    output = None if reach is Reach.NONE else git(root, *command)
    commits = tuple(_commits(output or b""))
    places = {commit.hash: place for place, commit in enumerate(commits)}
    return History(reach=reach, commits=commits, places=places)


def history_reach(root: Path) -> Reach:
    """How much history there is in the repository whose top is `root`."""
    if not (root / ".git").exists():
        return Reach.NONE
    answer = git(root, "rev-parse", "--is-shallow-repository", "--verify", "--quiet", "HEAD")
    if answer is None:
        return Reach.NONE
    return Reach.SHALLOW if answer.startswith(b"true") else Reach.WHOLE


def missing_history(root: Path) -> str:
    """One line on what is missing, empty where nothing is."""
    return _MISSING[history_reach(root)]


def require_history(history: History, *, needed: bool) -> None:
    """Raises ProblemsFoundError where it is needed and not whole."""
    if needed and history.reach is not Reach.WHOLE:
        message = _MISSING[history.reach]
        raise ProblemsFoundError([Problem(Path(".git"), 1, "history-missing", message)])


def git(root: Path, *command: str, given: bytes = b"") -> bytes | None:
    """What a git command prints, `given` on its standard input; None where it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command], input=given, capture_output=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _commits(output: bytes) -> Iterator[Commit]:
    fields = output.decode("utf-8", "replace").split("\0")
    for start in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        name, parents, authored_at, author, message = fields[start : start + _FIELDS]
        yield Commit(
            hash=CommitHash(name),
            parents=tuple(map(CommitHash, parents.split())),
            authored_at=authored_at,
            author=author,
            message=message,
        )
