"""The public JSON API: sections, counts, posting a comment, following it by receipt."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.identity import PageId, SectionId
from feedback_api.services.follow import add_to, follow, withdraw
from feedback_api.web.answers import own_comment_shown, section_shown
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.fields import JSON_TYPE, convert, read_json
from feedback_api.web.posted_comment import submit_fields
from feedback_api.web.posted_models import ReceiptPosted, ReplyPosted
from feedback_api.web.refusals import NotReady, ReceiptMissing
from feedback_api.web.shown_models import CountsShown, HealthShown, Shown, SubmittedShown
from feedback_api.web.visit import Visit

STATUS_PATH = "/feedback/receipt"
_SCHEME = "receipt"


def json_answer(shown: Shown, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(shown), status, media_type=JSON_TYPE)


async def page_counts(visit: Visit) -> CachedAnswer:
    """How many comments readers may see, for each section of a page."""
    page = PageId(visit.request.path_params["page"])
    text, reads = visit.services.text, visit.services.reads

    def make() -> bytes:
        text.page(page)
        return msgspec.json.encode(CountsShown(page=page, counts=reads.counts(page)))

    return visit.web.counts.get(page, (reads.generation(page), text.revision()), make)


async def section(visit: Visit) -> CachedAnswer:
    """A section in every language, with the comments made public."""
    name = SectionId(visit.request.path_params["section"])
    text, reads = visit.services.text, visit.services.reads
    entry = text.section(name)

    def make() -> bytes:
        return msgspec.json.encode(section_shown(entry, reads.public(name), text))

    return visit.web.sections.get(name, (reads.generation(entry.page), text.revision()), make)


async def post_comment(visit: Visit) -> Response:
    """Store a comment; 201 once it has reached the disk."""
    sent = await submit_fields(
        await read_json(visit.request),
        key=visit.request.headers.get("idempotency-key"),
        services=visit.services,
    )
    status_url = visit.web.place.origin + STATUS_PATH
    answer = SubmittedShown(id=sent.comment.id, receipt=sent.receipt, status_url=status_url)
    return json_answer(answer, status=201)


async def show_own(visit: Visit) -> Response:
    """The comment of the receipt in the Authorization header."""
    comment = follow(_receipt(visit, None), services=visit.services)
    return json_answer(own_comment_shown(comment, visit.services.text))


async def reply(visit: Visit) -> Response:
    """Add to the comment."""
    posted = convert(await read_json(visit.request), ReplyPosted)
    receipt = _receipt(visit, posted.receipt)
    comment = await run_in_threadpool(add_to, receipt, posted.body, services=visit.services)
    return json_answer(own_comment_shown(comment, visit.services.text))


async def withdraw_own(visit: Visit) -> Response:
    """Withdraw the comment; the body may be empty."""
    is_empty = not await visit.request.body()
    posted = ReceiptPosted() if is_empty else convert(await read_json(visit.request), ReceiptPosted)
    receipt = _receipt(visit, posted.receipt)
    comment = await run_in_threadpool(withdraw, receipt, services=visit.services)
    return json_answer(own_comment_shown(comment, visit.services.text))


async def openapi(visit: Visit) -> Response:
    """The API's own description."""
    return Response(visit.web.description.encoded, media_type=JSON_TYPE)


async def healthz(visit: Visit) -> Response:
    """The process runs."""
    return json_answer(HealthShown(status="ok"))


async def readyz(visit: Visit) -> Response:
    """Text and comments can be read."""
    try:
        visit.services.text.revision()
        visit.services.reads.tally()
    except (FeedbackError, OSError):
        raise NotReady from None
    return json_answer(HealthShown(status="ready"))


def _receipt(visit: Visit, in_body: str | None) -> str:
    """From the header `Authorization: Receipt …`, else from the body. Raises ReceiptMissing."""
    scheme, _, given = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == _SCHEME and given.strip():
        return given
    if in_body:
        return in_body
    raise ReceiptMissing
