"""The JSON API of seconding: a program keeps the cookie that the first answer sets."""

from starlette.responses import Response

from feedback_api.services.support import has_seconded, second, support_of, take_back_second
from feedback_api.web.api import json_answer
from feedback_api.web.change_support import SupportStep, change_support, remembered
from feedback_api.web.fields import convert, read_json
from feedback_api.web.support_models import SupportPosted, SupportShown
from feedback_api.web.visit import Visit


async def post_second(visit: Visit) -> Response:
    """Second a published comment; again is no error and counts once."""
    return await _change(visit, second)


async def post_unsecond(visit: Visit) -> Response:
    """Take that back; again is no error."""
    return await _change(visit, take_back_second)


async def _change(visit: Visit, step: SupportStep) -> Response:
    if await visit.request.body():
        convert(await read_json(visit.request), SupportPosted)
    supporter, comment = await change_support(visit, step)
    shown = SupportShown(
        comment=comment.id,
        support=support_of(comment, visit.services),
        seconded=supporter is not None and has_seconded(comment, supporter, visit.services),
    )
    return remembered(supporter, json_answer(shown), visit)
