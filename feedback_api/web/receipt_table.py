"""The rows of whoever holds a receipt: JSON and pages."""

from collections.abc import Sequence

from feedback_api.domain.errors import (
    AlreadyObjected,
    AlreadyReplied,
    CycleNotClosed,
    FeedbackError,
    InvalidAddition,
    NotAllowedNow,
    NotDecidedYet,
    ObjectionOver,
    UnknownReceipt,
)
from feedback_api.web import api_receipt as api
from feedback_api.web import pages_receipt as pages
from feedback_api.web import pages_receipt_steps as steps
from feedback_api.web.guessing import with_receipt_counted
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Handler, Operation
from feedback_api.web.posted_models import Posted, ReceiptPosted, ReplyPosted
from feedback_api.web.receipt_models import FollowedShown, ObjectionPosted, OwnDataShown
from feedback_api.web.refusals import (
    ReceiptMissing,
)
from feedback_api.web.shown_models import Shown
from feedback_api.web.usual_errors import BODY, STORE

_RECEIPT = (ReceiptMissing, UnknownReceipt, TooManyRequests)
_CHANGE = (*BODY, *_RECEIPT, *STORE)


def _shows(path: str, handler: Handler, summary: str, answer: type[Shown]) -> Operation:
    return Operation(
        method="GET",
        path=path,
        handler=with_receipt_counted(handler),
        offers=JSON,
        summary=summary,
        answer=answer,
        errors=_RECEIPT,
    )


def _changes(
    step: str,
    handler: Handler,
    summary: str,
    *errors: type[FeedbackError],
    body: type[Posted] = ReceiptPosted,
    status: int = 200,
) -> Operation:
    return Operation(
        method="POST",
        path=f"/api/v1/receipt/{step}",
        handler=with_receipt_counted(handler),
        offers=JSON,
        summary=summary,
        status=status,
        body=body,
        body_is_optional=body is ReceiptPosted,
        answer=FollowedShown if status == 200 else None,
        errors=(*_CHANGE, *errors),
    )


def _page(path: str, handler: Handler) -> Operation:
    return Operation(method="POST", path=path, handler=handler)


RECEIPT_API: Sequence[Operation] = (
    _shows(
        "/api/v1/receipt", api.show_own, mark("What has become of one’s comment"), FollowedShown
    ),
    _shows(
        "/api/v1/receipt/data",
        api.own_data,
        mark("All that is stored of one’s comment, as a file"),
        OwnDataShown,
    ),
    _changes(
        "reply",
        api.reply,
        mark("Add to one’s comment"),
        InvalidAddition,
        NotAllowedNow,
        AlreadyReplied,
        body=ReplyPosted,
    ),
    _changes(
        "object",
        api.object_own,
        mark("Object to the decision of a closed review cycle"),
        InvalidAddition,
        NotAllowedNow,
        NotDecidedYet,
        CycleNotClosed,
        ObjectionOver,
        AlreadyObjected,
        body=ObjectionPosted,
    ),
    _changes("withdraw", api.withdraw_own, mark("Withdraw one’s comment"), NotAllowedNow),
    _changes("erase", api.erase_own, mark("Erase one’s comment"), status=204),
)

RECEIPT_PAGES: Sequence[Operation] = (
    Operation(method="GET", path="/feedback/receipt", handler=pages.enter_receipt),
    _page("/feedback/receipt", pages.show_own),
    _page("/feedback/receipt/reply", steps.reply),
    _page("/feedback/receipt/object", steps.object_own),
    _page("/feedback/receipt/withdraw", steps.withdraw_own),
    _page("/feedback/receipt/erase", steps.erase_own),
    _page("/feedback/receipt/data", pages.save_data),
    _page("/feedback/receipt/file", pages.save_as_file),
    _page("/feedback/receipt/text", pages.save_text),
)
