"""Seconding a comment with what tells one browser from another, for pages and programs alike."""

from collections.abc import Callable

from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.services.counting import Purpose
from feedback_api.services.support import take_back_second
from feedback_api.web.comment_list import public_comment
from feedback_api.web.guard import refuse_foreign
from feedback_api.web.supporters import new_supporter, remember_supporter, supporter_of
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

SupportStep = Callable[..., Comment]
"""`second` or `take_back_second`."""


async def change_support(visit: Visit, step: SupportStep) -> tuple[str | None, Comment]:
    """Who it was, None for a browser that has never seconded anything, and the comment.

    Raises NotFromOurPage, TooManyRequests, UnknownComment, StoreError.
    """
    refuse_foreign(visit)
    await visit.count(Purpose.SUPPORT)
    comment = public_comment(visit)
    supporter = supporter_of(visit.request, visit.web.place)
    if step is take_back_second and supporter is None:
        return None, comment
    supporter = supporter or new_supporter()
    return supporter, await in_thread(step, comment.id, supporter, services=visit.services)


def remembered(supporter: str | None, answer: Response, visit: Visit) -> Response:
    """The answer with the browser's cookie, if it has or gets one."""
    if supporter is not None:
        remember_supporter(supporter, answer, visit.web.place)
    return answer
