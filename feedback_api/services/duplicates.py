"""Comments merged into others: which one stands for all of them."""

from collections.abc import Iterator

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import UnknownComment
from feedback_api.services import Services


def original(comment: Comment, services: Services) -> Comment:
    """The comment that answers for this one: itself, unless it was merged.

    An original that was erased since answers for nobody: then it is the last one still there.
    Two editors who merge two comments into each other at the same moment make a ring; then it is
    the first of them that comes again.
    """
    seen = {comment.id}
    while comment.state is State.DUPLICATE and comment.decision is not None:
        into = comment.decision.duplicate_of
        if into is None or into in seen:
            break
        seen.add(into)
        try:
            comment = services.comments.get(into)
        except UnknownComment:
            break
    return comment


def is_orphaned(comment: Comment, services: Services) -> bool:
    """Whether it was merged into a comment that answers for nobody any more."""
    if comment.state is not State.DUPLICATE:
        return False
    return original(comment, services).state in (State.DUPLICATE, State.WITHDRAWN)


def merged_into(comment: Comment, services: Services) -> tuple[Comment, ...]:
    """Every comment merged into this one, also by way of others, oldest first."""
    found = {one.id: one for one in _merged(comment, services, {comment.id})}
    if not found:
        return ()
    return tuple(sorted(found.values(), key=lambda one: (one.submitted_at, one.id)))


def _merged(comment: Comment, services: Services, seen: set[str]) -> Iterator[Comment]:
    for duplicate in services.comments.duplicates(comment.id):
        if duplicate.id not in seen and duplicate.state is State.DUPLICATE:
            seen.add(duplicate.id)
            yield duplicate
            yield from _merged(duplicate, services, seen)
