"""Announcing prepared decisions together, as JSON."""

from starlette.responses import Response

from feedback_api.domain.errors import FeedbackError, StoreError
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CommentId
from feedback_api.services.prepare import announce
from feedback_api.web.announcement_models import (
    ANNOUNCED_LIMIT,
    AnnouncedShown,
    AnnouncementPosted,
    PickPosted,
    RefusedShown,
)
from feedback_api.web.announcements import require_picks
from feedback_api.web.api import json_answer
from feedback_api.web.fields import convert, read_json
from feedback_api.web.messages import Messages
from feedback_api.web.problem import say_error
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def post_announcement(visit: Visit) -> Response:
    """Put prepared decisions in force; each stands or falls by itself.

    When the store failed for all of them, that is the answer.
    """
    picked = _picked(convert(await read_json(visit.request), AnnouncementPosted).comments)
    told = await in_thread(announce, picked, editor=visit.editor, services=visit.services)
    failures = [one.error for one in told if isinstance(one.error, StoreError)]
    if len(failures) == len(told):
        raise failures[0]
    return json_answer(
        AnnouncedShown(
            announced=[one.comment_id for one in told if one.error is None],
            refused=[
                _refused(one.comment_id, one.error, visit.messages)
                for one in told
                if one.error is not None
            ],
        )
    )


def _picked(posted: list[PickPosted]) -> list[tuple[CommentId, int]]:
    """Raises InvalidRequest."""
    require_picks([one.id for one in posted], ANNOUNCED_LIMIT)
    return [(CommentId(one.id), one.version) for one in posted]


def _refused(comment: CommentId, error: FeedbackError, messages: Messages) -> RefusedShown:
    said = say_error(error, messages)
    return RefusedShown(id=shown(comment), code=error.code, detail=said.detail)
