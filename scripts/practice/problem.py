"""One finding in a text file: where it is, what kind it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`path` is relative to the repository, `line` counts from 1, `code` is permanent kebab-case.

    `message` says what is wrong and what to do, in one or two sentences.
    """

    path: Path
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.code} {self.message}"


class ProblemsFoundError(Exception):
    """The text or the built site cannot be used; carries every Problem found so far, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
