"""Do the review cycles keep what the code promises of them, and speak every finished language?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from practice.cycle import Cycle
from practice.cycle_file import CycleFile
from practice.cycles import is_finished, read_cycle_files
from practice.problem import Problem, ProblemsFoundError
from practice.standards import Standard
from practice.text import Code

_UNIT = "calendar-days"


class _Promise(NamedTuple):
    """`standard` is an entry of the register, `key` the line of cycle.yml that must keep it."""

    standard: str
    key: str
    days: Callable[[Cycle], int]
    at_least: bool


def _days_open(cycle: Cycle) -> int:
    where = ZoneInfo(cycle.time_zone)
    first, last = (time.astimezone(where).date() for time in (cycle.opens, cycle.closes))
    return (last - first).days


_PROMISES = (
    _Promise("comment-window", "closes", _days_open, at_least=True),
    _Promise("objection", "objection_days", lambda cycle: cycle.objection_days, at_least=True),
    _Promise(
        "contact-retention", "retention_days", lambda cycle: cycle.retention_days, at_least=False
    ),
)


def cycle_problems(root: Path, code: Code, standards: Sequence[Standard]) -> tuple[Problem, ...]:
    """Everything the build refuses, `cycle-promise`, and `cycle-language` in more cases."""
    try:
        files = read_cycle_files(root, code)
    except ProblemsFoundError as found:
        return found.problems
    return (
        *(problem for file in files for problem in _broken_promises(file, standards)),
        *(problem for file in files[-1:] for problem in _silences(file, code)),
    )


def _broken_promises(file: CycleFile, standards: Sequence[Standard]) -> Iterator[Problem]:
    values = {entry.id: entry.value for entry in standards if entry.unit == _UNIT}
    for promise in _PROMISES:
        value, days = values.get(promise.standard), promise.days(file.cycle)
        if value is None or days == value or (days > value) == promise.at_least:
            continue
        bound = "at least" if promise.at_least else "at most"
        message = (
            f"The code promises {bound} {value} calendar days ({promise.standard}),"
            f" the cycle has {days}: keep the promise, or change it first."
        )
        yield file.problem("cycle-promise", message, promise.key)


def _silences(file: CycleFile, code: Code) -> Iterator[Problem]:
    """The build lets a young language do without; readers of a finished one are asked, too."""
    for language in code.languages:
        if language.code not in file.cycle.languages and is_finished(code, language):
            message = f"The cycle says nothing in “{language.code}”, which is translated: add it."
            yield file.problem("cycle-language", message, "title")
