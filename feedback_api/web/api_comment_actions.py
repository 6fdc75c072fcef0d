"""What editors do with one comment, as JSON; each answer is the comment as it is then."""

from starlette.responses import Response

from feedback_api.web import comment_actions as actions
from feedback_api.web.api import json_answer
from feedback_api.web.comment_actions import Action, PostedT, perform
from feedback_api.web.fields import read_json
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.visit import Visit


async def begin_review(visit: Visit) -> Response:
    """Take the comment into work."""
    return await _act(visit, actions.BEGIN)


async def post_publicity(visit: Visit) -> Response:
    """Let readers see the comment, or keep it to the editors."""
    return await _act(visit, actions.PUBLICITY)


async def post_assignment(visit: Visit) -> Response:
    """Say who works on the comment."""
    return await _act(visit, actions.ASSIGN)


async def post_note(visit: Visit) -> Response:
    """Leave a note for the other editors."""
    return await _act(visit, actions.NOTE_DOWN)


async def post_gloss(visit: Visit) -> Response:
    """Say in one line what the comment says."""
    return await _act(visit, actions.GLOSS_OVER)


async def post_question(visit: Visit) -> Response:
    """Ask the commenter."""
    return await _act(visit, actions.ASK)


async def post_decision(visit: Visit) -> Response:
    """Decide the comment; 409 with the newer comment if somebody was faster."""
    return await _act(visit, actions.DECIDE)


async def merge(visit: Visit) -> Response:
    """Decide that the comment repeats another one."""
    return await _act(visit, actions.MERGE)


async def defer(visit: Visit) -> Response:
    """Leave the comment to a later review cycle."""
    return await _act(visit, actions.DEFER)


async def prepare_decision(visit: Visit) -> Response:
    """Prepare a decision that nobody but the editors sees until it is announced."""
    return await _act(visit, actions.PREPARE)


async def drop_prepared(visit: Visit) -> Response:
    """Drop the prepared decision."""
    return await _act(visit, actions.UNPREPARE)


async def undo_decision(visit: Visit) -> Response:
    """Take the decision back."""
    return await _act(visit, actions.UNDO)


async def _act(visit: Visit, action: Action[PostedT]) -> Response:
    comment = await perform(action, visit, await read_json(visit.request))
    return json_answer(reviewed_comment_shown(comment, visit.services))
