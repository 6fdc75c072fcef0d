"""Which review cycle answers which comment.

A comment belongs to the cycle it was made in; one made outside any cycle, to the first that opens
after it and covers its section; a deferred one, to the cycle it was deferred to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle, Phase
from feedback_api.domain.decision import UNDECIDED, Decision, State
from feedback_api.domain.errors import UnknownCycle
from feedback_api.domain.identity import WAITING, CycleId, SectionId
from feedback_api.services import Services
from feedback_api.services.duplicates import is_orphaned
from feedback_api.services.ports import CommentQuery, PublishedCycles


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A comment that a cycle had to answer, and what was decided about it there."""

    comment: Comment
    decision: Decision | None
    overruled: tuple[Decision, ...]  # decided in the same cycle before an objection


def cycle_at(section: SectionId, at: datetime, cycles: PublishedCycles) -> CycleId:
    """The cycle that takes a comment on `section` made at `at`; WAITING if none does."""
    for cycle in cycles.all_cycles():
        if cycle.takes(section, at):
            return cycle.id
    return WAITING


def next_cycle(section: SectionId, after: datetime, cycles: PublishedCycles) -> Cycle | None:
    """The first cycle that opens after a moment and covers the section."""
    for cycle in cycles.all_cycles():
        if cycle.opens > after and cycle.covers(section):
            return cycle
    return None


def cycle_of(comment: Comment, services: Services) -> CycleId:
    """The cycle that answers the comment as things stand now; WAITING while none has opened.

    One that is deferred stays where it was decided until the other cycle opens.
    """
    if comment.state is State.DEFERRED and comment.decision is not None:
        target = _deferred_to(comment, comment.decision, services)
        is_open = target is not None and services.clock.now() >= target.opens
        return target.id if target is not None and is_open else comment.decision.cycle
    if comment.agenda is not None:
        return comment.agenda
    if comment.cycle != WAITING:
        return comment.cycle
    following = next_cycle(comment.section, comment.submitted_at, services.cycles)
    if following is None or services.clock.now() < following.opens:
        return WAITING
    return following.id


def agenda_in(comment: Comment, cycle: CycleId) -> CycleId | None:
    """The comment's `agenda` where it is back with `cycle`: None where it was made."""
    return None if cycle == comment.cycle else cycle


def agenda(cycle: CycleId, services: Services) -> tuple[Comment, ...]:
    """Every comment the cycle has to answer or has answered last, oldest first."""
    return tuple(
        comment for comment in _candidates(cycle, services) if cycle_of(comment, services) == cycle
    )


def heard_in(cycle: CycleId, services: Services) -> tuple[Heard, ...]:
    """Every comment that was ever on the cycle's agenda, oldest first; withdrawn ones, too."""
    heard = (_heard(comment, cycle, services) for comment in _candidates(cycle, services))
    return tuple(one for one in heard if one is not None)


def undecided(cycle: CycleId, services: Services) -> tuple[Comment, ...]:
    """Those without which the cycle cannot close, oldest first."""
    return undecided_among(agenda(cycle, services), cycle, services)


def undecided_among(
    comments: Iterable[Comment], cycle: CycleId, services: Services
) -> tuple[Comment, ...]:
    """The same, of comments that were read already: all that the cycle has on its agenda."""
    return tuple(
        comment
        for comment in comments
        if cycle_of(comment, services) == cycle and is_undecided(comment, cycle, services)
    )


def phase_of(cycle: Cycle, services: Services) -> Phase:
    """Where the cycle stands now."""
    return services.records.get(cycle.id).phase(cycle, services.clock.now())


def _deferred_to(comment: Comment, decision: Decision, services: Services) -> Cycle | None:
    """None while there is no such cycle, or it was taken back."""
    if decision.deferred_to is None or decision.deferred_to == WAITING:
        return next_cycle(comment.section, decision.at, services.cycles)
    try:
        return services.cycles.cycle(decision.deferred_to)
    except UnknownCycle:
        return None


def is_undecided(comment: Comment, cycle: CycleId, services: Services) -> bool:
    """Deferred to this cycle it waits for its answer here; merged into what is gone, anew."""
    if comment.state in UNDECIDED or is_orphaned(comment, services):
        return True
    if comment.state is State.DEFERRED:
        return comment.decision is None or comment.decision.cycle != cycle
    return False


def _heard(comment: Comment, cycle: CycleId, services: Services) -> Heard | None:
    decisions = (*comment.earlier_decisions, *([comment.decision] if comment.decision else []))
    here = [decision for decision in decisions if decision.cycle == cycle]
    is_present = cycle_of(comment, services) == cycle
    if not here and not is_present and comment.cycle != cycle:
        return None
    reopened = is_present and comment.decision is None
    last = None if reopened or not here else here[-1]
    return Heard(
        comment=comment,
        decision=last,
        overruled=tuple(decision for decision in here if decision is not last),
    )


def _candidates(cycle: CycleId, services: Services) -> Iterator[Comment]:
    """Those made in it, those made outside any, and those whose cycle changed; oldest first."""
    every = services.reads.every
    found = {
        comment.id: comment
        for query in (
            CommentQuery(cycle=cycle),
            CommentQuery(cycle=WAITING),
            CommentQuery(has_agenda=True),
        )
        for comment in every(query)
    }
    return iter(sorted(found.values(), key=lambda one: (one.submitted_at, one.id)))
