"""What a commenter does by receipt: look, add, withdraw."""

from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import ADDITIONS_LIMIT, Addition, Comment
from feedback_api.domain.decision import CLOSED, State
from feedback_api.domain.errors import (
    Fault,
    FaultCode,
    Invalid,
    InvalidAddition,
    NotAllowedNow,
    UnknownComment,
    UnknownReceipt,
)
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.receipt import read_receipt
from feedback_api.domain.text import BODY
from feedback_api.services import Services
from feedback_api.services.ports import Step
from feedback_api.services.submit import receipt_hash


def follow(receipt: str, *, services: Services) -> Comment:
    """The comment of a receipt, typed in whatever way. Raises UnknownReceipt."""
    return services.comments.by_receipt(receipt_hash(read_receipt(receipt), services.secrets))


def add_to(receipt: str, body: str, *, services: Services) -> Comment:
    """Add words to one's comment; sent twice in a row they are added once.

    Raises UnknownReceipt, InvalidAddition, NotAllowedNow (withdrawn or published), StoreError.
    """
    comment = follow(receipt, services=services)
    try:
        said = BODY.tidy(body)
    except Invalid as invalid:
        raise InvalidAddition(*invalid.faults) from None
    now = services.clock.now()
    return _change(comment, lambda present: _added_to(present, said, now), services)


def withdraw(receipt: str, *, services: Services) -> Comment:
    """Take one's comment back; nobody decides or shows it afterwards. Doing it twice is no error.

    Raises UnknownReceipt, NotAllowedNow (published), StoreError.
    """
    comment = follow(receipt, services=services)
    now = services.clock.now()
    return _change(comment, lambda present: _withdrawn(present, now), services)


def _change(comment: Comment, step: Step, services: Services) -> Comment:
    try:
        return services.comments.change(comment.id, step)
    except UnknownComment:  # erased between the two looks
        raise UnknownReceipt from None


def _added_to(comment: Comment, body: str, now: datetime) -> Comment:
    if comment.state in CLOSED:
        raise NotAllowedNow(action="add", state=comment.state)
    if comment.additions and comment.additions[-1].body == body:
        return comment
    if len(comment.additions) >= ADDITIONS_LIMIT:
        fault = Fault(code=FaultCode.TOO_MANY, field="body", params={"limit": ADDITIONS_LIMIT})
        raise InvalidAddition(fault)
    return replace(
        comment,
        additions=(*comment.additions, Addition(at=now, body=body)),
        events=(*comment.events, Event(what=EventKind.ADDED_TO, at=now, by=BY_COMMENTER)),
    )


def _withdrawn(comment: Comment, now: datetime) -> Comment:
    if comment.state is State.WITHDRAWN:
        return comment
    if comment.state is State.PUBLISHED:
        raise NotAllowedNow(action="withdraw", state=comment.state)
    event = Event(
        what=EventKind.WITHDRAWN,
        at=now,
        by=BY_COMMENTER,
        before=comment.state,
        after=State.WITHDRAWN,
    )
    return replace(comment, state=State.WITHDRAWN, public=False, events=(*comment.events, event))
