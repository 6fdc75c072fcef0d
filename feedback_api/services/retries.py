"""When to try again what failed: each time later, never all at once.

For whatever leaves the service on its own: e-mail, webhooks. Pure: the time is an argument.
"""

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How soon after a first failure, how many times later after each further one, at most when."""

    first: timedelta = timedelta(seconds=1)
    growth: float = 2.0
    longest: timedelta = timedelta(hours=1)


USUAL_PACE = Pace()
_GROWS_UP_TO = 100  # failures: by then every pace is at its longest, and no number too large


@dataclass(frozen=True, slots=True)
class _Trial:
    failures: int
    next_at: datetime


class Retries(Generic[KeyT]):
    """What waits for its next trial; a new key may be tried at once."""

    def __init__(
        self, chance: Callable[[], float] | None = None, *, pace: Pace = USUAL_PACE
    ) -> None:
        """`chance` gives a number from 0 up to 1: it spreads what failed together."""
        self._chance = chance or random.SystemRandom().random
        self._pace = pace
        self._trials: dict[KeyT, _Trial] = {}

    def __len__(self) -> int:
        return len(self._trials)

    def add(self, key: KeyT, at: datetime, *, failures: int = 0) -> None:
        """Due at that time, unless it waits already; `failures`: those of before a restart."""
        self._trials.setdefault(key, _Trial(failures, at))

    def due(self, now: datetime) -> tuple[KeyT, ...]:
        """What should be tried now, in the order in which it came."""
        return tuple(key for key, trial in self._trials.items() if trial.next_at <= now)

    def next_at(self) -> datetime | None:
        """When something is due next; None when nothing waits."""
        return min((trial.next_at for trial in self._trials.values()), default=None)

    def due_at(self, key: KeyT) -> datetime | None:
        """When it is due; None when it does not wait."""
        trial = self._trials.get(key)
        return trial.next_at if trial else None

    def done(self, key: KeyT) -> None:
        """It succeeded or was given up; what is not there may be named, too."""
        self._trials.pop(key, None)

    def failed(self, key: KeyT, now: datetime) -> int:
        """Put it off; how often it has failed so far."""
        failures = self.failures(key) + 1
        self._trials[key] = _Trial(failures, now + self._delay(failures))
        return failures

    def failures(self, key: KeyT) -> int:
        """How often it failed in a row."""
        trial = self._trials.get(key)
        return trial.failures if trial else 0

    def _delay(self, failures: int) -> timedelta:
        """Longer each time; half of it fixed, half of it by chance."""
        pace = self._pace
        grown = pace.first.total_seconds() * pace.growth ** min(failures - 1, _GROWS_UP_TO)
        delay = timedelta(seconds=min(grown, pace.longest.total_seconds()))
        return delay * (0.5 + self._chance() / 2)
