"""The rows of people's data: the notice, one's own data by e-mail, acts of erasure.

The pages must stand before `/feedback/{lang}/{section}` and `/review/{comment}`.
"""

from collections.abc import Sequence

from feedback_api.domain.errors import InvalidRemark, UnknownComment
from feedback_api.web import acts, pages_own_data, pages_privacy
from feedback_api.web.acts_models import ActsQuery, ActsShown, ErasurePosted
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation, page
from feedback_api.web.refusals import InvalidRequest, SignInNeeded
from feedback_api.web.usual_errors import BODY, EDITORS_CHANGE, STORE

PRIVACY_PAGES: Sequence[Operation] = (
    page("GET", "/feedback/{lang}/privacy", pages_privacy.show_privacy),
    page("GET", "/feedback/my-data", pages_own_data.show_ask),
    page("POST", "/feedback/my-data", pages_own_data.post_ask),
    page("GET", "/feedback/my-data/comments", pages_own_data.show_comments),
    page("POST", "/feedback/my-data/data", pages_own_data.save_data),
    page("POST", "/feedback/my-data/text", pages_own_data.save_text),
    page("POST", "/feedback/my-data/erase", pages_own_data.erase_chosen),
    page("GET", "/review/acts", acts.show_acts),
    page("POST", "/review/{comment}/erase", acts.post_erasure),
)

PRIVACY_API: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/api/v1/acts",
        handler=acts.list_acts,
        offers=JSON,
        summary=mark("What was erased, when, by whom and why; never what it said"),
        query=ActsQuery,
        answer=ActsShown,
        errors=(SignInNeeded, InvalidRequest),
    ),
    Operation(
        method="POST",
        path="/api/v1/comments/{comment}/erase",
        handler=acts.erase_as_editor,
        offers=JSON,
        summary=mark("Erase a comment at somebody’s request"),
        status=204,
        body=ErasurePosted,
        errors=(*EDITORS_CHANGE, *BODY, *STORE, UnknownComment, InvalidRemark),
    ),
)
