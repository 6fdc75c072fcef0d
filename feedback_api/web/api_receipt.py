"""The JSON API of whoever holds a receipt: follow, reply, object, withdraw, erase, take along."""

from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.services.follow import add_to, erase, follow, object_to, withdraw
from feedback_api.web.api import json_answer
from feedback_api.web.fields import convert, read_json
from feedback_api.web.followed import followed_shown, own_data_shown
from feedback_api.web.posted_models import ReceiptPosted, ReplyPosted
from feedback_api.web.receipt_models import ObjectionPosted
from feedback_api.web.refusals import ReceiptMissing
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

DATA_FILE = {"content-disposition": 'attachment; filename="comment.json"'}
_SCHEME = "receipt"


async def show_own(visit: Visit) -> Response:
    """The comment of the receipt in the Authorization header."""
    return _shown(visit, follow(_receipt(visit, None), services=visit.services))


async def own_data(visit: Visit) -> Response:
    """All that is stored of the comment and is its commenter's, as a file."""
    comment = follow(_receipt(visit, None), services=visit.services)
    answer = json_answer(own_data_shown(comment, visit.services))
    answer.headers.update(DATA_FILE)
    return answer


async def reply(visit: Visit) -> Response:
    """Add to the comment."""
    posted = convert(await read_json(visit.request), ReplyPosted)
    receipt = _receipt(visit, posted.receipt)
    comment = await in_thread(add_to, receipt, posted.body, services=visit.services)
    return _shown(visit, comment)


async def object_own(visit: Visit) -> Response:
    """Object to the decision of a closed cycle."""
    posted = convert(await read_json(visit.request), ObjectionPosted)
    receipt = _receipt(visit, posted.receipt)
    comment = await in_thread(object_to, receipt, posted.body, services=visit.services)
    return _shown(visit, comment)


async def withdraw_own(visit: Visit) -> Response:
    """Withdraw the comment; the body may be empty."""
    receipt = await _posted_receipt(visit)
    comment = await in_thread(withdraw, receipt, services=visit.services)
    return _shown(visit, comment)


async def erase_own(visit: Visit) -> Response:
    """Erase the comment; the body may be empty."""
    receipt = await _posted_receipt(visit)
    await in_thread(erase, receipt, services=visit.services)
    return Response(status_code=204)


def _shown(visit: Visit, comment: Comment) -> Response:
    return json_answer(followed_shown(comment, visit.services))


async def _posted_receipt(visit: Visit) -> str:
    is_empty = not await visit.request.body()
    posted = ReceiptPosted() if is_empty else convert(await read_json(visit.request), ReceiptPosted)
    return _receipt(visit, posted.receipt)


def _receipt(visit: Visit, in_body: str | None) -> str:
    """From the header `Authorization: Receipt …`, else from the body. Raises ReceiptMissing."""
    scheme, _, given = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == _SCHEME and given.strip():
        return given
    if in_body:
        return in_body
    raise ReceiptMissing
