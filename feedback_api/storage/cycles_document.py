"""The review cycles in sections.json (`feedback_api/sections.schema.json`), read and checked."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import Cycle, CycleQuestion, Texts
from feedback_api.domain.identity import CycleId, LanguageCode, SectionId

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Days = Annotated[int, msgspec.Meta(ge=1)]


class QuestionRecord(msgspec.Struct, frozen=True):
    """One question about one section."""

    section: str
    texts: dict[str, str]


class CycleRecord(msgspec.Struct, frozen=True):
    """One review cycle; fields it does not name may be there."""

    # Also the name of a folder of comments.
    id: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[1-9][0-9]?$")]
    opens: _Moment
    closes: _Moment
    time_zone: str
    titles: dict[str, str]
    introductions: dict[str, str]
    urls: dict[str, str]
    scope: Literal["all"] | tuple[str, ...]
    questions: tuple[QuestionRecord, ...]
    roles: tuple[Role, ...]
    reviewers: tuple[str, ...]
    objection_days: _Days
    retention_days: _Days


def read_cycles(records: tuple[CycleRecord, ...], source: LanguageCode) -> tuple[Cycle, ...]:
    """In the order of their opening; raises ValueError that says what is wrong."""
    cycles = tuple(sorted((_cycle(record) for record in records), key=lambda cycle: cycle.opens))
    for cycle in cycles:
        if cycle.closes <= cycle.opens:
            raise ValueError(f"cycle {cycle.id} closes before it opens")
        if any(source not in texts for texts in _texts(cycle)):
            raise ValueError(f"cycle {cycle.id} lacks a text in the source language")
    for earlier, later in pairwise(cycles):
        if later.opens < earlier.closes:
            raise ValueError(f"cycles {earlier.id} and {later.id} are open at once")
    return cycles


def _cycle(record: CycleRecord) -> Cycle:
    return Cycle(
        id=CycleId(record.id),
        opens=record.opens,
        closes=record.closes,
        time_zone=record.time_zone,
        titles=_by_language(record.titles),
        introductions=_by_language(record.introductions),
        urls=_by_language(record.urls),
        scope=None if isinstance(record.scope, str) else tuple(map(SectionId, record.scope)),
        questions=tuple(
            CycleQuestion(section=SectionId(entry.section), texts=_by_language(entry.texts))
            for entry in record.questions
        ),
        roles=record.roles,
        reviewers=record.reviewers,
        objection_days=record.objection_days,
        retention_days=record.retention_days,
    )


def _texts(cycle: Cycle) -> tuple[Texts, ...]:
    asked = (question.texts for question in cycle.questions)
    return (cycle.titles, cycle.introductions, cycle.urls, *asked)


def _by_language(texts: Mapping[str, str]) -> Texts:
    return {LanguageCode(code): text for code, text in texts.items()}  # JSON knows no proxies
