"""Reads one `cycles/<id>/cycle.yml`: what its schema says of the shape, and what its times mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from practice.cycle import WHOLE_CODE, Cycle, CycleId, Question, Reviewer, Words, cycle_path
from practice.cycle_shape import Fault, defaults, shape_faults
from practice.front_matter import SectionId
from practice.languages import LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.wall_clock import NoSuchTimeError, moment, zone
from practice.yaml_file import parse_mapping
from practice.yaml_lines import YamlLines


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFile:
    """A cycle, and the lines of the file it was read from."""

    cycle: Cycle
    lines: YamlLines

    def problem(self, code: str, message: str, *place: str | int) -> Problem:
        """A Problem at the line where the value at `place` stands."""
        return Problem(self.cycle.path, self.lines.line(*place), code, message)


def read_cycle_file(root: Path, cycle: CycleId) -> CycleFile:
    """Raises ProblemsFoundError with everything that is wrong in the file by itself."""
    path = cycle_path(cycle)
    try:
        text = (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        message = f"This file cannot be read ({error.__class__.__name__}). Restore it as UTF-8."
        raise ProblemsFoundError([Problem(path, 1, "unreadable", message)]) from error
    return parse_cycle(text, cycle)


def parse_cycle(text: str, cycle: CycleId) -> CycleFile:
    """The cycle that `text` describes; raises ProblemsFoundError."""
    path = cycle_path(cycle)
    content = _plain(parse_mapping(text, path=path), path)
    lines = YamlLines(text)
    faults = shape_faults(content)
    times = {} if faults else _times(content, faults)
    if faults:
        raise ProblemsFoundError(
            Problem(path, lines.line(*place), code, message) for place, code, message in faults
        )
    return CycleFile(cycle=_cycle(cycle, {**defaults(), **content}, times), lines=lines)


def _plain(value: object, path: Path, above: tuple[int, ...] = ()) -> Any:
    """As JSON has it: keys are text, and so are the times that YAML recognises."""
    if id(value) in above:
        message = "An alias leads back into its own value: write the value out."
        raise ProblemsFoundError([Problem(path, 1, "yaml", message)])
    inside = (*above, id(value))
    if isinstance(value, dict):
        return {str(key): _plain(part, path, inside) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, path, inside) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | None) else str(value)


def _times(content: Mapping[str, Any], faults: list[Fault]) -> dict[str, datetime]:
    """The two times by their keys; what is wrong with them goes to `faults`."""
    name = content["time_zone"]
    where = zone(name)
    if where is None:
        message = f"“{name}” is no time zone: write a name as Europe/Lisbon."
        faults.append(Fault(("time_zone",), "cycle-time-zone", message))
        return {}
    times: dict[str, datetime] = {}
    for key in ("opens", "closes"):
        try:
            times[key] = moment(content[key], where)
        except NoSuchTimeError as error:
            message = f"“{content[key]}” {error} in {name}: choose another time."
            faults.append(Fault((key,), "cycle-time", message))
    if len(times) == 2 and times["closes"] <= times["opens"]:
        message = "The cycle closes before it has opened: exchange or correct the two times."
        faults.append(Fault(("closes",), "cycle-dates", message))
    return times


def _cycle(cycle: CycleId, content: Mapping[str, Any], times: Mapping[str, datetime]) -> Cycle:
    scope = content["scope"]
    return Cycle(
        id=cycle,
        title=_words(content["title"]),
        introduction=_words(content["introduction"]),
        opens=times["opens"],
        closes=times["closes"],
        time_zone=content["time_zone"],
        scope=None if scope == WHOLE_CODE else tuple(SectionId(name) for name in scope),
        questions=tuple(
            Question(section=SectionId(section), words=_words(words))
            for section, asked in content.get("questions", {}).items()
            for words in asked
        ),
        roles=tuple(content["roles"]),
        reviewers=tuple(
            Reviewer(role=entry["role"], editor=entry.get("editor"))
            for entry in content["reviewers"]
        ),
        objection_days=int(content["objection_days"]),
        retention_days=int(content["retention_days"]),
    )


def _words(texts: Mapping[str, str]) -> Words:
    return MappingProxyType({LanguageCode(code): text.strip() for code, text in texts.items()})
