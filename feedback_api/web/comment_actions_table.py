"""The API's operations on one comment: what editors do with it before and when it is decided."""

from collections.abc import Sequence

from feedback_api.domain.errors import (
    Conflict,
    CycleClosed,
    FeedbackError,
    InvalidDecision,
    InvalidRemark,
    NotAllowedNow,
    NothingPrepared,
    NothingToUndo,
    OtherEditorNeeded,
    ReviewersOnly,
    UnknownComment,
)
from feedback_api.web import api_comment_actions as api
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Handler, Operation
from feedback_api.web.posted_actions import (
    AssignmentPosted,
    DeferralPosted,
    GlossPosted,
    MergePosted,
    NotePosted,
    PublicityPosted,
    QuestionPosted,
    VersionPosted,
)
from feedback_api.web.posted_models import DecisionPosted, Posted
from feedback_api.web.reviewed_models import ReviewedCommentShown
from feedback_api.web.usual_errors import BODY, EDITORS_CHANGE, STORE

_CHANGE = (*EDITORS_CHANGE, *BODY, *STORE)
_DECISION = (InvalidDecision, CycleClosed, OtherEditorNeeded)


def _row(
    name: str,
    handler: Handler,
    summary: str,
    *errors: type[FeedbackError],
    body: type[Posted] = VersionPosted,
) -> Operation:
    return Operation(
        method="POST",
        offers=JSON,
        path=f"/api/v1/comments/{{comment}}/{name}",
        handler=handler,
        summary=summary,
        body=body,
        answer=ReviewedCommentShown,
        errors=(*_CHANGE, UnknownComment, Conflict, NotAllowedNow, *errors),
    )


COMMENT_ACTIONS: Sequence[Operation] = (
    _row("begin", api.begin_review, mark("Take a comment into review")),
    _row(
        "publicity",
        api.post_publicity,
        mark("Let readers see a comment, or keep it to the editors"),
        ReviewersOnly,
        body=PublicityPosted,
    ),
    _row(
        "assign",
        api.post_assignment,
        mark("Say who works on a comment"),
        InvalidRemark,
        body=AssignmentPosted,
    ),
    _row(
        "note",
        api.post_note,
        mark("Leave the other editors a note on a comment"),
        InvalidRemark,
        body=NotePosted,
    ),
    _row(
        "gloss",
        api.post_gloss,
        mark("Say in one line what a comment says"),
        InvalidRemark,
        body=GlossPosted,
    ),
    _row(
        "question",
        api.post_question,
        mark("Ask the commenter a question"),
        InvalidRemark,
        body=QuestionPosted,
    ),
    _row(
        "decision",
        api.post_decision,
        mark("Decide a comment with a reason"),
        *_DECISION,
        body=DecisionPosted,
    ),
    _row(
        "merge",
        api.merge,
        mark("Merge a comment into another one that says the same"),
        *_DECISION,
        body=MergePosted,
    ),
    _row(
        "defer",
        api.defer,
        mark("Leave a comment to a later review cycle"),
        *_DECISION,
        body=DeferralPosted,
    ),
    _row(
        "prepare",
        api.prepare_decision,
        mark("Prepare a decision that is announced later"),
        *_DECISION,
        body=DecisionPosted,
    ),
    _row("unprepare", api.drop_prepared, mark("Drop a prepared decision"), NothingPrepared),
    _row(
        "undo",
        api.undo_decision,
        mark("Take a decision back"),
        NothingToUndo,
        CycleClosed,
        OtherEditorNeeded,
    ),
)
