"""One thread that writes for everybody: whatever waits is taken together, with no timer."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
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
        self._queue: list[Waiting[Wanted]] = []
        self._closed = False
        self._arrived = threading.Condition(threading.Lock())
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    def write(self, wanted: Wanted) -> Comment:
        """Wait until the change is durable.

        Raises what `write_group` set; StoreBusy when too many wait; StoreFailed once closed.
        """
        waiting = Waiting(wanted)
        with self._arrived:
            if self._closed:
                raise StoreFailed
            if len(self._queue) >= self._waiting_limit:
                raise StoreBusy
            self._queue.append(waiting)
            self._arrived.notify()
        return waiting.outcome.result()

    @property
    def waiting(self) -> int:
        """How many changes are not yet taken."""
        return len(self._queue)

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._take():
            try:
                self._write_group(group)
            except Exception:
                _log.exception("A group of changes could not be written")
            for waiting in group:
                if not waiting.outcome.done():
                    waiting.outcome.set_exception(StoreFailed())

    def _take(self) -> list[Waiting[Wanted]]:
        """Everything that waits; empty only when closed."""
        with self._arrived:
            while not self._queue and not self._closed:
                self._arrived.wait()
            group, self._queue = self._queue, []
            return group
