"""One thread that writes for everybody: whatever waits is taken together, with no timer."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Generic, TypeVar

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreBusy, StoreFailed

_log = logging.getLogger(__name__)

WAITING_LIMIT = 1_000

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Wanted]):
    """A change that somebody waits for; `outcome` is set once, by the thread that writes."""

    wanted: Wanted
    outcome: Future[Comment] = field(default_factory=Future)


class GroupWriter(Generic[Wanted]):
    """Takes changes from any thread and hands all that wait to `write_group`, one group a time."""

    def __init__(
        self,
        write_group: Callable[[Sequence[Waiting[Wanted]]], None],
        *,
        waiting_limit: int = WAITING_LIMIT,
    ) -> None:
        """`write_group` sets every outcome of its group; what it leaves open fails."""
        self._write_group = write_group
        self._waiting_limit = waiting_limit
        self._queue: SimpleQueue[Waiting[Wanted] | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._is_last = False
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    def write(self, wanted: Wanted) -> Comment:
        """Wait until the change is durable.

        Raises what `write_group` set; StoreBusy when too many wait; StoreFailed once closed.
        """
        return self.begin(wanted).result()

    def begin(self, wanted: Wanted) -> Future[Comment]:
        """As `write`, without waiting: what that would answer is the Future's, in the end.

        Raises StoreBusy and StoreFailed at once.
        """
        waiting = Waiting(wanted)
        with self._closing:
            if self._closed:
                raise StoreFailed
            if self._queue.qsize() >= self._waiting_limit:
                raise StoreBusy
            self._queue.put(waiting)
        return waiting.outcome

    @property
    def waiting(self) -> int:
        """How many changes are not yet taken."""
        return self._queue.qsize()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)  # nothing comes after it
        self._thread.join()

    def _run(self) -> None:
        while not self._is_last:
            group = self._take()
            if group:
                self._write_all(group)

    def _write_all(self, group: Sequence[Waiting[Wanted]]) -> None:
        try:
            self._write_group(group)
        except Exception:
            _log.exception("A group of changes could not be written")
        for waiting in group:
            if not waiting.outcome.done():
                waiting.outcome.set_exception(StoreFailed())

    def _take(self) -> list[Waiting[Wanted]]:
        """Everything that waits, in the order in which it came, once there is anything."""
        group: list[Waiting[Wanted]] = []
        while not group or not self._queue.empty():
            waiting = self._queue.get()
            if waiting is None:
                self._is_last = True
                break
            group.append(waiting)
        return group
