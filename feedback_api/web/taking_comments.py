"""Takes one comment: counts it, looks whether it came before, stores it."""

from contextlib import nullcontext

from feedback_api.services.counting import Purpose
from feedback_api.services.submit import Submitted
from feedback_api.web.fields import Fields
from feedback_api.web.guessing import guessed
from feedback_api.web.invited import WRONG
from feedback_api.web.posted_comment import submit_fields
from feedback_api.web.recent_comments import SentText
from feedback_api.web.visit import Visit

_NOTHING = nullcontext()


async def take_comment(
    visit: Visit, fields: Fields, *, key: str | None, texts: bool = False
) -> Submitted:
    """See submit_fields; what is wrong in itself counts too, a retry with the same key does not.

    Raises as submit_fields, TooManyRequests, SameTextAgain.
    """
    sent = SentText(
        address=visit.address,
        section=fields.get("section"),
        body=fields.get("body"),
        suggestion=fields.get("suggestion"),
        key=key,
    )
    recent = visit.web.restraint.recent
    if recent is None or not recent.knows_key(sent):
        await visit.count(Purpose.COMMENTS)
    once = _NOTHING if recent is None else recent.once(sent)
    if fields.get("invitation") is None:
        with once:
            return await submit_fields(fields, key=key, services=visit.services, texts=texts)
    async with guessed(visit, wrong=WRONG):
        with once:
            return await submit_fields(fields, key=key, services=visit.services, texts=texts)
