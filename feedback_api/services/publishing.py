"""What a newly published text means for comments: the change that came of one is in it, or no more.

A comment that editors accepted is `published` while its commit is part of the text; else it is as
decided. Everything follows from the comment and the text alone, so that doing it again, or half
of it before the service was killed, does no harm. Whoever has an address is told

- that a change is published, once for each publication of one commit's change;
- that it was taken back, once for each revert in git;
- nothing when an older revision is deployed, or a newer one again: `Event.repeated`.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.event import BY_DEPLOYMENT, Event, EventKind
from feedback_api.domain.identity import CommentId, CommitHash
from feedback_api.domain.publication import Changes, Published, mark_of
from feedback_api.services import Services
from feedback_api.services.ports import CommentQuery

_log = logging.getLogger(__name__)

ACCEPTED = frozenset({State.ACCEPTED, State.ACCEPTED_IN_PART})
_FOLLOWING = ACCEPTED | {State.PUBLISHED}
_LEFT = frozenset(State) - _FOLLOWING - {State.DUPLICATE, State.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """`changed` comments got another state; `left`: the text names them, but nobody accepted them.

    `left` is 0 when it was stopped before the end.
    """

    changed: int
    left: int


def follow_text(services: Services, stopped: Callable[[], bool] = lambda: False) -> Deployed:
    """Bring every comment to where the text published now puts it; call it in a thread.

    Between two comments it asks `stopped` whether to go on. Raises StoreError: then do it again.
    """
    changes = services.changes.changes()
    if changes is None:
        return Deployed(changed=0, left=0)
    changed = 0
    for comment_id in _to_change(changes, services):
        if stopped():
            return Deployed(changed=changed, left=0)
        changed += _change(comment_id, changes, services)
    left = _left(changes, services)
    if changed:
        _log.info("%d comments follow the text as published now", changed)
    if left:
        _log.warning("%d comments are named by commits of the text but were not accepted", left)
    return Deployed(changed=changed, left=left)


def followed(comment: Comment, changes: Changes, at: datetime) -> Comment:
    """The comment as the text leaves it; the same object if nothing changes."""
    commit, turn = changes.commit_of(comment.id), changes.turn_of(comment.id)
    if commit is not None:
        if comment.state in ACCEPTED:
            return _published(comment, commit, turn, at)
        return _renamed(comment, commit, turn)
    is_new = turn > comment.publication_turn
    if comment.published is not None and comment.decision is not None:
        return _taken_back(comment, turn, at, repeated=not is_new)
    if comment.state in ACCEPTED and comment.publication_turn and is_new:
        # an older revision was published in between, and nobody was told
        return _taken_back(comment, turn, at, repeated=False)
    return comment


def _to_change(changes: Changes, services: Services) -> tuple[CommentId, ...]:
    """Found first, so that no reader of the store is in use while it changes."""
    now = services.clock.now()
    return tuple(
        comment.id
        for comment in services.reads.every(CommentQuery(states=_FOLLOWING))
        if followed(comment, changes, now) is not comment
    )


def _change(comment_id: CommentId, changes: Changes, services: Services) -> bool:
    now = services.clock.now()
    try:
        services.comments.change(comment_id, lambda present: followed(present, changes, now))
    except UnknownComment:  # erased between the two looks
        return False
    return True


def _left(changes: Changes, services: Services) -> int:
    """How many the text names whose decision says something else."""
    known = sum(1 for one in _marks(_FOLLOWING, services) if one in changes.applied)
    if known == len(changes.applied):
        return 0
    return sum(1 for one in _marks(_LEFT, services) if one in changes.applied)


def _marks(states: frozenset[State], services: Services) -> Iterator[str]:
    for comment in services.reads.every(CommentQuery(states=states)):
        yield mark_of(comment.id)


def _published(comment: Comment, commit: CommitHash, turn: int, at: datetime) -> Comment:
    earlier = _last_publication(comment)
    repeated = (
        earlier is not None
        and turn <= comment.publication_turn
        and not _is_another_change(comment, commit)
    )
    event = Event(
        what=EventKind.PUBLISHED,
        at=at,
        by=BY_DEPLOYMENT,
        before=comment.state,
        after=State.PUBLISHED,
        commit=commit,
        repeated=repeated,
    )
    since = earlier.at if earlier is not None and repeated else at
    return replace(
        comment,
        state=State.PUBLISHED,
        published=Published(commit=commit, at=since),
        publication_turn=max(turn, comment.publication_turn),
        events=(*comment.events, event),
    )


def _renamed(comment: Comment, commit: CommitHash, turn: int) -> Comment:
    """The same change under another name: history was rewritten, or several commits carry it."""
    published = comment.published
    if published is None:
        return comment
    known = comment.publication_turn
    if published.commit == commit and turn <= known:
        return comment
    return replace(
        comment,
        published=replace(published, commit=commit),
        publication_turn=max(turn, known),
    )


def _taken_back(comment: Comment, turn: int, at: datetime, *, repeated: bool) -> Comment:
    decision = comment.decision
    outcome = comment.state if decision is None else decision.outcome
    event = Event(
        what=EventKind.PUBLICATION_UNDONE,
        at=at,
        by=BY_DEPLOYMENT,
        before=comment.state,
        after=outcome,
        commit=comment.commit,
        repeated=repeated,
    )
    return replace(
        comment,
        state=outcome,
        published=None,
        publication_turn=max(turn, comment.publication_turn),
        events=(*comment.events, event),
    )


def _last_publication(comment: Comment) -> Event | None:
    """The last one that was news."""
    return next(
        (
            event
            for event in reversed(comment.events)
            if event.what is EventKind.PUBLISHED and not event.repeated
        ),
        None,
    )


def _is_another_change(comment: Comment, commit: CommitHash) -> bool:
    """Decided anew since it was published, and carried out by another commit."""
    for event in reversed(comment.events):
        if event.what is EventKind.PUBLISHED:
            return False
        if event.what is EventKind.DECIDED:
            return all(one.commit != commit for one in comment.events)
    return False
