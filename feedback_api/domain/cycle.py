"""Review cycles, as the build publishes them in sections.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Role
from feedback_api.domain.identity import CycleId, LanguageCode, SectionId

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

    def takes(self, section: SectionId, at: datetime) -> bool:
        """Whether a comment on `section` made at `at` belongs to this cycle."""
        covered = self.scope is None or section in self.scope
        return covered and self.opens <= at < self.closes
