"""A cycle that is being made: what was answered, as the text of a cycle.yml, written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import yaml

from practice.cycle import FOLDER, WHOLE_CODE, Cycle, CycleId, cycle_path
from practice.cycle_file import parse_cycle
from practice.cycle_shape import defaults, known_roles
from practice.cycles import ID, require_room
from practice.text import Code, Language

_HEAD = (
    "# The form of this file: scripts/practice/cycle.schema.json."
    " Times are those of clocks in time_zone.\n"
)
_NOT_GIVEN: tuple[object, ...] = ("", None, (), {})


class CycleRefusedError(Exception):
    """No cycle can have that id; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDraft:
    """Answers as they were given, not checked; one that is empty or None was not given.

    Texts are by language. Each of `reviewers` is a role and the name of an account or nothing.
    """

    titles: Mapping[str, str]
    introductions: Mapping[str, str]
    questions: Mapping[str, list[Mapping[str, str]]]
    opens: str = ""
    closes: str = ""
    time_zone: str = ""
    scope: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    reviewers: tuple[tuple[str, str], ...] = ()
    objection_days: int | None = None
    retention_days: int | None = None

    def missing(self, languages: Iterable[Language]) -> list[str]:
        """The flags of what only the one who makes the cycle can answer, and has not."""
        codes = [language.code for language in languages]
        flags = [f"--title {name}=…" for name in codes if name not in self.titles]
        flags += [f"--introduction {name}=…" for name in codes if name not in self.introductions]
        times = {"--opens": self.opens, "--closes": self.closes}
        return flags + [flag for flag, time in times.items() if not time]

    def over(self, usual: CycleDraft) -> CycleDraft:
        """This draft, with what is `usual` in place of what was not given."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(usual, **{key: it for key, it in given.items() if it not in _NOT_GIVEN})


def usual_draft(code: Code, earlier: Sequence[Cycle]) -> CycleDraft:
    """What most cycles have: the zone of the one before, every role, the first page's owner."""
    days = defaults()
    first_page = code.pages[code.source.code][code.order[0]]
    return CycleDraft(
        titles={},
        introductions={},
        questions={},
        time_zone=earlier[-1].time_zone if earlier else "UTC",
        scope=(WHOLE_CODE,),
        roles=known_roles(),
        reviewers=((first_page.front_matter.owner, ""),),
        objection_days=days["objection_days"],
        retention_days=days["retention_days"],
    )


def next_id(root: Path, opens: str) -> CycleId:
    """The year in which it opens, and the first number that no cycle of that year has."""
    year = opens[:4]
    taken = {path.name for path in (root / FOLDER).glob("*")}
    number = next(n for n in range(1, len(taken) + 2) if f"{year}-{n}" not in taken)
    if not ID.fullmatch(f"{year}-{number}"):
        raise CycleRefusedError(f"“{opens}” has no year: write --opens as 2027-01-11T09:00.")
    return CycleId(f"{year}-{number}")


def require_new(root: Path, cycle: CycleId) -> None:
    """Raises CycleRefusedError for what is no id, or that of a cycle which is there."""
    if not ID.fullmatch(cycle):
        message = f"“{cycle}” is no id of a cycle: write a year and a counter, as 2027-1."
        raise CycleRefusedError(message)
    folder = cycle_path(cycle).parent
    if (root / folder).exists():
        raise CycleRefusedError(f"{folder} is there: change it by hand, or choose another --id.")


def write_cycle(root: Path, code: Code, cycle: CycleId, draft: CycleDraft) -> Path:
    """Write the file of a new cycle; its path below `root` comes back.

    Raises ProblemsFoundError with what the build would refuse; never writes over a file.
    """
    path = cycle_path(cycle)
    text = cycle_text(draft)
    require_room(root, code, parse_cycle(text, cycle))
    (root / path).parent.mkdir(parents=True)
    with (root / path).open("x", encoding="utf-8") as file:
        file.write(text)
    return path


def cycle_text(draft: CycleDraft) -> str:
    """The draft as YAML that people like to read and change."""
    reviewers = [
        {"role": role, "editor": editor} if editor else {"role": role}
        for role, editor in draft.reviewers
    ]
    parts: list[dict[str, object]] = [
        {"title": dict(draft.titles)},
        {"introduction": {name: _lines(text) for name, text in draft.introductions.items()}},
        {"opens": draft.opens, "closes": draft.closes, "time_zone": draft.time_zone},
        {"scope": WHOLE_CODE if draft.scope == (WHOLE_CODE,) else list(draft.scope)},
        {
            "questions": {
                name: [dict(it) for it in asked] for name, asked in draft.questions.items()
            }
        },
        {"roles": list(draft.roles)},
        {"reviewers": reviewers},
        {"objection_days": draft.objection_days, "retention_days": draft.retention_days},
    ]
    return _HEAD + "\n".join(_yaml(part) for part in parts if part != {"questions": {}})


def _lines(text: str) -> str:
    """Lines without spaces around them: only those can be written down as they are."""
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


class _Dumper(yaml.SafeDumper):
    """Items of lists stand further in than their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


_Dumper.add_representer(str, _text)


def _yaml(content: Mapping[str, object]) -> str:
    return yaml.dump(dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
