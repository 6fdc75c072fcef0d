"""The public JSON API: sections, counts, posting a comment."""

from functools import partial

import msgspec
from starlette.responses import Response

from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.identity import PageId, SectionId
from feedback_api.services import Services
from feedback_api.web.answers import section_shown
from feedback_api.web.at_hand import where_it_may_wait
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.fields import JSON_TYPE, read_json
from feedback_api.web.header_values import header
from feedback_api.web.refusals import NotReady
from feedback_api.web.shown_models import CountsShown, HealthShown, Shown, SubmittedShown
from feedback_api.web.taking_comments import take_comment
from feedback_api.web.visit import Visit

STATUS_PATH = "/feedback/receipt"
_NO_SECTION = SectionId("")


def json_answer(shown: Shown, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(shown), status, media_type=JSON_TYPE)


async def page_counts(visit: Visit) -> CachedAnswer:
    """How many comments readers may see, for each section of a page."""
    page = PageId(visit.request.path_params["page"])
    text, reads = visit.services.text, visit.services.reads
    text.page(page)  # the store is asked of pages there are, and never of a stranger's words

    def make() -> bytes:
        return msgspec.json.encode(CountsShown(page=page, counts=reads.counts(page)))

    made_from = partial(_made_from, page, visit.services)
    return visit.web.counts.get(page, made_from(), make, again=made_from)


async def section(visit: Visit) -> CachedAnswer:
    """A section in every language, with the comments made public."""
    name = SectionId(visit.request.path_params["section"])
    text, reads = visit.services.text, visit.services.reads
    entry = text.section(name)

    def make() -> bytes:
        return msgspec.json.encode(section_shown(entry, reads.public(name), visit.services))

    made_from = partial(_made_from, entry.page, visit.services)
    return visit.web.sections.get(name, made_from(), make, again=made_from)


def _made_from(page: PageId, services: Services) -> tuple[object, ...]:
    return services.reads.generation(page), services.text.revision()


async def post_comment(visit: Visit) -> Response:
    """Store a comment; 201 once it has reached the disk."""
    fields = await read_json(visit.request)
    key = header(visit.request.scope, b"idempotency-key")
    sent = await where_it_may_wait(visit, fields, partial(take_comment, visit, fields, key=key))
    status_url = visit.web.place.origin + STATUS_PATH
    answer = SubmittedShown(id=sent.comment.id, receipt=sent.receipt, status_url=status_url)
    return json_answer(answer, status=201)


async def openapi(visit: Visit) -> Response:
    """The API's own description."""
    return Response(visit.web.description().encoded, media_type=JSON_TYPE)


async def healthz(visit: Visit) -> Response:
    """The process runs."""
    return json_answer(HealthShown(status="ok"))


async def readyz(visit: Visit) -> Response:
    """Text and comments can be read."""
    try:
        visit.services.text.revision()
        visit.services.reads.public(_NO_SECTION)  # a tally would read every comment there is
    except (FeedbackError, OSError):
        raise NotReady from None
    return json_answer(HealthShown(status="ready"))
