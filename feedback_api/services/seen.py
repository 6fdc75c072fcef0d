"""What of a comment its commenter, and what any reader, may see.

Both get a Comment with everything else taken out, so that whatever shows it cannot leak it. That
a comment was merged tells that another one exists: it is hidden unless readers can see that one.
"""

from dataclasses import replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.event import INTERNAL, Event
from feedback_api.domain.identity import CommentId
from feedback_api.domain.publication import Published
from feedback_api.services import Services
from feedback_api.services.duplicates import is_orphaned, original


def as_commenter_sees(comment: Comment, services: Services) -> Comment:
    """With the state and the decision of the comment it was merged into, if it was."""
    state, decision = _answer(comment, services)
    return replace(
        _without_what_is_internal(comment, services),
        state=state,
        decision=None if decision is None else replace(decision, duplicate_of=None),
        published=_published(comment, services),
    )


def as_readers_see(comment: Comment, services: Services) -> Comment:
    """With the reason given to just this comment, and the outcome of the one that answers for it.

    Only for a comment that is public now.
    """
    seen = _without_what_is_internal(comment, services)
    if comment.state is not State.DUPLICATE or merged_publicly_into(comment, services):
        return seen
    state, decision = _answer(comment, services)
    if decision is None or comment.decision is None:
        return replace(seen, state=state, decision=None)
    told = replace(
        comment.decision,
        outcome=decision.outcome,
        at=max(decision.at, comment.decision.at),
        duplicate_of=None,
        deferred_to=decision.deferred_to,
    )
    return replace(seen, state=state, decision=told)


def merged_publicly_into(comment: Comment, services: Services) -> CommentId | None:
    """The comment that answers for this one, if that is another and readers can see it now."""
    answering = original(comment, services)
    return answering.id if answering.id != comment.id and answering.is_public else None


def _answer(comment: Comment, services: Services) -> tuple[State, Decision | None]:
    """An original that was withdrawn or erased answers for nobody: editors have to decide anew."""
    if is_orphaned(comment, services):
        return State.IN_REVIEW, None
    answering = original(comment, services)
    decision = answering.decision
    if decision is not None and decision.outcome is State.DUPLICATE:  # merged, then withdrawn
        decision = None
    return answering.state, decision


def _published(comment: Comment, services: Services) -> Published | None:
    """The commit names the comment that answers: not told where readers cannot see that one."""
    answering = original(comment, services)
    return answering.published if answering.id == comment.id or answering.is_public else None


def _without_what_is_internal(comment: Comment, services: Services) -> Comment:
    tells_of_merging = merged_publicly_into(comment, services) is not None
    return replace(
        comment,
        events=tuple(
            _seen_event(event)
            for event in comment.events
            if event.what not in INTERNAL and (event.after != State.DUPLICATE or tells_of_merging)
        ),
        earlier_decisions=tuple(
            decision
            for decision in comment.earlier_decisions
            if decision.outcome is not State.DUPLICATE
            or _is_public(decision.duplicate_of, services)
        ),
        notes=(),
        gloss=None,
        prepared=None,
        assignee=None,
        seconds=(),
        delivered=(),
    )


def _seen_event(event: Event) -> Event:
    """Where a comment stood before may tell of a merging, too; where it stands now says enough."""
    return replace(event, before=None) if event.before == State.DUPLICATE else event


def _is_public(comment_id: CommentId | None, services: Services) -> bool:
    try:
        return comment_id is not None and services.comments.get(comment_id).is_public
    except UnknownComment:
        return False
