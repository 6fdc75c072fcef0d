"""What readers have had news of, newest first: comments made public, and their decisions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision
from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import CommentId, CycleId, LanguageCode, PageId
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of
from feedback_api.services.ports import CommentQuery
from feedback_api.services.seen import as_readers_see


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """`number` is 0 for the comment itself, else which of its decisions, from 1.

    With `is_change` it is that the change which came of it is part of the text, and `number` tells
    one such publication from another.

    `at`: since when readers can see just this. `cycles`: those it has to do with.
    """

    comment: CommentId
    number: int
    at: datetime
    page: PageId
    language: LanguageCode
    cycles: frozenset[CycleId]
    is_change: bool = False


def publications(services: Services) -> tuple[Publication, ...]:
    """All that readers may see now; reads every public comment, so call it in a thread."""
    found = [
        one
        for comment in services.reads.every(CommentQuery(public=True))
        if comment.is_public
        for one in _of(as_readers_see(comment, services), services)
    ]
    found.sort(key=lambda one: (one.at, one.comment, one.number), reverse=True)
    return tuple(found)


def public_since(comment: Comment) -> datetime:
    """When readers first could see it, since it was last hidden from them."""
    shown = (event.at for event in reversed(comment.events) if event.what is EventKind.MADE_PUBLIC)
    return next(shown, comment.submitted_at)


def decisions_of(comment: Comment) -> tuple[Decision, ...]:
    """All that were ever in force and were not taken back, in their order."""
    return (*comment.earlier_decisions, *((comment.decision,) if comment.decision else ()))


def _of(comment: Comment, services: Services) -> Iterator[Publication]:
    since = public_since(comment)
    heard_in = {comment.cycle, cycle_of(comment, services)}
    for number, decision in enumerate(decisions_of(comment), start=1):
        heard_in.add(decision.cycle)
        yield _publication(
            comment, number, max(since, decision.at), cycles=frozenset({decision.cycle})
        )
    if comment.published is not None:
        turn, at = comment.publication_turn, max(since, comment.published.at)
        cycles = frozenset({cycle_of(comment, services)})
        yield replace(_publication(comment, turn, at, cycles=cycles), is_change=True)
    yield _publication(comment, 0, since, cycles=frozenset(heard_in))


def _publication(
    comment: Comment, number: int, at: datetime, *, cycles: frozenset[CycleId]
) -> Publication:
    return Publication(
        comment=comment.id,
        number=number,
        at=at,
        page=comment.page,
        language=comment.language,
        cycles=cycles,
    )
