"""Counts in memory how often something was asked, in windows that slide.

A window's share of the one before it counts as if that had been spread evenly: the reckoning of
the library `limits`, with which counts in a Redis are kept (redis_counters.py); here it is without
the library, which needs ten times as long for each comment and a tenth of a second to start.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from feedback_api.services.counting import Rate

_MOMENT_SECONDS = 0.001
_MOST_KEYS = 200_000


@dataclass(slots=True)
class _Window:
    """What was counted in the window of this number, and in the one before."""

    number: int
    count: int = 0
    before: int = 0


_Name = tuple[str, int, int]


class MemoryCounters:
    """See Counters; it holds `most_keys` at most: past that, those begun first are forgotten."""

    waits = False

    def __init__(
        self, *, clock: Callable[[], float] = time.time, most_keys: int = _MOST_KEYS
    ) -> None:
        """`clock`: seconds since 1970."""
        self._clock = clock
        self._most_keys = most_keys
        self._lock = threading.Lock()
        self._windows: dict[_Name, _Window] = {}

    def __len__(self) -> int:
        return len(self._windows)

    def count(self, key: str, rate: Rate) -> float:
        """See Counters."""
        with self._lock:
            now = self._clock()
            window = self._present(key, rate, now)
            wait = _wait(window, rate, now)
            if not wait:
                window.count += 1
                self._keep((key, rate.amount, rate.seconds), window, now)
            return wait

    def remaining_wait(self, key: str, rate: Rate) -> float:
        """See Counters."""
        with self._lock:
            now = self._clock()
            return _wait(self._present(key, rate, now), rate, now)

    def forget(self, key: str, rate: Rate) -> None:
        """See Counters."""
        with self._lock:
            self._windows.pop((key, rate.amount, rate.seconds), None)

    def _present(self, key: str, rate: Rate, now: float) -> _Window:
        """Of which the number is that of now; not kept yet if it is a new one."""
        number = int(now // rate.seconds)
        window = self._windows.get((key, rate.amount, rate.seconds))
        if window is None:
            return _Window(number)
        if window.number != number:
            window.before = window.count if window.number == number - 1 else 0
            window.number, window.count = number, 0
        return window

    def _keep(self, name: _Name, window: _Window, now: float) -> None:
        self._windows[name] = window
        if len(self._windows) > self._most_keys:
            self._make_room(now)

    def _make_room(self, now: float) -> None:
        """Forget what is over, and if that is not much, the tenth that was begun first."""
        kept = {
            name: window
            for name, window in self._windows.items()
            if now < (window.number + 2) * name[2]
        }
        surplus = len(kept) - self._most_keys * 9 // 10
        for name in list(kept)[: max(surplus, 0)]:
            del kept[name]
        self._windows = kept


def _wait(window: _Window, rate: Rate, now: float) -> float:
    """0 where there is room for one more; else the seconds until there is."""
    length = rate.seconds
    left = length - now % length
    if int(window.before * left / length + window.count) + 1 <= rate.amount:
        return 0.0
    return wait_for_room(rate, (window.before, left), (window.count, left + length))


def wait_for_room(rate: Rate, window_before: tuple[int, float], window: tuple[int, float]) -> float:
    """Seconds until there is room for one more, where there is none.

    Of both windows what was counted, and for how many seconds it will still weigh.
    """
    (before, before_left), (count, left) = window_before, window
    length = rate.seconds
    if count < rate.amount:  # room comes as the window before weighs less
        wait = before_left - (rate.amount - count) * length / max(before, 1)
    else:  # it comes when this window is the one before
        wait = left - length * rate.amount / count
    return min(max(wait, 0) + _MOMENT_SECONDS, length)
