"""Gives up what waits too long for the database, and spares it more of the same for a while.

A commit that waits for a standby which is not there waits for ever, and a server that stands still
ends no statement: no time limit of the server's own helps. Then threads would be gone one by one,
and with them whoever only wants to read.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from feedback_api.domain.errors import StoreUnavailable

_log = logging.getLogger(__name__)
_LOOKS = 20
"""So often within the time that is given."""
_REST = 0.2
"""Part of that time: nobody tries a change for so long once one was given up."""


_Driver = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]


class _Waiting:
    """One use of a connection."""

    __slots__ = ("connection", "is_over", "until")

    def __init__(self, connection: _Driver, until: float) -> None:
        self.connection = connection
        self.until = until
        self.is_over = False


class Patience:
    """For any number of threads."""

    def __init__(self, seconds: float) -> None:
        """`seconds` for each use of a connection."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: set[_Waiting] = set()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_at_rest = False
        self._rests_until = 0.0

    @property
    def is_at_rest(self) -> bool:
        """Whether changes waited in vain, and none was taken since."""
        return self._is_at_rest

    def refuse_changes_at_rest(self, still_wait: Callable[[], bool]) -> None:
        """Raises StoreUnavailable while changes wait in vain; now and then one may try.

        `still_wait`: whether some do, by the server's word. One more would hold one more of its
        connections, which those who read need.
        """
        if not self._is_at_rest:
            return
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise StoreUnavailable
            self._rests_until = time.monotonic() + self._seconds * _REST
        if still_wait():
            raise StoreUnavailable

    @contextmanager
    def over(self, connection: _Driver, *, changes: bool) -> Iterator[None]:
        """Raises StoreUnavailable once the time is up, and then the connection is broken.

        Whether it `changes` something: what does tells whether changes are taken again.
        """
        mine = _Waiting(connection, time.monotonic() + self._seconds)
        with self._lock:
            self._waiting.add(mine)
            self._started()
        try:
            yield
        except Exception:
            self._leave(mine)
            if mine.is_over:
                self._give_up()
                raise StoreUnavailable from None
            raise
        except BaseException:
            self._leave(mine)
            raise
        self._leave(mine)
        if changes and self._is_at_rest:
            self._take_again()

    def close(self) -> None:
        """End the thread that looks."""
        self._ended.set()

    def _leave(self, mine: _Waiting) -> None:
        """From here on the connection may be somebody else's."""
        with self._lock:
            self._waiting.discard(mine)

    def _started(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="patience", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(self._seconds / _LOOKS):
            now = time.monotonic()
            with self._lock:
                for one in self._waiting:
                    if one.until < now and not one.is_over:
                        one.is_over = True
                        _break(one.connection)

    def _give_up(self) -> None:
        with self._lock:
            was_at_rest, self._is_at_rest = self._is_at_rest, True
            self._rests_until = time.monotonic() + self._seconds * _REST
        if not was_at_rest:
            _log.error(
                "The database did not answer within %.0f s: it stands still, or changes wait for "
                "standbys that are not there. Changes are refused for now",
                self._seconds,
            )

    def _take_again(self) -> None:
        with self._lock:
            was_at_rest, self._is_at_rest = self._is_at_rest, False
        if was_at_rest:
            _log.warning("The database takes changes again")


def _break(connection: _Driver) -> None:
    """Whoever waits at it is told that it has ended; closing it is theirs."""
    with suppress(OSError, psycopg.Error):
        ended = socket.socket(fileno=os.dup(connection.fileno()))
        with ended:
            ended.shutdown(socket.SHUT_RDWR)
