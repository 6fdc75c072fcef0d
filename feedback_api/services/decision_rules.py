"""What a decision must have before it may stand, or wait to be announced."""

from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import OUTCOMES, Decision, DecisionDraft, State
from feedback_api.domain.errors import InvalidDecision, UnknownComment, UnknownCycle
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import WAITING, CycleId, EditorName
from feedback_api.domain.text import REASON
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of, next_cycle
from feedback_api.services.duplicates import original


def checked_decision(
    comment: Comment,
    draft: DecisionDraft,
    *,
    editor: EditorName,
    at: datetime,
    services: Services,
) -> Decision:
    """The decision as it will stand; one that defers without naming a cycle means the next.

    Raises InvalidDecision with every fault at once.
    """
    faults: list[Fault] = []
    reason = REASON.tidy_into(faults, draft.reason)
    if draft.outcome not in OUTCOMES:
        faults.append(Fault(code=FaultCode.NOT_A_DECISION, field="outcome"))
    if draft.reason_language not in {language.code for language in services.text.languages()}:
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="reason_language"))
    for field, code in (
        ("duplicate_of", _duplicate_fault(comment, draft, services)),
        ("deferred_to", _deferral_fault(comment, draft, services)),
    ):
        if code is not None:
            faults.append(Fault(code=code, field=field))
    if faults:
        raise InvalidDecision(*faults)
    return Decision(
        outcome=draft.outcome,
        reason=reason,
        reason_language=draft.reason_language,
        by=editor,
        at=at,
        cycle=cycle_of(comment, services),
        duplicate_of=draft.duplicate_of,
        deferred_to=_deferred_to(comment, draft, at, services),
    )


def _duplicate_fault(
    comment: Comment, draft: DecisionDraft, services: Services
) -> FaultCode | None:
    if draft.outcome is not State.DUPLICATE:
        return FaultCode.NOT_WITH_THIS_OUTCOME if draft.duplicate_of else None
    if not draft.duplicate_of:
        return FaultCode.REQUIRED
    try:
        into = services.comments.get(draft.duplicate_of)
    except UnknownComment:
        return FaultCode.UNKNOWN_COMMENT
    answering = original(into, services)
    if answering.id == comment.id:
        return FaultCode.DUPLICATE_OF_ITSELF
    if answering.state in (State.WITHDRAWN, State.DUPLICATE):  # the one that answered is gone
        return FaultCode.NOT_ANSWERED
    return None


def _deferral_fault(comment: Comment, draft: DecisionDraft, services: Services) -> FaultCode | None:
    if draft.deferred_to is None:
        return None
    if draft.outcome is not State.DEFERRED:
        return FaultCode.NOT_WITH_THIS_OUTCOME
    try:
        to = services.cycles.cycle(draft.deferred_to)
    except UnknownCycle:
        return FaultCode.UNKNOWN_CYCLE
    present = cycle_of(comment, services)
    is_later = to.opens > _opening(present, services, comment.submitted_at)
    if not is_later or services.records.get(to.id).is_closed:
        return FaultCode.CYCLE_NOT_LATER
    return None if to.covers(comment.section) else FaultCode.OUT_OF_SCOPE


def _opening(cycle: CycleId, services: Services, otherwise: datetime) -> datetime:
    try:
        return services.cycles.cycle(cycle).opens
    except UnknownCycle:
        return otherwise


def _deferred_to(
    comment: Comment, draft: DecisionDraft, at: datetime, services: Services
) -> CycleId | None:
    """Where none is announced yet, the comment waits for it like one made outside any cycle."""
    if draft.outcome is not State.DEFERRED or draft.deferred_to is not None:
        return draft.deferred_to
    present = cycle_of(comment, services)
    after = _opening(present, services, at)
    following = next_cycle(comment.section, after, services.cycles)
    while following is not None and services.records.get(following.id).is_closed:
        following = next_cycle(comment.section, following.opens, services.cycles)
    return following.id if following is not None else WAITING
