"""What the page of one comment shows around the comment itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import UNDECIDED, State
from feedback_api.domain.errors import FeedbackError, RetiredSection, UnknownCycle
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import CommentId, CycleId, LanguageCode
from feedback_api.domain.section import TranslationState
from feedback_api.services.agenda import cycle_of
from feedback_api.services.ports import LIST_LIMIT, CommentQuery
from feedback_api.services.review import refuse_undecidable
from feedback_api.web.cycle_view import said
from feedback_api.web.problem import Said, say_error
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit

_EXCERPT = 200
_NAMING = (EventKind.ASSIGNED, EventKind.PROPOSED)
"""Events after which there is no other state, but a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The section as published now in one language."""

    name: str
    tag: str
    title: str
    text: str
    url: str
    state: TranslationState
    is_source: bool
    is_commented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Another comment on the same section, into which this one may be merged."""

    id: CommentId
    excerpt: str
    tag: str
    state: State
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A question to the commenter (`by` an editor), or what the commenter said later."""

    at: datetime
    body: str
    language: LanguageCode
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One event; `state` where it changed or names one, `name` for an assignment or a branch."""

    at: datetime
    what: EventKind
    by: str | None  # None for the commenter
    state: State | None
    name: str | None
    reason: str | None
    commit: str | None


def history(events: Sequence[Event]) -> Sequence[HistoryRow]:
    """What happened, for editors."""
    return [
        HistoryRow(
            at=event.at,
            what=event.what,
            by=None if event.by == BY_COMMENTER else event.by,
            state=_state(event),
            name=event.after if event.what in _NAMING else None,
            reason=event.reason,
            commit=event.commit,
        )
        for event in events
    ]


def _state(event: Event) -> State | None:
    if event.what in _NAMING or not event.after or event.after == event.before:
        return None
    return State(event.after)


def columns(comment: Comment, visit: Visit) -> Sequence[Column]:
    """The section in every language; nothing for a retired one."""
    try:
        entry = visit.services.text.section(comment.section)
    except RetiredSection:
        return ()
    tags = language_tags(visit.services.text)
    shown = []
    for language in visit.languages:
        published = entry.languages[language.code]
        shown.append(
            Column(
                name=language.name,
                tag=tags[published.text_language],
                title=published.title,
                text=published.text,
                url=published.url,
                state=published.state,
                is_source=language.source,
                is_commented=language.code == comment.language
                and published.fingerprint == comment.wording,
            )
        )
    return shown


def conversation(comment: Comment) -> Sequence[Utterance]:
    """What was asked and added after the comment was made, in its order."""
    asked = [
        Utterance(at=one.at, body=one.body, language=one.language, by=one.by)
        for one in comment.questions
    ]
    added = [
        Utterance(at=one.at, body=one.body, language=comment.language, by=None)
        for one in comment.additions
    ]
    return sorted([*asked, *added], key=lambda one: one.at)


def candidates(comment: Comment, visit: Visit) -> Sequence[Candidate]:
    """The other comments on the section that are not withdrawn, oldest first."""
    query = CommentQuery(section=comment.section, limit=LIST_LIMIT)
    tags = language_tags(visit.services.text)
    return [
        Candidate(
            id=other.id,
            excerpt=excerpt(other.body),
            tag=tags[other.language],
            state=other.state,
            submitted_at=other.submitted_at,
        )
        for other in visit.services.reads.select(query).comments
        if other.id != comment.id and other.state is not State.WITHDRAWN
    ]


def later_cycles(comment: Comment, visit: Visit) -> Sequence[tuple[str, str]]:
    """The cycles a comment can be deferred to, with their titles."""
    cycles = visit.services.cycles
    try:
        after = cycles.cycle(cycle_of(comment, visit.services)).opens
    except UnknownCycle:
        after = comment.submitted_at
    return [
        (cycle.id, said(cycle.titles, visit).text)
        for cycle in cycles.all_cycles()
        if cycle.opens > after
        and cycle.covers(comment.section)
        and not visit.services.records.get(cycle.id).is_closed
    ]


def names_of_cycles(visit: Visit) -> Mapping[CycleId, str]:
    """The titles of all cycles in the editor's language."""
    return {
        cycle.id: said(cycle.titles, visit).text for cycle in visit.services.cycles.all_cycles()
    }


def hindrance(comment: Comment, visit: Visit) -> Said | None:
    """Why this editor cannot decide the comment now, if so."""
    try:
        refuse_undecidable(comment, visit.editor, visit.services)
    except FeedbackError as error:
        return say_error(error, visit.messages)
    return None


def following(comment: Comment, visit: Visit) -> CommentId | None:
    """The oldest other comment for which no decision is made or prepared."""
    waiting = visit.services.reads.select(
        CommentQuery(states=UNDECIDED, prepared=False, limit=2)
    ).comments
    return next((other.id for other in waiting if other.id != comment.id), None)


def excerpt(body: str) -> str:
    """The beginning of a text, in one line."""
    words = " ".join(body.split())
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"
