"""What a commenter does by receipt: look, reply, object, withdraw, erase."""

from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import ADDITIONS_LIMIT, Comment
from feedback_api.domain.decision import CLOSED, OUTCOMES, UNDECIDED, State
from feedback_api.domain.errors import (
    AlreadyObjected,
    AlreadyReplied,
    CycleNotClosed,
    InvalidAddition,
    NotAllowedNow,
    NotDecidedYet,
    ObjectionOver,
    UnknownComment,
    UnknownCycle,
    UnknownReceipt,
)
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CycleId
from feedback_api.domain.receipt import read_receipt
from feedback_api.domain.remarks import Addition, Erasure, Objection, Way
from feedback_api.domain.text import BODY
from feedback_api.services import Services
from feedback_api.services.agenda import agenda_in
from feedback_api.services.duplicates import original
from feedback_api.services.erasing import erased
from feedback_api.services.ports import Step
from feedback_api.services.submit import receipt_hash

_UNANSWERED = UNDECIDED | {State.DUPLICATE, State.WITHDRAWN}
"""Of the comment that answers for a merged one; the last two are left with nobody to answer."""


def follow(receipt: str, *, services: Services) -> Comment:
    """The comment of a receipt, typed in whatever way. Raises UnknownReceipt."""
    return services.comments.by_receipt(receipt_hash(read_receipt(receipt), services.secrets))


def add_to(receipt: str, body: str, *, services: Services) -> Comment:
    """Add words to one's comment; sent twice in a row they are added once.

    While nothing is decided there may be ADDITIONS_LIMIT; then one reply to each decision and to
    each question. Raises UnknownReceipt, InvalidAddition, NotAllowedNow (withdrawn or published),
    AlreadyReplied, StoreError.
    """
    said = BODY.tidy_or(InvalidAddition, body)
    now = services.clock.now()
    answering = original(follow(receipt, services=services), services)
    return _change(receipt, lambda present: _added_to(present, said, now, answering), services)


def object_to(receipt: str, body: str, *, services: Services) -> Comment:
    """Object to a decision of a closed cycle: another editor decides again.

    Raises UnknownReceipt, InvalidAddition, NotAllowedNow (withdrawn), NotDecidedYet,
    CycleNotClosed, ObjectionOver, AlreadyObjected, StoreError.
    """
    said = BODY.tidy_or(InvalidAddition, body)
    now = services.clock.now()
    return _change(receipt, lambda present: _objected(present, said, now, services), services)


def refuse_objection(comment: Comment, now: datetime, services: Services) -> None:
    """Raises as object_to when nobody may object to what was decided."""
    state = str(comment.state)
    if comment.objection is not None:
        raise AlreadyObjected(action="object", state=state)
    if comment.state in UNDECIDED or _is_left_unanswered(comment, services):
        raise NotDecidedYet(action="object", state=state)
    if comment.decision is None or comment.state not in (*OUTCOMES, State.PUBLISHED):
        raise NotAllowedNow(action="object", state=state)
    until = objections_until(comment.decision.cycle, services)
    if until is None:
        raise CycleNotClosed(action="object", state=state)
    if now >= until:
        raise ObjectionOver(action="object", state=state)


def _is_left_unanswered(comment: Comment, services: Services) -> bool:
    """Merged into one without an answer: to its commenter, nothing is decided."""
    return comment.state is State.DUPLICATE and original(comment, services).state in _UNANSWERED


def objections_until(cycle: CycleId, services: Services) -> datetime | None:
    """The first moment at which nobody may object any more; None before the closing."""
    try:
        return services.records.get(cycle).objections_until(services.cycles.cycle(cycle))
    except UnknownCycle:
        return None


def withdraw(receipt: str, *, services: Services) -> Comment:
    """Take one's comment back; nobody decides or shows it afterwards. Doing it twice is no error.

    Raises UnknownReceipt, NotAllowedNow (published), StoreError.
    """
    now = services.clock.now()
    return _change(receipt, lambda present: _withdrawn(present, now), services)


def erase(receipt: str, *, services: Services) -> None:
    """Leave nothing of one's comment but that there was one; the receipt is unknown afterwards.

    Raises UnknownReceipt, StoreError.
    """
    now = services.clock.now()
    erasure = Erasure(at=now, by=BY_COMMENTER, way=Way.RECEIPT)
    _change(receipt, lambda present: erased(present, erasure), services)


def may_reply(comment: Comment, services: Services) -> bool:
    """Whether the commenter may add something now."""
    try:
        _refuse_reply(comment, original(comment, services))
    except (NotAllowedNow, InvalidAddition):
        return False
    return True


def _change(receipt: str, step: Step, services: Services) -> Comment:
    comment = follow(receipt, services=services)
    try:
        return services.comments.change(comment.id, step)
    except UnknownComment:  # erased between the two looks
        raise UnknownReceipt from None


def _added_to(comment: Comment, body: str, now: datetime, answering: Comment) -> Comment:
    if comment.state in CLOSED:
        raise NotAllowedNow(action="add", state=comment.state)
    if comment.additions and comment.additions[-1].body == body:
        return comment
    _refuse_reply(comment, answering)
    return replace(
        comment,
        additions=(*comment.additions, Addition(at=now, body=body)),
        events=(*comment.events, Event(what=EventKind.ADDED_TO, at=now, by=BY_COMMENTER)),
    )


def _refuse_reply(comment: Comment, answering: Comment) -> None:
    """`answering`: the one a merged comment is answered with, else the comment itself.

    That it was merged is no answer, and its commenter may not even know.
    """
    if comment.state in CLOSED:
        raise NotAllowedNow(action="add", state=comment.state)
    if len(comment.additions) >= ADDITIONS_LIMIT:
        fault = Fault(code=FaultCode.TOO_MANY, field="body", params={"limit": ADDITIONS_LIMIT})
        raise InvalidAddition(fault)
    answer = answering if comment.state is State.DUPLICATE else comment
    if answer.state in _UNANSWERED:
        return
    answerable = [question.at for question in comment.questions]
    if answer.decision is not None:
        answerable.append(answer.decision.at)
    last = comment.additions[-1].at if comment.additions else comment.submitted_at
    if not answerable or last >= max(answerable):
        raise AlreadyReplied(action="add", state=comment.state)


def _objected(comment: Comment, body: str, now: datetime, services: Services) -> Comment:
    objection = comment.objection
    if objection is not None and objection.body == body and comment.state in UNDECIDED:
        return comment  # sent twice
    refuse_objection(comment, now, services)
    decision = comment.decision
    if decision is None:
        raise NotAllowedNow(action="object", state=comment.state)
    event = Event(
        what=EventKind.OBJECTED,
        at=now,
        by=BY_COMMENTER,
        before=comment.state,
        after=State.IN_REVIEW,
    )
    return replace(
        comment,
        state=State.IN_REVIEW,
        decision=None,
        prepared=None,
        published=None,
        agenda=agenda_in(comment, decision.cycle),
        earlier_decisions=(*comment.earlier_decisions, decision),
        objection=Objection(at=now, body=body),
        events=(*comment.events, event),
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
    return replace(
        comment,
        state=State.WITHDRAWN,
        public=False,
        prepared=None,
        events=(*comment.events, event),
    )
