"""What editors decide about a comment.

Every change names the version the editor saw; if somebody was faster, Conflict carries the newer
comment and nothing is overwritten.
"""

from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import CLOSED, Decision, DecisionDraft, State
from feedback_api.domain.errors import (
    Conflict,
    CycleClosed,
    NotAllowedNow,
    NothingToUndo,
    OtherEditorNeeded,
    ReviewersOnly,
)
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import WAITING, CommentId, CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.agenda import agenda_in, cycle_of
from feedback_api.services.decision_rules import checked_decision
from feedback_api.services.duplicates import is_orphaned


def begin_review(
    comment_id: CommentId, *, editor: EditorName, expected_version: int, services: Services
) -> Comment:
    """Take a received comment into work; one already in work stays as it is.

    Raises UnknownComment, Conflict, NotAllowedNow (decided or closed), StoreError.
    """
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
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

    Raises UnknownComment, InvalidDecision, Conflict, NotAllowedNow (published, withdrawn, or its
    cycle is closed), OtherEditorNeeded, StoreError.
    """
    present = services.comments.get(comment_id)
    now = services.clock.now()
    decision = checked_decision(present, draft, editor=editor, at=now, services=services)

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        return decided(comment, decision, at=now, services=services)

    return services.comments.change(comment_id, step)


def decided(comment: Comment, decision: Decision, *, at: datetime, services: Services) -> Comment:
    """The comment with the decision in force; what was prepared is used up.

    Raises NotAllowedNow, OtherEditorNeeded.
    """
    refuse_undecidable(comment, decision.by, services)
    before = comment.decision
    stood = before is not None and before.cycle != decision.cycle
    event = _event(EventKind.DECIDED, comment, decision.outcome, editor=decision.by, at=at)
    return replace(
        comment,
        state=decision.outcome,
        decision=decision,
        prepared=None,
        agenda=_agenda(comment, decision),
        earlier_decisions=(*comment.earlier_decisions, before)
        if before is not None and stood
        else comment.earlier_decisions,
        events=(*comment.events, replace(event, reason=decision.reason)),
    )


def undo(
    comment_id: CommentId, *, editor: EditorName, expected_version: int, services: Services
) -> Comment:
    """Take a decision back; the comment is in review again.

    Raises UnknownComment, Conflict, NothingToUndo, NotAllowedNow (published, withdrawn, or its
    cycle is closed), StoreError.
    """
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        if comment.state in CLOSED:
            raise NotAllowedNow(action="undo", state=comment.state)
        if comment.decision is None:
            raise NothingToUndo(action="undo", state=comment.state)
        _refuse_closed_cycle(comment.decision, services)
        event = _event(EventKind.DECISION_UNDONE, comment, State.IN_REVIEW, editor=editor, at=now)
        return replace(
            comment,
            state=State.IN_REVIEW,
            decision=None,
            agenda=agenda_in(comment, comment.decision.cycle),
            events=(*comment.events, event),
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
        refuse_stale(comment, expected_version)
        if public and comment.visibility is Visibility.REVIEWERS:
            raise ReviewersOnly
        if comment.state is State.WITHDRAWN:
            raise NotAllowedNow(action="set-public", state=comment.state)
        if comment.public is public:
            return comment
        event = Event(what=what, at=now, by=editor)
        return replace(comment, public=public, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def refuse_stale(comment: Comment, expected_version: int) -> None:
    """Raises Conflict."""
    if comment.version != expected_version:
        raise Conflict(newer=comment, expected=expected_version)


def refuse_undecidable(comment: Comment, editor: EditorName, services: Services) -> None:
    """Raises NotAllowedNow, OtherEditorNeeded."""
    if comment.state in CLOSED:
        raise NotAllowedNow(action="decide", state=comment.state)
    stands = not (_is_carried_over(comment, services) or is_orphaned(comment, services))
    if comment.decision is not None and stands:
        _refuse_closed_cycle(comment.decision, services)
    if editor == _objected_editor(comment):
        raise OtherEditorNeeded


def _objected_editor(comment: Comment) -> EditorName | None:
    """Who must not decide: whoever decided what the commenter objected to."""
    if comment.objection is None or not comment.earlier_decisions:
        return None
    first = comment.earlier_decisions[-1]
    is_same_round = comment.decision is None or comment.decision.cycle == first.cycle
    return first.by if is_same_round else None


def _is_carried_over(comment: Comment, services: Services) -> bool:
    """Deferred, and now on the agenda of a later cycle."""
    decision = comment.decision
    if decision is None or comment.state is not State.DEFERRED:
        return False
    return cycle_of(comment, services) != decision.cycle


def _refuse_closed_cycle(decision: Decision, services: Services) -> None:
    """A second answer, given after the closing, may still change until the cycle closes again."""
    closings = services.records.get(decision.cycle).closings
    if closings and decision.at <= closings[-1].at:
        raise CycleClosed(action="decide", state=decision.outcome, cycle=decision.cycle)


def _agenda(comment: Comment, decision: Decision) -> CycleId | None:
    """Said also of one decided outside any cycle, so that the next does not take it up again."""
    answering = decision.deferred_to or decision.cycle
    return None if answering == comment.cycle != WAITING else answering


def _event(
    what: EventKind, comment: Comment, after: State, *, editor: EditorName, at: datetime
) -> Event:
    return Event(what=what, at=at, by=editor, before=comment.state, after=after)
