"""The rows of a section's comments and of seconding them: JSON and pages."""

from collections.abc import Sequence

from feedback_api.domain.errors import (
    UnknownComment,
)
from feedback_api.web import api_support as api
from feedback_api.web import pages_support as pages
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Handler, Operation, page
from feedback_api.web.refusals import (
    NotFromOurPage,
)
from feedback_api.web.support_models import SupportPosted, SupportShown
from feedback_api.web.usual_errors import BODY, STORE

_LIST = "/feedback/{lang}/{section}/comments"
_ERRORS = (*BODY, NotFromOurPage, TooManyRequests, UnknownComment, *STORE)


def _json(step: str, handler: Handler, summary: str) -> Operation:
    return Operation(
        method="POST",
        path=f"/api/v1/comments/{{comment}}/{step}",
        handler=handler,
        offers=JSON,
        summary=summary,
        body=SupportPosted,
        body_is_optional=True,
        answer=SupportShown,
        errors=_ERRORS,
    )


SUPPORT_API: Sequence[Operation] = (
    _json("second", api.post_second, mark("Second a published comment; it counts once")),
    _json("unsecond", api.post_unsecond, mark("Second a published comment no longer")),
)

SUPPORT_PAGES: Sequence[Operation] = (
    page("GET", _LIST, pages.show_comments),
    page("GET", f"{_LIST}/{{comment}}/second", pages.ask_to_second),
    page("POST", f"{_LIST}/{{comment}}/second", pages.post_second),
    page("POST", f"{_LIST}/{{comment}}/unsecond", pages.post_unsecond),
)
