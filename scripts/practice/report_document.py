"""What a closed cycle asked, heard and decided, as `cycles/<id>/dispositions.json` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from practice.cycle import FOLDER, CycleId, Words
from practice.languages import LanguageCode
from practice.text import PageId, SectionId

FILE = "dispositions.json"
MARGINS = ("by_outcome", "by_role", "by_kind", "by_language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """A decision; `duplicate_of` is the id of a comment that readers may see."""

    outcome: str
    reason: str
    reason_language: LanguageCode
    decided_on: date
    duplicate_of: str | None
    deferred_to: CycleId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidComment:
    """A comment that readers may see; `decision` is None while a second answer is awaited."""

    id: str
    language: LanguageCode
    role: str
    role_verified: bool
    kind: str
    about: str
    body: str
    suggestion: str | None
    collected: bool
    support: int
    submitted_on: date
    objected: bool
    decision: Disposition | None
    earlier_decisions: tuple[Disposition, ...]
    commit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSection:
    """`number` is the clause's number on the day of closing; `asked` in each language spoken."""

    section: SectionId
    page: PageId
    number: str
    asked: tuple[Words, ...]
    summaries: Words
    comments: tuple[SaidComment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of public comments; None is withheld. `margins` is by the names in MARGINS."""

    comments: int | None
    margins: Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """Times are aware; `closed_again_at` are those after objections."""

    cycle: CycleId
    closed_at: datetime
    closed_again_at: tuple[datetime, ...]
    sections: tuple[SaidSection, ...]
    figures: Figures


def dispositions_path(cycle: CycleId) -> Path:
    """Where the file of that cycle is, relative to the repository."""
    return FOLDER / cycle / FILE


def dispositions_of(content: Mapping[str, Any]) -> Dispositions:
    """From content that its schema allows, and that says when the cycle was closed."""
    figures = content["figures"]
    return Dispositions(
        cycle=CycleId(content["cycle"]),
        closed_at=datetime.fromisoformat(content["closed_at"]),
        closed_again_at=tuple(map(datetime.fromisoformat, content["closed_again_at"])),
        sections=tuple(_section(section) for section in content["sections"]),
        figures=Figures(
            comments=figures["comments"],
            margins=MappingProxyType(
                {name: MappingProxyType(dict(figures[name])) for name in MARGINS}
            ),
        ),
    )


def _section(content: Mapping[str, Any]) -> SaidSection:
    return SaidSection(
        section=SectionId(content["section"]),
        page=PageId(content["page"]),
        number=content["number"],
        asked=tuple(_words(texts) for texts in content["asked"]),
        summaries=_words(content["summaries"]),
        comments=tuple(_comment(comment) for comment in content["comments"]),
    )


def _comment(content: Mapping[str, Any]) -> SaidComment:
    same = ("id", "role", "role_verified", "kind", "about", "body", "suggestion", "collected")
    return SaidComment(
        **{name: content[name] for name in (*same, "support", "objected", "commit")},
        language=LanguageCode(content["language"]),
        submitted_on=date.fromisoformat(content["submitted_on"]),
        decision=_decision(content["decision"]) if content["decision"] else None,
        earlier_decisions=tuple(_decision(earlier) for earlier in content["earlier_decisions"]),
    )


def _decision(content: Mapping[str, Any]) -> Disposition:
    return Disposition(
        outcome=content["outcome"],
        reason=content["reason"],
        reason_language=LanguageCode(content["reason_language"]),
        decided_on=date.fromisoformat(content["decided_on"]),
        duplicate_of=content["duplicate_of"],
        deferred_to=CycleId(content["deferred_to"]) if content["deferred_to"] else None,
    )


def _words(texts: Mapping[str, str]) -> Words:
    return MappingProxyType({LanguageCode(code): text for code, text in texts.items()})
