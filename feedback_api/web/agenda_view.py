"""What a review cycle answers, as the board lists it: by section, each comment as one row."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from feedback_api.domain.comment import Comment, Kind, Role
from feedback_api.domain.cycle import Cycle, CycleRecord
from feedback_api.domain.decision import State
from feedback_api.domain.errors import Unknown
from feedback_api.domain.identity import CommentId, SectionId
from feedback_api.services.agenda import Heard
from feedback_api.services.support import support_of
from feedback_api.web.cycle_view import SaidText, said
from feedback_api.web.section_view import SectionView, language_tags, view_section, view_wording
from feedback_api.web.visit import Visit

_EXCERPT = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One comment; `prepared` and `reason` are those of a decision not announced yet."""

    id: CommentId
    version: int
    excerpt: str
    tag: str
    section: str
    language: str
    role: Role
    role_verified: bool
    kind: Kind
    state: State
    decided_here: State | None
    prepared: State | None
    reason: SaidText | None
    support: int
    is_public: bool
    assignee: str | None
    gloss: SaidText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPart:
    """A section with what was asked and said about it; `hidden` counts what is not public."""

    id: SectionId
    name: str
    tag: str
    asked: Sequence[SaidText]
    rows: Sequence[AgendaRow]
    summarised: str
    hidden: int


def agenda_row(comment: Comment, visit: Visit, *, decided_here: State | None = None) -> AgendaRow:
    """The row of a comment, for editors."""
    tags = language_tags(visit.services.text)
    names = {language.code: language.name for language in visit.languages}
    prepared, gloss = comment.prepared, comment.gloss
    return AgendaRow(
        id=comment.id,
        version=comment.version,
        excerpt=_excerpt(comment.body),
        tag=tags[comment.language],
        section=section_named(comment.section, comment, visit).text,
        language=names.get(comment.language, comment.language),
        role=comment.role,
        role_verified=comment.role_verified,
        kind=comment.kind,
        state=comment.state,
        decided_here=decided_here,
        prepared=prepared.outcome if prepared else None,
        reason=SaidText(text=_excerpt(prepared.reason), tag=tags[prepared.reason_language])
        if prepared
        else None,
        support=support_of(comment, visit.services, everything=True),
        is_public=comment.is_public,
        assignee=comment.assignee,
        gloss=SaidText(text=gloss.text, tag=tags[gloss.language]) if gloss else None,
    )


def agenda_parts(
    cycle: Cycle, record: CycleRecord, heard: Iterable[Heard], visit: Visit
) -> Sequence[AgendaPart]:
    """Sections with question, comment or summary, in reading order, retired ones last."""
    by_section: dict[SectionId, list[Heard]] = {}
    for question in cycle.questions:
        by_section.setdefault(question.section, [])
    for summary in record.summaries:
        by_section.setdefault(summary.section, [])
    for one in heard:
        by_section.setdefault(one.comment.section, []).append(one)
    order = {entry.id: rank for rank, entry in enumerate(visit.services.text.all_sections())}
    return [
        agenda_part(section, by_section[section], cycle=cycle, record=record, visit=visit)
        for section in sorted(by_section, key=lambda one: (order.get(one, len(order)), one))
    ]


def agenda_part(
    section: SectionId, heard: Sequence[Heard], *, cycle: Cycle, record: CycleRecord, visit: Visit
) -> AgendaPart:
    """One section; `heard` is what was said about it."""
    comments = [one.comment for one in heard]
    name = section_named(section, comments[-1] if comments else None, visit)
    return AgendaPart(
        id=section,
        name=name.text,
        tag=name.tag,
        asked=[said(one.texts, visit) for one in cycle.questions if one.section == section],
        rows=[
            agenda_row(
                one.comment, visit, decided_here=one.decision.outcome if one.decision else None
            )
            for one in heard
        ],
        summarised=", ".join(_summarised(section, record, visit).values()),
        hidden=sum(
            not comment.is_public for comment in comments if comment.state is not State.WITHDRAWN
        ),
    )


def section_named(section: SectionId, comment: Comment | None, visit: Visit) -> SaidText:
    """Number and title as published now, else as the commenter saw it, else the id alone."""
    text = visit.services.text
    with suppress(Unknown):
        return _named(view_section(section, visit.language.code, text))
    if comment is not None:
        with suppress(Unknown):
            wording = text.wording(section, comment.language, comment.wording)
            return _named(view_wording(wording, text))
    return SaidText(text=section, tag=visit.language.tag)


def _named(section: SectionView) -> SaidText:
    return SaidText(text=f"{section.number} {section.title}".strip(), tag=section.tag)


def _summarised(section: SectionId, record: CycleRecord, visit: Visit) -> Mapping[str, str]:
    """The names of the languages in which there is a summary."""
    written = {one.language for one in record.summaries if one.section == section}
    return {one.code: one.name for one in visit.languages if one.code in written}


def _excerpt(body: str) -> str:
    words = " ".join(body.split())
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"
