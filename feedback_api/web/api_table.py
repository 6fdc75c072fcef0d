"""The API's operations: routes, guard and documentation are made from this table alone.

A URL that is not here does not exist; `who` has no default, so nothing is open by accident.
"""

from collections.abc import Sequence
from functools import partial

from feedback_api.domain.errors import (
    Conflict,
    IdempotencyMismatch,
    InvalidAddition,
    InvalidComment,
    InvalidDecision,
    NotAllowedNow,
    RetiredSection,
    SignInRefused,
    StoreBusy,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    UnknownComment,
    UnknownPage,
    UnknownReceipt,
    UnknownSection,
)
from feedback_api.web import api, api_review
from feedback_api.web.guard import Who
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.posted_models import (
    CommentListQuery,
    CommentPosted,
    DecisionPosted,
    ReceiptPosted,
    ReplyPosted,
    SignInPosted,
)
from feedback_api.web.refusals import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    NotFromOurPage,
    NotReady,
    ReceiptMissing,
    SignInNeeded,
    WrongContentType,
)
from feedback_api.web.shown_models import (
    CommentListShown,
    CountsShown,
    HealthShown,
    OwnCommentShown,
    ReviewedCommentShown,
    SectionShown,
    SessionShown,
    SubmittedShown,
)

_BODY = (MalformedBody, WrongContentType, BodyTooLarge, InvalidRequest)
_STORE = (StoreFailed, StoreFull, StoreReadOnly, StoreBusy)
_CHANGE = (SignInNeeded, NotFromOurPage)

_json = partial(Operation, offers=JSON)

API_TABLE: Sequence[Operation] = (
    _json(
        method="GET",
        path="/api/v1/pages/{page}/counts",
        who=Who.ANYONE,
        handler=api.page_counts,
        summary=mark("How many comments readers may see, by section of a page"),
        answer=CountsShown,
        errors=(UnknownPage,),
    ),
    _json(
        method="GET",
        path="/api/v1/sections/{section}",
        who=Who.ANYONE,
        handler=api.section,
        summary=mark("A section in every language, with the comments made public"),
        answer=SectionShown,
        errors=(UnknownSection, RetiredSection),
    ),
    _json(
        method="POST",
        path="/api/v1/comments",
        who=Who.ANYONE,
        handler=api.post_comment,
        summary=mark("Comment on the wording of a section"),
        status=201,
        body=CommentPosted,
        answer=SubmittedShown,
        errors=(*_BODY, InvalidComment, IdempotencyMismatch, *_STORE),
        headers={"Idempotency-Key": mark("Sent again with the same body, it stores nothing new.")},
    ),
    _json(
        method="GET",
        path="/api/v1/comments",
        who=Who.EDITOR,
        handler=api_review.list_comments,
        summary=mark("List comments by filter"),
        query=CommentListQuery,
        answer=CommentListShown,
        errors=(SignInNeeded, InvalidRequest),
    ),
    _json(
        method="GET",
        path="/api/v1/comments/{comment}",
        who=Who.EDITOR,
        handler=api_review.show_comment,
        summary=mark("One comment with its history"),
        answer=ReviewedCommentShown,
        errors=(SignInNeeded, UnknownComment),
    ),
    _json(
        method="POST",
        path="/api/v1/comments/{comment}/decision",
        who=Who.EDITOR,
        handler=api_review.post_decision,
        summary=mark("Decide a comment with a reason"),
        body=DecisionPosted,
        answer=ReviewedCommentShown,
        errors=(
            *_CHANGE,
            *_BODY,
            UnknownComment,
            InvalidDecision,
            Conflict,
            NotAllowedNow,
            *_STORE,
        ),
    ),
    _json(
        method="GET",
        path="/api/v1/receipt",
        who=Who.COMMENTER,
        handler=api.show_own,
        summary=mark("What has become of one’s comment"),
        answer=OwnCommentShown,
        errors=(ReceiptMissing, UnknownReceipt),
    ),
    _json(
        method="POST",
        path="/api/v1/receipt/reply",
        who=Who.COMMENTER,
        handler=api.reply,
        summary=mark("Add to one’s comment"),
        body=ReplyPosted,
        answer=OwnCommentShown,
        errors=(*_BODY, ReceiptMissing, UnknownReceipt, InvalidAddition, NotAllowedNow, *_STORE),
    ),
    _json(
        method="POST",
        path="/api/v1/receipt/withdraw",
        who=Who.COMMENTER,
        handler=api.withdraw_own,
        summary=mark("Withdraw one’s comment"),
        body=ReceiptPosted,
        body_is_optional=True,
        answer=OwnCommentShown,
        errors=(*_BODY, ReceiptMissing, UnknownReceipt, NotAllowedNow, *_STORE),
    ),
    _json(
        method="POST",
        path="/api/v1/session",
        who=Who.ANYONE,
        handler=api_review.begin_session,
        summary=mark("Sign in as an editor’s program"),
        status=201,
        body=SignInPosted,
        answer=SessionShown,
        errors=(*_BODY, SignInRefused),
    ),
    _json(
        method="GET",
        path="/api/v1/session",
        who=Who.EDITOR,
        handler=api_review.show_session,
        summary=mark("Who is signed in"),
        answer=SessionShown,
        errors=(SignInNeeded,),
    ),
    _json(
        method="DELETE",
        path="/api/v1/session",
        who=Who.EDITOR,
        handler=api_review.end_session,
        summary=mark("End every session of the editor"),
        status=204,
        errors=(*_CHANGE, *_STORE),
    ),
    _json(
        method="GET",
        path="/api/v1/openapi.json",
        who=Who.ANYONE,
        handler=api.openapi,
        summary=mark("This description"),
    ),
    _json(
        method="GET",
        path="/healthz",
        who=Who.ANYONE,
        handler=api.healthz,
        summary=mark("Whether the service runs"),
        answer=HealthShown,
    ),
    _json(
        method="GET",
        path="/readyz",
        who=Who.ANYONE,
        handler=api.readyz,
        summary=mark("Whether the service can do its work"),
        answer=HealthShown,
        errors=(NotReady,),
    ),
)
