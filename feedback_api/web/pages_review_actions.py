"""What an editor does on the page of one comment: every button of it, without JavaScript.

Whatever hinders a change, its page comes back with what was typed and what has happened meanwhile.
"""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.errors import (
    Conflict,
    Invalid,
    NotAllowedNow,
    OtherEditorNeeded,
    ReviewersOnly,
    StoreError,
)
from feedback_api.web import comment_actions as actions
from feedback_api.web.comment_actions import Action, PostedT, comment_id, perform
from feedback_api.web.guard import CSRF_FIELD
from feedback_api.web.pages_review_comment import comment_page
from feedback_api.web.visit import Visit

_ASIDE = (CSRF_FIELD, "template", "picked")
"""Fields of the forms that are no part of what is recorded."""
_HINDERED = (Invalid, NotAllowedNow, OtherEditorNeeded, ReviewersOnly, StoreError)


async def post_begin(visit: Visit) -> Response:
    """Take the comment into work."""
    return await _act(visit, actions.BEGIN, done="begun")


async def post_publicity(visit: Visit) -> Response:
    """Let readers see the comment, or keep it to the editors."""
    form = await visit.form()
    done = "shown" if form.get("public") == "true" else "kept"
    return await _act(visit, actions.PUBLICITY, done=done)


async def post_assignment(visit: Visit) -> Response:
    """Say who works on the comment."""
    return await _act(visit, actions.ASSIGN, form="assign", done="assigned")


async def post_take(visit: Visit) -> Response:
    """Say that one works on it oneself."""
    given = {**await visit.form(), "assignee": visit.editor}
    return await _act(visit, actions.ASSIGN, given, form="assign", done="assigned")


async def post_note(visit: Visit) -> Response:
    """Leave a note for the other editors."""
    return await _act(visit, actions.NOTE_DOWN, form="note", done="noted")


async def post_gloss(visit: Visit) -> Response:
    """Say in one line what the comment says."""
    return await _act(visit, actions.GLOSS_OVER, form="gloss", done="glossed")


async def post_question(visit: Visit) -> Response:
    """Ask the commenter."""
    return await _act(visit, actions.ASK, form="question", done="asked")


async def post_decision(visit: Visit) -> Response:
    """Record a decision."""
    return await _act(visit, actions.DECIDE, form="decide", done="decided")


async def post_preparation(visit: Visit) -> Response:
    """Prepare a decision, to be announced later."""
    return await _act(visit, actions.PREPARE, form="decide", done="prepared")


async def post_merge(visit: Visit) -> Response:
    """Merge it into the comment that was typed, else into the one that was picked."""
    form = await visit.form()
    typed = form.get("duplicate_of", "").strip()
    given = {**form, "duplicate_of": typed or form.get("picked", "")}
    return await _act(visit, actions.MERGE, given, form="merge", done="decided")


async def post_deferral(visit: Visit) -> Response:
    """Leave it to a later review cycle."""
    return await _act(visit, actions.DEFER, form="defer", done="decided")


async def post_drop(visit: Visit) -> Response:
    """Drop the prepared decision."""
    return await _act(visit, actions.UNPREPARE, done="dropped")


async def post_announcement(visit: Visit) -> Response:
    """Put the prepared decision in force."""
    return await _act(visit, actions.ANNOUNCE, done="decided")


async def post_undo(visit: Visit) -> Response:
    """Take the decision back."""
    return await _act(visit, actions.UNDO, done="undone")


async def _act(
    visit: Visit,
    action: Action[PostedT],
    given: Mapping[str, str] | None = None,
    *,
    form: str = "",
    done: str,
) -> Response:
    """Back to the comment when it is done; else its page with what hindered it.

    `given` stands for what was posted where that is read in some other way.
    """
    typed = await visit.form()
    fields = _recorded(given or typed, action)
    try:
        comment = await perform(action, visit, fields, texts=True)
    except Conflict as error:
        return comment_page(visit, error.newer, form=form, typed=typed, error=error)
    except _HINDERED as error:
        present = visit.services.comments.get(comment_id(visit))
        return comment_page(visit, present, form=form, typed=typed, error=error)
    return RedirectResponse(f"/review/{comment.id}?done={done}", status_code=303)


def _recorded(form: Mapping[str, str], action: Action[PostedT]) -> Mapping[str, str]:
    """The fields of the action; a blank one is none, unless that means something."""
    keeps = {*action.blanks, *action.rules}
    return {
        name: value
        for name, value in form.items()
        if name not in _ASIDE and (value.strip() or name in keeps)
    }
