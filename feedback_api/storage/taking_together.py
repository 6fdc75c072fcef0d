"""Whoever comes first does the work of all who came meanwhile: no thread of its own, no timer."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_WantedT = TypeVar("_WantedT")
_DoneT = TypeVar("_DoneT")


class _Waiting(Generic[_WantedT, _DoneT]):
    """One thread's wish; `told` is let go when its outcome is there or it is to lead."""

    __slots__ = ("leads", "outcome", "told", "wanted")

    def __init__(self, wanted: _WantedT) -> None:
        self.wanted = wanted
        self.leads = False
        self.outcome: _DoneT | None = None
        self.told = threading.Lock()
        self.told.acquire()


class Together(Generic[_WantedT, _DoneT]):
    """Lets threads that want the same kind of thing have it done at once."""

    def __init__(self, work: Callable[[Sequence[_WantedT]], Sequence[_DoneT]]) -> None:
        """`work`: an outcome for each that is wanted, never None; one group at a time.

        What it raises is raised to who leads the group; the others are given None.
        """
        self._work = work
        self._lock = threading.Lock()
        self._queue: list[_Waiting[_WantedT, _DoneT]] = []
        self._is_led = False

    def do(self, wanted: _WantedT) -> _DoneT | None:
        """The outcome of this one; None if the work failed in another thread. Raises as `work`."""
        mine: _Waiting[_WantedT, _DoneT] = _Waiting(wanted)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._is_led = not self._is_led, True
        if not mine.leads:
            mine.told.acquire()
        if mine.leads:
            self._lead(mine)
        return mine.outcome

    @property
    def waiting(self) -> int:
        """How many are not taken yet."""
        return len(self._queue)

    def _lead(self, mine: _Waiting[_WantedT, _DoneT]) -> None:
        """All that wait now are one group, mine among them; the next that waits leads the next."""
        with self._lock:
            group, self._queue = self._queue, []
        try:
            outcomes = self._work([one.wanted for one in group])
            for one, outcome in zip(group, outcomes, strict=True):
                one.outcome = outcome
        finally:
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._is_led = following is not None
            for one in group:
                if one is not mine:
                    one.told.release()
            if following is not None:
                following.leads = True
                following.told.release()
