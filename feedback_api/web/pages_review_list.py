"""The board: all comments, filtered, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from feedback_api.domain.comment import Comment, Kind, Role
from feedback_api.domain.decision import UNDECIDED, State
from feedback_api.domain.errors import UnknownSection
from feedback_api.domain.identity import WAITING
from feedback_api.services.standing import TextStanding, stands
from feedback_api.web.comment_filters import ME, NOBODY, find_comments, list_url, read_filters
from feedback_api.web.comment_view import names_of_cycles
from feedback_api.web.fields import read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.labels import label_of
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import language_tags
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_PATH = "/review"
_EXCERPT = 140
_FIELDS = (
    "state",
    "assignee",
    "agenda",
    "prepared",
    "section",
    "language",
    "role",
    "verified",
    "kind",
    "standing",
    "text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One comment in the list."""

    comment: Comment
    excerpt: str
    section: str
    language: str
    standing: TextStanding


async def show_board(visit: Visit) -> Response:
    """The list; with filters that cannot be, the filter form with what is wrong."""
    query = dict(read_query(visit.request))
    query.pop(choice_parameter(_PATH), None)
    form = FormState(prefix="filter", values=query)
    try:
        filters = read_filters(query, visit.services)
    except InvalidRequest as error:
        return _board(visit, form.refused(error, visit.messages, shows=_FIELDS), error=error)
    found = await in_thread(find_comments, filters, editor=visit.editor, services=visit.services)
    first, last = filters.offset, filters.offset + len(found.comments)
    previous = max(0, first - filters.limit)
    return _board(
        visit,
        form,
        rows=[_row(comment, visit) for comment in found.comments],
        total=found.total,
        offset=first,
        earlier=list_url(_PATH, query, previous) if first else None,
        later=list_url(_PATH, query, last) if last < found.total and found.comments else None,
    )


def _board(
    visit: Visit, form: FormState, *, error: InvalidRequest | None = None, **values: Any
) -> Response:
    text = visit.services.text
    tally = visit.services.reads.tally()
    say = visit.messages.say
    empty = {"rows": (), "total": 0, "offset": 0, "earlier": None, "later": None}
    return render(
        visit,
        "review_list.html",
        error=error,
        form=form,
        waiting=sum(tally.get(state, 0) for state in UNDECIDED),
        states=[
            (state.value, f"{say(label_of(state))} ({tally.get(state, 0)})") for state in State
        ],
        sections=_sections(visit),
        languages=[(language.code, language.name) for language in visit.languages],
        assignees=_assignees(visit),
        cycles=_cycles(visit),
        answers=[("true", say(mark("Yes"))), ("false", say(mark("No")))],
        roles=[(role, say(label_of(role))) for role in Role],
        kinds=[(kind, say(label_of(kind))) for kind in Kind],
        standings=[(one, say(label_of(one))) for one in TextStanding],
        tags=language_tags(text),
        **{**empty, **values},
    )


def _sections(visit: Visit) -> Sequence[tuple[str, str]]:
    language = visit.language.code
    return [
        (entry.id, f"{entry.number} {entry.languages[language].title}".strip())
        for entry in visit.services.text.all_sections()
    ]


def _assignees(visit: Visit) -> Sequence[tuple[str, str]]:
    """Oneself and nobody before the other editors."""
    say = visit.messages.say
    others = [one.name for one in visit.services.editors.all() if one.name != visit.editor]
    return [
        (ME, say(mark("Me"))),
        (NOBODY, say(mark("Nobody"))),
        *((name, name) for name in others),
    ]


def _cycles(visit: Visit) -> Sequence[tuple[str, str]]:
    waiting = visit.messages.say(mark("Waiting for the next"))
    return [(WAITING, waiting), *names_of_cycles(visit).items()]


def _row(comment: Comment, visit: Visit) -> _Row:
    names = {language.code: language.name for language in visit.languages}
    words = " ".join(comment.body.split())
    return _Row(
        comment=comment,
        excerpt=words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…",
        section=_section_name(comment, visit),
        language=names.get(comment.language, comment.language),
        standing=stands(comment, visit.services.text).standing,
    )


def _section_name(comment: Comment, visit: Visit) -> str:
    """As it is called now in the editor's language; the id of one that is retired."""
    try:
        entry = visit.services.text.section(comment.section)
    except UnknownSection:
        return comment.section
    return f"{entry.number} {entry.languages[visit.language.code].title}".strip()
