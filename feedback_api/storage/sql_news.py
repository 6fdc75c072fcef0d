"""Passes the word of changes between replicas, so that none is found out a second late.

NOTIFY is never part of a transaction that stores something: all commits that notify wait for one
another. A thread says at most ten times a second that there is something new, and nothing hangs on
its being heard: caches are asked again after FRESH_SECONDS, and whoever listens to `changes` hears
of each within a second all the same, as the database is looked at.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from feedback_api.domain.errors import StoreError
from feedback_api.domain.identity import CommentId
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.storage.sql_changed import ChangedComments
from feedback_api.storage.sql_database import Database

_CHANNEL = "feedback_changes"
_LOOK_SECONDS = 1.0
_SAY_SECONDS = 0.1
_AGAIN_SECONDS = 1.0


class News:
    """Three threads: one says, one hears, one looks."""

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        """`heard` is called in some thread when another replica may have changed something."""
        self.changes = ChangeFeed()
        self._database = database
        self._heard = heard
        self._changed = ChangedComments(database)
        self._ended = threading.Event()
        self._to_say = threading.Event()
        self._to_look = threading.Event()
        self._threads = [
            threading.Thread(target=self._kept_running, args=(work,), name=name, daemon=True)
            for work, name in ((self._say, "say"), (self._hear, "hear"), (self._look, "look"))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End."""
        self._ended.set()
        self._to_say.set()
        self._to_look.set()
        for thread in self._threads:
            thread.join(2 * _LOOK_SECONDS)

    def told(self, comment_id: CommentId) -> None:
        """A change of this replica: who listens here hears at once, others soon."""
        self.changes.tell(comment_id)
        self._to_say.set()

    def _kept_running(self, work: Callable[[], None]) -> None:
        """A database that is away is told of where somebody wants something of it."""
        while not self._ended.is_set():
            with suppress(StoreError, SQLAlchemyError, psycopg.Error, OSError):
                work()
            self._ended.wait(_AGAIN_SECONDS)

    def _say(self) -> None:
        word = select(func.pg_notify(_CHANNEL, ""))
        while not self._ended.is_set():
            self._to_say.wait()
            if self._ended.is_set():
                return
            self._to_say.clear()
            self._database.read(lambda connection: connection.execute(word))
            self._ended.wait(_SAY_SECONDS)

    def _hear(self) -> None:
        with self._database.connect(autocommit=True) as connection:
            connection.execute(f"LISTEN {_CHANNEL}".encode())
            self._heard()  # whatever was said while nobody listened
            while not self._ended.is_set():
                for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                    self._heard()
                    self._to_look.set()

    def _look(self) -> None:
        while not self._ended.is_set():
            if self.changes.is_heard:
                for comment_id in self._changed.look():
                    self.changes.tell(comment_id)
            else:
                self._changed.forget()
            self._to_look.wait(_LOOK_SECONDS)
            self._to_look.clear()
