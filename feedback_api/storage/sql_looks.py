"""What one answer reads, so that what it reads one by one is asked for together.

A list of comments makes its reader ask, of each, what was merged into it and what it was merged
into. The first such question is asked for the whole list. Nothing is remembered beyond the answer,
across a change, or from before a generation was asked for.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from feedback_api.domain.comment import Comment
from feedback_api.storage.comment_document import key_of

_ReadT = TypeVar("_ReadT")
_Merged = Mapping[UUID, Sequence[Comment]]


class _Look:
    """What was listed, and what was asked for since."""

    def __init__(self) -> None:
        self.listed: dict[UUID, tuple[UUID, ...]] = {}
        self.originals: dict[UUID, frozenset[UUID]] = {}
        self.merged: dict[UUID, tuple[Comment, ...]] = {}
        self.found: dict[UUID, Comment | None] = {}
        self.records: dict[str, Any] = {}

    def list(self, comments: Collection[Comment]) -> None:
        keys = tuple(UUID(bytes=key_of(one.id)) for one in comments)
        self.listed.update(dict.fromkeys(keys, keys))
        originals = frozenset(key for one in comments for key in _originals(one))
        self.originals.update(dict.fromkeys(originals, originals))


class _Own(threading.local):
    look: _Look | None = None


class Looks:
    """One for each thread that answers; without one everything is asked for by itself."""

    def __init__(self) -> None:
        self._own = _Own()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Remember, for one answer in this thread."""
        before, self._own.look = self._own.look, _Look()
        try:
            yield
        finally:
            self._own.look = before

    @contextmanager
    def none(self) -> Iterator[None]:
        """Remember nothing while something changes, and nothing from before."""
        before, self._own.look = self._own.look, None
        try:
            yield
        finally:
            self._own.look = before
            self.forget()

    def forget(self) -> None:
        """What is read from now on is read anew."""
        if self._own.look is not None:
            self._own.look = _Look()

    def list(self, comments: Collection[Comment]) -> None:
        """These were read together."""
        if self._own.look is not None:
            self._own.look.list(comments)

    def merged(
        self, original: UUID, read: Callable[[Collection[UUID]], _Merged]
    ) -> tuple[Comment, ...]:
        """What was merged into one; `read` tells it of many."""
        look = self._own.look
        if look is None:
            return tuple(read([original]).get(original, ()))
        if original not in look.merged:
            asked = [
                one for one in look.listed.get(original, (original,)) if one not in look.merged
            ]
            found = read(asked)
            look.merged.update({one: tuple(found.get(one, ())) for one in asked})
            look.list([comment for of_one in found.values() for comment in of_one])
        return look.merged[original]

    def comment(
        self, wanted: UUID, read: Callable[[Collection[UUID]], Mapping[UUID, Comment]]
    ) -> Comment | None:
        """One by its id, None if it is not there; `read` finds many."""
        look = self._own.look
        if look is None:
            return read([wanted]).get(wanted)
        if wanted not in look.found:
            asked = look.originals.get(wanted, {wanted}) - look.found.keys()
            found = read(asked)
            look.found.update({one: found.get(one) for one in asked})
            look.list(found.values())
        return look.found[wanted]

    def records(self, table: str, read: Callable[[], _ReadT]) -> _ReadT:
        """All small records of a table."""
        look = self._own.look
        if look is None:
            return read()
        if table not in look.records:
            look.records[table] = read()
        known: _ReadT = look.records[table]
        return known


def _originals(comment: Comment) -> Iterable[UUID]:
    """All that it is or was merged into, whether or not that still says anything."""
    decisions = (*comment.earlier_decisions, *((comment.decision,) if comment.decision else ()))
    for decision in decisions:
        if decision.duplicate_of is not None:
            yield UUID(bytes=key_of(decision.duplicate_of))
