"""Counts how often something was asked, in a sliding window of the `limits` library."""

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage, Storage
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow
from limits.strategies import SlidingWindowCounterRateLimiter

from feedback_api.services.counting import Rate

_MOMENT_SECONDS = 0.001
_MOST_KEYS = 200_000


class MemoryCounts(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """What the library's own storage in memory does, without a thread for each count.

    It holds `most_keys` at most: past that, those that were begun first are forgotten.
    """

    STORAGE_SCHEME = None

    def __init__(
        self, *, clock: Callable[[], float] = time.time, most_keys: int = _MOST_KEYS
    ) -> None:
        """`clock`: seconds since 1970."""
        super().__init__()
        self._clock = clock
        self._most_keys = most_keys
        self._lock = threading.RLock()
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """None of its own."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """See Storage; `expiry` in seconds, and only of a key that is new."""
        with self._lock:
            return self._add(key, expiry, amount, self._clock())

    def get(self, key: str) -> int:
        """See Storage."""
        return self._held(key, self._clock())

    def get_expiry(self, key: str) -> float:
        """See Storage."""
        return self._counts.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        """See Storage."""
        return True

    def reset(self) -> int:
        """See Storage."""
        with self._lock:
            held = len(self._counts)
            self._counts.clear()
            return held

    def clear(self, key: str) -> None:
        """See Storage."""
        with self._lock:
            self._counts.pop(key, None)

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """See SlidingWindowCounterSupport; each comment comes here, once for each of its rates."""
        now = self._clock()
        previous, current = self.sliding_window_keys(key, expiry, now)
        with self._lock:
            weight = self._held(previous, now) * (expiry - now % expiry) / expiry
            if int(weight + self._held(current, now)) + amount > limit:
                return False
            # Kept through the next window too, in which it still weighs.
            self._add(current, 2 * expiry, amount, now)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """See SlidingWindowCounterSupport."""
        now = self._clock()
        previous, current = self.sliding_window_keys(key, expiry, now)
        left = expiry - now % expiry
        with self._lock:
            return self._held(previous, now), left, self._held(current, now), left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """See SlidingWindowCounterSupport."""
        for window in self.sliding_window_keys(key, expiry, self._clock()):
            self.clear(window)

    def _held(self, key: str, now: float) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > now else 0

    def _add(self, key: str, expiry: int, amount: int, now: float) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        if until <= now:
            count, until = 0, now + expiry
        self._counts[key] = (count + amount, until)
        if len(self._counts) > self._most_keys:
            self._make_room()
        return count + amount

    def _make_room(self) -> None:
        """Forget what is over, and if that is not much, the tenth that was begun first."""
        now = self._clock()
        kept = {key: held for key, held in self._counts.items() if held[1] > now}
        surplus = len(kept) - self._most_keys * 9 // 10
        for key in list(kept)[: max(surplus, 0)]:
            del kept[key]
        self._counts = kept


class SlidingCounters:
    """See Counters; over any storage of the library."""

    waits = False

    def __init__(self, storage: MemoryCounts | RedisStorage) -> None:
        self._storage = storage
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def count(self, key: str, rate: Rate) -> float:
        """See Counters."""
        item = _item(rate)
        return 0.0 if self._limiter.hit(item, key) else self._wait(item, key)

    def remaining_wait(self, key: str, rate: Rate) -> float:
        """See Counters."""
        item = _item(rate)
        return 0.0 if self._limiter.test(item, key) else self._wait(item, key)

    def forget(self, key: str, rate: Rate) -> None:
        """See Counters."""
        self._limiter.clear(_item(rate), key)

    def _wait(self, item: RateLimitItem, key: str) -> float:
        """Seconds until there is room for one more.

        Reckoned here: the library's own figure is 0 in the moment in which a window begins.
        """
        length = item.get_expiry()
        before, before_left, count, left = self._storage.get_sliding_window(
            item.key_for(key), length
        )
        if count < item.amount:  # room comes as the window before weighs less
            wait = before_left - (item.amount - count) * length / max(before, 1)
        else:  # it comes when this window is the one before
            wait = left - length * item.amount / count
        return min(max(wait, 0) + _MOMENT_SECONDS, length)


@lru_cache
def _item(rate: Rate) -> RateLimitItem:
    return RateLimitItemPerSecond(rate.amount, rate.seconds, namespace="")
