"""dispositions.json: what `feedback_api/dispositions.schema.json` describes, as bytes.

No name, no e-mail address and no editor goes into it, whoever asks.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec

from feedback_api.domain.comment import About, Kind, Role
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import WAITING, LanguageCode
from feedback_api.services.closing import Disposition, Dispositions, SectionDispositions

_SCHEMA = 1
_Margin = Mapping[str, int | None]
_WordT = TypeVar("_WordT", bound=StrEnum)


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision without who took it."""

    outcome: State
    reason: str
    reason_language: str
    decided_on: str
    duplicate_of: str | None
    deferred_to: str | None


class CommentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A comment without who made it."""

    id: str
    language: str
    role: Role
    role_verified: bool
    kind: Kind
    about: About
    body: str
    suggestion: str | None
    wording: str
    collected: bool
    support: int
    submitted_on: str
    objected: bool
    decision: DecisionRow | None
    earlier_decisions: list[DecisionRow]
    commit: str | None


class SectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A section: what was asked, said and decided about it."""

    section: str
    page: str
    number: str
    asked: list[Mapping[LanguageCode, str]]
    summaries: Mapping[LanguageCode, str]
    comments: list[CommentRow]


class FiguresRow(msgspec.Struct, frozen=True, kw_only=True):
    """Margins; None is withheld."""

    comments: int | None
    by_outcome: _Margin
    by_role: _Margin
    by_language: _Margin
    by_kind: _Margin


class DispositionsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    schema: int
    cycle: str
    closed_at: str | None
    closed_again_at: list[str]
    sections: list[SectionRow]
    figures: FiguresRow


def dispositions_document(found: Dispositions) -> bytes:
    """The document, indented and with a line end, so that a diff of two shows what changed."""
    closings = [_moment(closing.at) for closing in found.record.closings]
    document = DispositionsDocument(
        schema=_SCHEMA,
        cycle=found.cycle.id,
        closed_at=closings[0] if closings else None,
        closed_again_at=closings[1:],
        sections=[_section(section) for section in found.sections],
        figures=_figures(found.figures),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _figures(figures: PublicFigures) -> FiguresRow:
    return FiguresRow(
        comments=figures.comments,
        by_outcome=_margin(figures.by_outcome),
        by_role=_margin(figures.by_role),
        by_language={str(code): figure for code, figure in figures.by_language.items()},
        by_kind=_margin(figures.by_kind),
    )


def _section(found: SectionDispositions) -> SectionRow:
    return SectionRow(
        section=found.section,
        page=found.page,
        number=found.number,
        asked=[question.texts for question in found.asked],
        summaries=found.summaries,
        comments=[_comment(one) for one in found.comments],
    )


def _comment(found: Disposition) -> CommentRow:
    comment = found.comment
    return CommentRow(
        id=comment.id,
        language=comment.language,
        role=comment.role,
        role_verified=comment.role_verified,
        kind=comment.kind,
        about=comment.about,
        body=comment.body,
        suggestion=comment.suggestion,
        wording=comment.wording,
        collected=comment.collected_by is not None,
        support=found.support,
        submitted_on=_day(comment.submitted_at),
        objected=comment.objection is not None,
        decision=_decision(found.decision) if found.decision else None,
        earlier_decisions=[_decision(one) for one in found.overruled],
        commit=found.commit,
    )


def _decision(decision: Decision) -> DecisionRow:
    deferred_to = decision.deferred_to
    return DecisionRow(
        outcome=decision.outcome,
        reason=decision.reason,
        reason_language=decision.reason_language,
        decided_on=_day(decision.at),
        duplicate_of=decision.duplicate_of,
        deferred_to=None if deferred_to == WAITING else deferred_to,
    )


def _margin(cells: Mapping[_WordT, int | None]) -> _Margin:
    return {word.value: figure for word, figure in cells.items()}


def _moment(at: datetime) -> str:
    """UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(at: datetime) -> str:
    """Not the minute: that would tell who made a comment to whoever saw them at it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d")
