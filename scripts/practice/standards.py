"""The register of promises, `docs/standards.yml`: every number with a unit in the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from practice.problem import Problem, ProblemsFoundError
from practice.text import SectionId
from practice.yaml_file import parse_mapping

FILE = Path("docs/standards.yml")
UNITS = ("minutes", "hours", "working-days", "calendar-days", "weeks", "months", "percent")
_REQUIRED = {"id", "section", "value", "unit", "valid_from", "why"}
_OPTIONAL = {"compared_with", "also_in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The rule of somebody else that the number was held against, and when."""

    what: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """`unit` is one of UNITS; `also_in`: sections that repeat the number; `line` is its id's."""

    id: str
    section: SectionId
    value: int
    unit: str
    valid_from: date
    why: str
    compared_with: Comparison | None
    also_in: tuple[SectionId, ...]
    line: int


def read_standards(root: Path) -> tuple[Standard, ...]:
    """The register in its order; raises ProblemsFoundError with everything wrong in it."""
    text = (root / FILE).read_text(encoding="utf-8") if (root / FILE).exists() else ""
    # The file is a bare list, which YAML also takes as the value of a key on the line before.
    entries = parse_mapping(f"standards:\n{text}", path=FILE, first_line=0).get("standards") or []
    if not isinstance(entries, list):
        message = "The register is a list: begin each entry with “- id: name”."
        raise ProblemsFoundError([Problem(FILE, 1, "standard-entry", message)])
    lines = text.split("\n")
    standards: list[Standard] = []
    problems: list[Problem] = []
    for entry in entries:
        line = _line(lines, entry)
        faults = list(_faults(entry))
        problems.extend(Problem(FILE, line, "standard-entry", fault) for fault in faults)
        if not faults:
            standards.append(_standard(entry, line))
    problems.extend(_twice(standards))
    if problems:
        raise ProblemsFoundError(problems)
    return tuple(standards)


def _line(lines: list[str], entry: object) -> int:
    name = entry.get("id") if isinstance(entry, dict) else None
    found = (n for n, line in enumerate(lines, 1) if line.split() == ["-", "id:", str(name)])
    return next(found, 1)


def _faults(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"“{entry}” is not an entry: begin it with “- id: name”."
        return
    for key in sorted(_REQUIRED - entry.keys()):
        yield f"The entry lacks “{key}”: add it."
    for key in sorted(entry.keys() - _REQUIRED - _OPTIONAL, key=str):
        yield f"“{key}” is not a key of the register: remove it or correct its name."
    for key, good, advice in _VALUES:
        if key in entry and not good(entry[key]):
            yield f"“{key}: {entry[key]}” {advice}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_date(value: object) -> bool:
    return type(value) is date


def _is_comparison(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"what", "checked_on"}:
        return False
    return _is_text(value["what"]) and _is_date(value["checked_on"])


_VALUES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("id", _is_text, "is not a name."),
    ("section", _is_text, "is not a section id."),
    ("value", lambda value: type(value) is int and value >= 0, "is not a whole number."),
    ("unit", lambda value: value in UNITS, f"is not a unit: use {', '.join(UNITS)}."),
    ("valid_from", _is_date, "is not a date: write it as 2027-01-04."),
    ("why", _is_text, "is not a reason: write one line."),
    ("compared_with", _is_comparison, "is not {what: …, checked_on: 2026-11-20}."),
    (
        "also_in",
        lambda value: isinstance(value, list) and all(_is_text(name) for name in value),
        "is not a list of section ids.",
    ),
)


def _standard(entry: Mapping[str, Any], line: int) -> Standard:
    compared = entry.get("compared_with")
    return Standard(
        id=entry["id"],
        section=SectionId(entry["section"]),
        value=entry["value"],
        unit=entry["unit"],
        valid_from=entry["valid_from"],
        why=entry["why"],
        compared_with=Comparison(**compared) if compared else None,
        also_in=tuple(SectionId(name) for name in entry.get("also_in", ())),
        line=line,
    )


def _twice(standards: Iterable[Standard]) -> Iterator[Problem]:
    seen: set[str] = set()
    for standard in standards:
        if standard.id in seen:
            message = f"The id “{standard.id}” stands twice: give one entry another."
            yield Problem(FILE, standard.line, "standard-entry", message)
        seen.add(standard.id)
