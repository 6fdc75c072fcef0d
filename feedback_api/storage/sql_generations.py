"""How replicas learn that what readers may see has changed: a number per page and cycle.

It is written with the change, as its last statement, so that the row is held for the commit alone;
no row is everybody's. A replica asks for it at most once in FRESH_SECONDS, and at once after a
change of its own or a word from another replica.
"""

import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.comment import Comment
from feedback_api.domain.identity import PageId
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_rows import original_of, uuid_of
from feedback_api.storage.sql_tables import COMMENTS, GENERATIONS

FRESH_SECONDS = 1.0
_DEEPEST = 50

Place = tuple[str, str]
"""Cycle and page."""


class Generations:
    """See CommentReads.generation."""

    def __init__(self, database: Database, *, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._database = database
        self._fresh_seconds = fresh_seconds
        self._lock = threading.Lock()
        self._asked: dict[PageId | None, tuple[float, int]] = {}
        self._forgotten = 0

    def get(self, page: PageId | None) -> int:
        """At most `fresh_seconds` old; never older than a change of this replica."""
        kept = self._asked.get(page)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        forgotten, until = self._forgotten, time.monotonic() + self._fresh_seconds
        generation = self._database.read(lambda connection: _generation(connection, page))
        with self._lock:
            if forgotten == self._forgotten:
                self._asked[page] = (until, generation)
        return generation

    def forget(self) -> None:
        """Something has changed, here or elsewhere."""
        with self._lock:
            self._forgotten += 1
            self._asked.clear()


def touch(connection: Connection, places: Collection[Place]) -> None:
    """Let the generations of these pages move; to be done last, in one order, against deadlocks."""
    now = time.time_ns() // 1_000  # also a number that no restored backup has given before
    for cycle, page in sorted(places):
        new = insert(GENERATIONS).values(cycle=cycle, page=page, generation=now)
        moved = func.greatest(GENERATIONS.c.generation + 1, new.excluded.generation)
        connection.execute(
            new.on_conflict_do_update(
                index_elements=[GENERATIONS.c.cycle, GENERATIONS.c.page],
                set_={"generation": moved},
            )
        )


def touched(connection: Connection, before: Comment | None, after: Comment) -> set[Place]:
    """The pages of which readers may see something else once `after` stands for `before`.

    What is shown of a comment hangs on those merged into it, and on how those were answered that
    it was merged into.
    """
    if before is not None and replace(before, delivered=after.delivered) == after:
        return set()
    places: set[Place] = set()
    stood = [one for one in (before, after) if one is not None]
    if any(one.is_public for one in stood):
        places.add((after.cycle, after.page))
    for original in {original_of(one) for one in stood} - {None}:
        places.update(_places_above(connection, original))
    if before is not None:
        places.update(_places_below(connection, uuid_of(after.id)))
    return places


def _places_above(connection: Connection, original: UUID | None) -> Iterator[Place]:
    columns = (COMMENTS.c.cycle, COMMENTS.c.page, COMMENTS.c.original)
    for _ in range(_DEEPEST):
        if original is None:
            return
        row = connection.execute(select(*columns).where(COMMENTS.c.id == original)).first()
        if row is None:
            return
        yield row.cycle, row.page
        original = row.original


def _places_below(connection: Connection, original: UUID) -> Iterator[Place]:
    columns = (COMMENTS.c.id, COMMENTS.c.cycle, COMMENTS.c.page)
    seen, asked = {original}, [original]
    while asked:
        merged = select(*columns).where(COMMENTS.c.original.in_(asked))
        rows = [row for row in connection.execute(merged) if row.id not in seen]
        yield from ((row.cycle, row.page) for row in rows)
        asked = [row.id for row in rows]
        seen.update(asked)


def _generation(connection: Connection, page: PageId | None) -> int:
    asked = select(func.coalesce(func.sum(GENERATIONS.c.generation), 0))
    if page is not None:
        asked = asked.where(GENERATIONS.c.page == page)
    return int(connection.execute(asked).scalar_one())
