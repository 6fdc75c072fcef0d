"""Review cycles, as the build publishes them in sections.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from feedback_api.domain.comment import Role
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import CycleId, EditorName, LanguageCode, SectionId

Texts = Mapping[LanguageCode, str]
"""The same in several languages; the source's is always there, others may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleQuestion:
    """What a cycle asks about a section."""

    section: SectionId
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """`scope` is None for the whole code; `reviewers` are roles, as owners of pages are named.

    `time_zone` is the IANA name by whose clocks people are told of `opens` and `closes`.
    """

    id: CycleId
    opens: datetime
    closes: datetime
    time_zone: str
    titles: Texts
    introductions: Texts
    urls: Texts
    scope: tuple[SectionId, ...] | None
    questions: tuple[CycleQuestion, ...]
    roles: tuple[Role, ...]
    reviewers: tuple[str, ...]
    objection_days: int
    retention_days: int

    def covers(self, section: SectionId) -> bool:
        """Whether the section is in its scope."""
        return self.scope is None or section in self.scope

    def takes(self, section: SectionId, at: datetime) -> bool:
        """Whether a comment on `section` made at `at` belongs to this cycle."""
        return self.covers(section) and self.opens <= at < self.closes


class Phase(StrEnum):
    """Where a cycle stands."""

    UPCOMING = "upcoming"
    OPEN = "open"  # takes comments
    DECIDING = "deciding"  # takes none any more, and is not closed
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """That editors closed a cycle: once, and again after each round of objections."""

    at: datetime
    by: EditorName


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was said about a section, in an editor's words, for a report in `language`."""

    section: SectionId
    language: LanguageCode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """What editors did with a cycle as a whole; each change makes `version` one higher.

    `figures` are those of the first closing: what anybody may know by now, and never more.
    """

    id: CycleId
    closings: tuple[Closing, ...] = ()
    summaries: tuple[Summary, ...] = ()
    figures: PublicFigures | None = None
    version: int = 0

    def summary(self, section: SectionId, language: LanguageCode) -> str:
        """What editors say was said about a section; "" where they say nothing."""
        for one in self.summaries:
            if (one.section, one.language) == (section, language):
                return one.text
        return ""

    @property
    def is_closed(self) -> bool:
        return bool(self.closings)

    def objections_until(self, cycle: Cycle) -> datetime | None:
        """The first moment at which nobody may object any more; None before the closing."""
        if not self.closings:
            return None
        return self.closings[0].at + timedelta(days=cycle.objection_days)

    def phase(self, cycle: Cycle, now: datetime) -> Phase:
        """Where the cycle stands at `now`."""
        if self.is_closed:
            return Phase.CLOSED
        if now < cycle.opens:
            return Phase.UPCOMING
        return Phase.OPEN if now < cycle.closes else Phase.DECIDING


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTemplate:
    """A reason that editors give often, in the languages it was written in."""

    id: str
    name: str
    texts: Texts
