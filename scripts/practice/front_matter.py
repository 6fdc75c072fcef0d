"""The front matter of a page: whose it is, since when it holds, when it is reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NewType

from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import parse_mapping

SectionId = NewType("SectionId", str)

ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_BLOCK = re.compile(r"^---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.M)
_TEXTS = ("title", "owner", "version")
_DATES = ("effective_on", "last_reviewed_on")
REQUIRED = (*_TEXTS, *_DATES, "review_every")
_KNOWN = {*REQUIRED, "retired"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """`review_every` is in months; `retired` maps a withdrawn id to its successor or None.

    `owner` is a role. What could not be read is empty or `date.min`, and a Problem says so.
    """

    title: str = ""
    owner: str = ""
    version: str = ""
    effective_on: date = date.min
    last_reviewed_on: date = date.min
    review_every: int = 0
    retired: Mapping[SectionId, SectionId | None] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatterRead:
    """`lines` is how many lines of the file the front matter takes, fences included."""

    front_matter: FrontMatter
    lines: int
    problems: tuple[Problem, ...]


def read_front_matter(text: str, path: Path) -> FrontMatterRead:
    """The front matter at the top of a page's text."""
    match = _BLOCK.match(text)
    if not match:
        message = (
            f"This page has no front matter: begin it with a line ---, {', '.join(REQUIRED)},"
            " and a line ---."
        )
        return FrontMatterRead(
            front_matter=FrontMatter(), lines=0, problems=(_problem(path, 1, "missing", message),)
        )
    lines = match.group().rstrip("\n").count("\n") + 1
    try:
        content = parse_mapping(match["yaml"], path=path, first_line=2)
    except ProblemsFoundError as found:
        return FrontMatterRead(front_matter=FrontMatter(), lines=lines, problems=found.problems)
    problems = tuple(_faults(content, match["yaml"].split("\n"), path))
    return FrontMatterRead(front_matter=_front_matter(content), lines=lines, problems=problems)


def _problem(path: Path, line: int, what: str, message: str) -> Problem:
    return Problem(path, line, f"front-matter-{what}", message)


def _faults(content: dict[str, object], lines: list[str], path: Path) -> Iterator[Problem]:
    for key in REQUIRED:
        if key not in content:
            yield _problem(path, 1, "missing", f"The front matter lacks “{key}”: add it.")
    for key, value in content.items():
        line = next((n for n, text in enumerate(lines, 2) if text.startswith(f"{key}:")), 1)
        if key not in _KNOWN:
            message = f"“{key}” is not a key of the front matter: remove it or correct its name."
            yield _problem(path, line, "unknown", message)
        elif fault := _fault(key, value):
            yield _problem(path, line, "value", f"“{key}” {fault}")


def _fault(key: str, value: object) -> str | None:
    if key in _TEXTS:
        good = isinstance(value, str) and bool(value.strip())
        return None if good else "is not text: write it, in quotes if it looks like a number."
    if key in _DATES:
        good = type(value) is date
        return None if good else "is not a date: write it as 2027-01-04."
    if key == "review_every":
        good = type(value) is int and value > 0
        return None if good else "is not a number of months above 0."
    return _retired_fault(value)


def _retired_fault(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        return "is not a mapping: write {old-id: successor-id} or {old-id: null}."
    names = [*value, *(name for name in value.values() if name is not None)]
    wrong = [name for name in names if not isinstance(name, str) or not ID.match(name)]
    return f"holds “{wrong[0]}”, which is not a section id." if wrong else None


def _front_matter(content: dict[str, object]) -> FrontMatter:
    good = {
        key: value for key, value in content.items() if key in _KNOWN and not _fault(key, value)
    }
    retired = good.get("retired")
    pairs = retired.items() if isinstance(retired, dict) else ()
    months, effective, reviewed = (
        good.get(key) for key in ("review_every", "effective_on", "last_reviewed_on")
    )
    return FrontMatter(
        title=str(good.get("title", "")),
        owner=str(good.get("owner", "")),
        version=str(good.get("version", "")),
        effective_on=effective if isinstance(effective, date) else date.min,
        last_reviewed_on=reviewed if isinstance(reviewed, date) else date.min,
        review_every=months if isinstance(months, int) else 0,
        retired=MappingProxyType(
            {SectionId(old): SectionId(new) if new else None for old, new in pairs}
        ),
    )
