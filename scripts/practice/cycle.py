"""A review cycle: when comments on which sections are asked for, of whom, and who decides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType

from practice.front_matter import SectionId
from practice.languages import LanguageCode

CycleId = NewType("CycleId", str)
Words = Mapping[LanguageCode, str]

FOLDER = Path("cycles")
FILE = "cycle.yml"
WHOLE_CODE = "all"


class Phase(StrEnum):
    """Where a cycle stands at a moment."""

    UPCOMING = "upcoming"
    OPEN = "open"
    DECIDING = "deciding"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a cycle asks about a section, in each language that the cycle speaks."""

    section: SectionId
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """`role` is an owner of pages, in English; `editor` names an account and is never published."""

    role: str
    editor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """`opens` and `closes` are in UTC: comments are taken from the first until before the second.

    `scope` is None for the whole code; its ids, and those of questions, may have been withdrawn
    since. A language that came later than the cycle is missing in its Words.
    """

    id: CycleId
    title: Words
    introduction: Words
    opens: datetime
    closes: datetime
    time_zone: str
    scope: tuple[SectionId, ...] | None
    questions: tuple[Question, ...]
    roles: tuple[str, ...]
    reviewers: tuple[Reviewer, ...]
    objection_days: int
    retention_days: int

    @property
    def path(self) -> Path:
        """Of its file, relative to the repository."""
        return cycle_path(self.id)

    @property
    def languages(self) -> frozenset[LanguageCode]:
        """Those in which the cycle says anything at all."""
        texts = (self.title, self.introduction, *(question.words for question in self.questions))
        return frozenset(language for words in texts for language in words)

    def phase(self, now: datetime, *, reported: bool) -> Phase:
        """Where the cycle stands at `now`, an aware time; it is closed once it is `reported`."""
        if now < self.opens:
            return Phase.UPCOMING
        if now < self.closes:
            return Phase.OPEN
        return Phase.CLOSED if reported else Phase.DECIDING


def cycle_path(cycle: CycleId) -> Path:
    """Where the file of that cycle is, relative to the repository."""
    return FOLDER / cycle / FILE
