"""When to try again what failed: each time later, never all at once.

For whatever leaves the service on its own: e-mail, webhooks. Pure: the time is an argument.
"""

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(hours=1)

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Trial:
    failures: int
    next_at: datetime


class Retries(Generic[KeyT]):
    """What waits for its next trial; a new key may be tried at once."""

    def __init__(self, chance: Callable[[], float] = random.SystemRandom().random) -> None:
        """`chance` gives a number from 0 up to 1: it spreads what failed together."""
        self._chance = chance
        self._trials: dict[KeyT, _Trial] = {}

    def add(self, key: KeyT, now: datetime) -> None:
        """Due at once, unless it waits already."""
        self._trials.setdefault(key, _Trial(0, now))

    def due(self, now: datetime) -> tuple[KeyT, ...]:
        """What should be tried now, in the order in which it came."""
        return tuple(key for key, trial in self._trials.items() if trial.next_at <= now)

    def next_at(self) -> datetime | None:
        """When something is due next; None when nothing waits."""
        return min((trial.next_at for trial in self._trials.values()), default=None)

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
        """Twice as long each time, up to an hour; half of it fixed, half of it by chance."""
        doubled = FIRST_DELAY * 2 ** min(failures - 1, 20)
        return min(doubled, LONGEST_DELAY) * (0.5 + self._chance() / 2)
