"""New comments stored from the event loop: no thread waits for the database; see ADR 0017.

One connection of its own, one group on its way: whatever comes meanwhile is the next group. What
is not stored so, for whatever reason, is left to the store, which waits in a thread, tries again
where that is safe, and gives each its own answer.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreBusy, StoreError, StoreFailed
from feedback_api.domain.identity import CommentId
from feedback_api.storage.group_writer import WAITING_LIMIT
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_new_comments import New, inserted_soon, is_seen_by_none, new_of

_log = logging.getLogger(__name__)
_GROUP = 16
"""At most: each number of comments is a statement of its own, which the server keeps prepared."""
_THREADS = 4
_CONNECT_AGAIN_SECONDS = 0.5
Add = Callable[[Comment], Comment]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """`outcome` is set once, in the loop or by the thread that adds it alone."""

    comment: Comment
    new: New
    outcome: Future[Comment] = field(default_factory=Future)


class SqlQueue:
    """See CommentQueue; for one event loop at a time."""

    def __init__(self, database: Database, add: Add, told: Callable[[CommentId], object]) -> None:
        """Nothing is connected yet. `add` is the SqlStore's, `told` hears of what is stored here.

        No reader of any replica sees that yet: there is no word to pass on.
        """
        self._database = database
        self._add = add
        self._told = told
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="add")
        self._open: set[Future[Comment]] = set()
        self._queue: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._connects_at = 0.0

    def add_soon(self, comment: Comment) -> Future[Comment]:
        """See CommentQueue; where an event loop runs. Raises ValueError as `add` does."""
        if len(self._open) >= WAITING_LIMIT:
            raise StoreBusy
        waiting = _Waiting(comment, new_of(comment))
        self._open.add(waiting.outcome)
        waiting.outcome.add_done_callback(self._open.discard)
        if is_seen_by_none(comment):
            self._queue.append(waiting)
            if self._writing is None:  # it begins once all have come who are on their way here
                self._writing = asyncio.get_running_loop().create_task(self._write_all())
        else:
            self._leave_to_store(waiting)
        return waiting.outcome

    def close(self) -> None:
        """End; the loop may run or not. What waits in it fails, what the store has is finished."""
        for task in (self._writing, self._connecting):
            if task is not None and not task.get_loop().is_closed():
                task.cancel()
        self._let_go()
        self._threads.shutdown()

    async def _write_all(self) -> None:
        group: Sequence[_Waiting] = ()
        try:
            while self._queue:
                group, self._queue = self._queue[:_GROUP], self._queue[_GROUP:]
                stored = await self._stored(group)
                for waiting in group:
                    self._end(waiting, is_stored=waiting.new.id in stored)
        except BaseException:
            for waiting in (*group, *self._queue):
                if not waiting.outcome.done():
                    waiting.outcome.set_exception(StoreFailed())
            raise
        finally:
            self._queue, self._writing = [], None

    def _end(self, waiting: _Waiting, *, is_stored: bool) -> None:
        if is_stored:
            self._told(waiting.comment.id)
            waiting.outcome.set_result(waiting.comment)
        else:
            self._leave_to_store(waiting)

    async def _stored(self, group: Sequence[_Waiting]) -> frozenset[UUID]:
        """Those that are stored now, durably; of the others nobody knows."""
        connection = self._connection
        if not self._database.takes_changes:
            return frozenset()
        if connection is None:
            self._connect_soon()
            return frozenset()
        stored = None
        try:
            with self._database.patience.over(connection, changes=True):
                stored = await inserted_soon(connection, [waiting.new for waiting in group])
        except (psycopg.Error, StoreError):
            pass  # the store finds out what it is, and tells of it
        except Exception as error:
            _log.error("New comments could not be stored at once: %s", type(error).__name__)
        finally:
            if stored is None:  # nobody knows in what state the connection is
                self._let_go()
        return stored or frozenset()

    def _leave_to_store(self, waiting: _Waiting) -> None:
        def add() -> None:
            try:
                stored = self._add(waiting.comment)
            except BaseException as error:
                waiting.outcome.set_exception(error)
            else:
                waiting.outcome.set_result(stored)

        self._threads.submit(add)

    def _connect_soon(self) -> None:
        if self._connecting is None and time.monotonic() >= self._connects_at:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        try:
            self._connection = await self._database.connect_in_loop()
        except (psycopg.Error, OSError):  # the store tells of it
            self._connects_at = time.monotonic() + _CONNECT_AGAIN_SECONDS
        finally:
            self._connecting = None

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.pgconn.finish()
