"""What is kept no longer: names and addresses some time after the answer, on wish more than that.

Nothing is erased while an answer is still owed: an undecided, deferred or objected comment waits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback_api.domain.act import What
from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.errors import UnknownComment, UnknownCycle
from feedback_api.domain.event import BY_RETENTION, Event, EventKind
from feedback_api.domain.identity import WAITING, CommentId, CycleId
from feedback_api.domain.remarks import Erasure, Way
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of, is_undecided
from feedback_api.services.erasing import erased, without_contact
from feedback_api.services.ports import CommentQuery

RETENTION_DAYS = 180
"""Of names and addresses where no cycle says otherwise, as `contact-retention` promises."""

_ANSWERS = {EventKind.DECIDED, EventKind.PUBLISHED, EventKind.PUBLICATION_UNDONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long, in days.

    `contact_days` counts where no cycle answers a comment; a cycle says its own. `reviewers_days`
    are those after which the text of comments for reviewers goes, too; None keeps it.
    """

    contact_days: int = RETENTION_DAYS
    reviewers_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something whose time is over since `since`; `cycle` is the one that answered the comment."""

    comment: CommentId
    what: What
    cycle: CycleId
    since: datetime


def due(policy: Policy, services: Services) -> Iterator[Due]:
    """Everything whose time is over, oldest comment first; reads every comment: in a thread."""
    now = services.clock.now()
    for comment in services.reads.every(CommentQuery()):
        found = _due(comment, now, policy, services)
        if found is not None:
            yield found


def purge(
    policy: Policy, services: Services, stopped: Callable[[], bool] = lambda: False
) -> tuple[Due, ...]:
    """Erase it; what was erased. Each comment is one write: ended anywhere, the rest comes next.

    Raises StoreError; what was erased by then is erased.
    """
    done: list[Due] = []
    for one in due(policy, services):
        if stopped():
            break
        if _purge(one, policy, services):
            done.append(one)
    return tuple(done)


def _purge(one: Due, policy: Policy, services: Services) -> bool:
    """False when it is due no more: somebody was faster, or there is something to answer again."""
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        if _due(comment, now, policy, services) != one:
            return comment
        if one.what is What.COMMENT:
            return erased(comment, Erasure(at=now, by=BY_RETENTION, way=Way.RETENTION))
        event = Event(what=EventKind.CONTACT_ERASED, at=now, by=BY_RETENTION)
        return without_contact(comment, event)

    try:
        before = services.comments.get(one.comment)
        after = services.comments.change(one.comment, step)
    except UnknownComment:
        return False
    return after.version != before.version


def _due(comment: Comment, now: datetime, policy: Policy, services: Services) -> Due | None:
    has_contact = comment.name is not None or comment.email is not None
    goes_whole = policy.reviewers_days is not None and comment.visibility is Visibility.REVIEWERS
    if not has_contact and not goes_whole:
        return None
    cycle = cycle_of(comment, services)
    settled = _settled_at(comment, cycle, services)
    if settled is None:
        return None
    if goes_whole and policy.reviewers_days is not None:
        since = settled + timedelta(days=policy.reviewers_days)
        if now >= since:
            return Due(comment=comment.id, what=What.COMMENT, cycle=cycle, since=since)
    since = settled + timedelta(days=_contact_days(cycle, policy, services))
    if has_contact and now >= since:
        return Due(comment=comment.id, what=What.CONTACT, cycle=cycle, since=since)
    return None


def _settled_at(comment: Comment, cycle: CycleId, services: Services) -> datetime | None:
    """Since when no answer is owed any more; None while one is."""
    if comment.state is State.WITHDRAWN:
        return _last(comment, {EventKind.WITHDRAWN})
    if comment.state is State.DEFERRED or is_undecided(comment, cycle, services):
        return None
    if cycle == WAITING:
        return _last(comment, _ANSWERS)
    closings = services.records.get(cycle).closings
    return closings[-1].at if closings else None


def _last(comment: Comment, kinds: set[EventKind]) -> datetime:
    """When one of these happened last."""
    return max(
        (event.at for event in comment.events if event.what in kinds), default=comment.submitted_at
    )


def _contact_days(cycle: CycleId, policy: Policy, services: Services) -> int:
    try:
        return services.cycles.cycle(cycle).retention_days
    except UnknownCycle:
        return policy.contact_days
