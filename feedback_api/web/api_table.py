"""The API's operations: routes, guard and documentation are made from this table alone.

A URL that is not here does not exist; who may use it says permissions.py.
"""

from collections.abc import Sequence
from functools import partial

from feedback_api.domain.errors import (
    SignInRefused,
    UnknownComment,
)
from feedback_api.domain.sign_in_errors import LocalAccountsOff
from feedback_api.web import api, api_review
from feedback_api.web.comment_actions_table import COMMENT_ACTIONS
from feedback_api.web.cycles_table import CYCLE_OPERATIONS
from feedback_api.web.first_table import HEALTH, READERS
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.invitation_table import INVITATION_API
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.posted_models import (
    CommentListQuery,
    SignInPosted,
)
from feedback_api.web.privacy_table import PRIVACY_API
from feedback_api.web.proposals_table import PROPOSALS_API
from feedback_api.web.receipt_table import RECEIPT_API
from feedback_api.web.refusals import (
    InvalidRequest,
    SignInNeeded,
)
from feedback_api.web.reviewed_models import CommentListShown, ReviewedCommentShown
from feedback_api.web.shown_models import (
    SessionShown,
)
from feedback_api.web.stats_table import STATS_API
from feedback_api.web.support_table import SUPPORT_API
from feedback_api.web.tables_table import TABLES_API
from feedback_api.web.usual_errors import BODY, EDITORS_CHANGE, STORE
from feedback_api.web.wordings_table import WORDINGS_API

_json = partial(Operation, offers=JSON)

API_TABLE: Sequence[Operation] = (
    *READERS,
    _json(
        method="GET",
        path="/api/v1/comments",
        handler=api_review.list_comments,
        summary=mark("List comments by filter"),
        query=CommentListQuery,
        answer=CommentListShown,
        errors=(SignInNeeded, InvalidRequest),
    ),
    _json(
        method="GET",
        path="/api/v1/comments/{comment}",
        handler=api_review.show_comment,
        summary=mark("One comment with its history"),
        answer=ReviewedCommentShown,
        errors=(SignInNeeded, UnknownComment),
    ),
    *WORDINGS_API,
    *COMMENT_ACTIONS,
    *PROPOSALS_API,
    *TABLES_API,
    *STATS_API,
    *CYCLE_OPERATIONS,
    *SUPPORT_API,
    *RECEIPT_API,
    *PRIVACY_API,
    *INVITATION_API,
    _json(
        method="POST",
        path="/api/v1/session",
        handler=api_review.begin_session,
        summary=mark("Sign in as an editor’s program"),
        status=201,
        body=SignInPosted,
        answer=SessionShown,
        errors=(*BODY, SignInRefused, LocalAccountsOff, TooManyRequests),
    ),
    _json(
        method="GET",
        path="/api/v1/session",
        handler=api_review.show_session,
        summary=mark("Who is signed in"),
        answer=SessionShown,
        errors=(SignInNeeded,),
    ),
    _json(
        method="DELETE",
        path="/api/v1/session",
        handler=api_review.end_session,
        summary=mark("End every session of the editor"),
        status=204,
        errors=(*EDITORS_CHANGE, *STORE),
    ),
    _json(
        method="GET",
        path="/api/v1/openapi.json",
        handler=api.openapi,
        summary=mark("This description"),
    ),
    *HEALTH,
)
