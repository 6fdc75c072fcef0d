"""What editors do with a comment.

Every change names the version the editor saw; if somebody was faster, Conflict carries the newer
comment and nothing is overwritten.
"""

from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import (
    CLOSED,
    OUTCOMES,
    Decision,
    DecisionDraft,
    State,
)
from feedback_api.domain.errors import (
    Conflict,
    Fault,
    FaultCode,
    Invalid,
    InvalidDecision,
    NotAllowedNow,
    ReviewersOnly,
    UnknownComment,
)
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.text import REASON
from feedback_api.services import Services


def begin_review(
    comment_id: CommentId, *, editor: EditorName, expected_version: int, services: Services
) -> Comment:
    """Take a received comment into work; one already in work stays as it is.

    Raises UnknownComment, Conflict, NotAllowedNow (decided or closed), StoreError.
    """
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        _refuse_stale(comment, expected_version)
        if comment.state is State.IN_REVIEW:
            return comment
        if comment.state is not State.RECEIVED:
            raise NotAllowedNow(action="begin-review", state=comment.state)
        event = _event(EventKind.REVIEW_BEGUN, comment, State.IN_REVIEW, editor=editor, at=now)
        return replace(comment, state=State.IN_REVIEW, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def decide(
    comment_id: CommentId,
    draft: DecisionDraft,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Answer a comment with an outcome and a reason, or change an answer not yet published.

    Raises UnknownComment, InvalidDecision, Conflict, NotAllowedNow (published or withdrawn),
    StoreError.
    """
    services.comments.get(comment_id)
    now = services.clock.now()
    decision = _decision(comment_id, draft, editor=editor, at=now, services=services)

    def step(comment: Comment) -> Comment:
        _refuse_stale(comment, expected_version)
        if comment.state in CLOSED:
            raise NotAllowedNow(action="decide", state=comment.state)
        event = _event(EventKind.DECIDED, comment, decision.outcome, editor=editor, at=now)
        return replace(
            comment,
            state=decision.outcome,
            decision=decision,
            events=(*comment.events, replace(event, reason=decision.reason)),
        )

    return services.comments.change(comment_id, step)


def set_public(
    comment_id: CommentId,
    public: bool,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Let readers see a comment, or keep it to reviewers again.

    Raises UnknownComment, Conflict, ReviewersOnly (the commenter asked so), NotAllowedNow
    (withdrawn), StoreError.
    """
    now = services.clock.now()
    what = EventKind.MADE_PUBLIC if public else EventKind.KEPT_TO_REVIEWERS

    def step(comment: Comment) -> Comment:
        _refuse_stale(comment, expected_version)
        if public and comment.visibility is Visibility.REVIEWERS:
            raise ReviewersOnly
        if comment.state is State.WITHDRAWN:
            raise NotAllowedNow(action="set-public", state=comment.state)
        if comment.public is public:
            return comment
        event = Event(what=what, at=now, by=editor)
        return replace(comment, public=public, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def _refuse_stale(comment: Comment, expected_version: int) -> None:
    if comment.version != expected_version:
        raise Conflict(newer=comment, expected=expected_version)


def _event(
    what: EventKind, comment: Comment, after: State, *, editor: EditorName, at: datetime
) -> Event:
    return Event(what=what, at=at, by=editor, before=comment.state, after=after)


def _decision(
    comment_id: CommentId,
    draft: DecisionDraft,
    *,
    editor: EditorName,
    at: datetime,
    services: Services,
) -> Decision:
    """The decision as it will stand. Raises InvalidDecision with every fault at once."""
    faults: list[Fault] = []
    reason = ""
    try:
        reason = REASON.tidy(draft.reason)
    except Invalid as invalid:
        faults.extend(invalid.faults)
    if draft.outcome not in OUTCOMES:
        faults.append(Fault(code=FaultCode.NOT_A_DECISION, field="outcome"))
    if draft.reason_language not in {language.code for language in services.text.languages()}:
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="reason_language"))
    faults.extend(_duplicate_faults(comment_id, draft, services))
    if draft.deferred_to is not None and draft.outcome is not State.DEFERRED:
        faults.append(Fault(code=FaultCode.NOT_WITH_THIS_OUTCOME, field="deferred_to"))
    if faults:
        raise InvalidDecision(*faults)
    return Decision(
        outcome=draft.outcome,
        reason=reason,
        reason_language=draft.reason_language,
        by=editor,
        at=at,
        duplicate_of=draft.duplicate_of,
        deferred_to=draft.deferred_to,
    )


def _duplicate_faults(
    comment_id: CommentId, draft: DecisionDraft, services: Services
) -> tuple[Fault, ...]:
    """Nothing, or the one thing wrong with `duplicate_of`."""
    code = _duplicate_fault(comment_id, draft, services)
    return () if code is None else (Fault(code=code, field="duplicate_of"),)


def _duplicate_fault(
    comment_id: CommentId, draft: DecisionDraft, services: Services
) -> FaultCode | None:
    if draft.outcome is not State.DUPLICATE:
        return FaultCode.NOT_WITH_THIS_OUTCOME if draft.duplicate_of else None
    if not draft.duplicate_of:
        return FaultCode.REQUIRED
    if draft.duplicate_of == comment_id:
        return FaultCode.DUPLICATE_OF_ITSELF
    try:
        original = services.comments.get(draft.duplicate_of)
    except UnknownComment:
        return FaultCode.UNKNOWN_COMMENT
    # A chain would show its first commenter a comment that shows another one.
    return FaultCode.DUPLICATE_OF_DUPLICATE if original.state is State.DUPLICATE else None
