"""Decisions prepared among editors and announced together.

Until then they are nobody else's business: neither commenter nor reader can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, DecisionDraft
from feedback_api.domain.errors import FeedbackError, NothingPrepared
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.decision_rules import checked_decision
from feedback_api.services.review import decided, refuse_stale, refuse_undecidable


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What became of one of several decisions announced together: exactly one of both is there."""

    comment_id: CommentId
    comment: Comment | None = None
    error: FeedbackError | None = None


def prepare(
    comment_id: CommentId,
    draft: DecisionDraft,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Keep a decision for later, in place of one prepared before. Raises as review.decide."""
    present = services.comments.get(comment_id)
    now = services.clock.now()
    decision = checked_decision(present, draft, editor=editor, at=now, services=services)

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        refuse_undecidable(comment, editor, services)
        event = Event(what=EventKind.PREPARED, at=now, by=editor, after=decision.outcome)
        return replace(comment, prepared=decision, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def drop_prepared(
    comment_id: CommentId, *, editor: EditorName, expected_version: int, services: Services
) -> Comment:
    """Forget what was prepared. Raises UnknownComment, Conflict, NothingPrepared, StoreError."""
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        if comment.prepared is None:
            raise NothingPrepared(action="drop-prepared", state=comment.state)
        event = Event(what=EventKind.PREPARATION_DROPPED, at=now, by=editor)
        return replace(comment, prepared=None, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def announce(
    picked: Sequence[tuple[CommentId, int]], *, editor: EditorName, services: Services
) -> tuple[Announced, ...]:
    """Put the prepared decisions of several comments in force, each id with the version seen.

    Each stands or falls by itself: what cannot be announced is told and stays prepared. Who
    prepared a decision stays its author; `editor` is who let it out.
    """
    return tuple(
        _announced(comment_id, version, editor, services) for comment_id, version in picked
    )


def _announced(
    comment_id: CommentId, expected_version: int, editor: EditorName, services: Services
) -> Announced:
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        if comment.prepared is None:
            raise NothingPrepared(action="announce", state=comment.state)
        decision = _checked_again(comment, comment.prepared, services)
        return decided(comment, replace(decision, at=now), at=now, services=services)

    try:
        return Announced(comment_id=comment_id, comment=services.comments.change(comment_id, step))
    except FeedbackError as error:
        return Announced(comment_id=comment_id, error=error)


def _checked_again(comment: Comment, prepared: Decision, services: Services) -> Decision:
    """What it refers to may have gone since. Raises InvalidDecision."""
    draft = DecisionDraft(
        outcome=prepared.outcome,
        reason=prepared.reason,
        reason_language=prepared.reason_language,
        duplicate_of=prepared.duplicate_of,
        deferred_to=prepared.deferred_to,
    )
    return checked_decision(comment, draft, editor=prepared.by, at=prepared.at, services=services)
