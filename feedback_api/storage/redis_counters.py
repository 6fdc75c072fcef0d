"""Counts in a Redis or Valkey that several replicas share; in memory while it cannot be reached."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from limits.storage import RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from feedback_api.services.counting import Counters, Rate
from feedback_api.storage.counters import SlidingCounters

_log = logging.getLogger(__name__)

_ANSWER_SECONDS = 0.5
_AGAIN_SECONDS = 10.0
_PREFIX = "feedback"
AnswerT = TypeVar("AnswerT")


class RedisCounters:
    """See Counters.

    A reader never waits for a store that is gone longer than half a second, and only one in ten
    seconds waits at all: for the others `meanwhile` counts.
    """

    waits = True

    def __init__(
        self, url: str, *, meanwhile: Counters, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Connects to nothing yet; `clock`: seconds."""
        pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=_ANSWER_SECONDS,
            socket_connect_timeout=_ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        storage = RedisStorage("redis://", connection_pool=pool, key_prefix=_PREFIX)
        self._shared = SlidingCounters(storage)
        self._meanwhile = meanwhile
        self._clock = clock
        self._is_gone = False
        self._not_before = 0.0

    def count(self, key: str, rate: Rate) -> float:
        """See Counters."""
        return self._asked(lambda counters: counters.count(key, rate))

    def remaining_wait(self, key: str, rate: Rate) -> float:
        """See Counters."""
        return self._asked(lambda counters: counters.remaining_wait(key, rate))

    def forget(self, key: str, rate: Rate) -> None:
        """See Counters."""
        self._asked(lambda counters: counters.forget(key, rate))

    def _asked(self, ask: Callable[[Counters], AnswerT]) -> AnswerT:
        if self._is_gone and self._clock() < self._not_before:
            return ask(self._meanwhile)
        self._not_before = self._clock() + _AGAIN_SECONDS  # others need not wait beside this one
        try:
            answer = ask(self._shared)
        except (redis.RedisError, OSError) as error:
            self._lost(error)
            return ask(self._meanwhile)
        if self._is_gone:
            self._is_gone = False
            _log.info("Limits are counted in the shared store again.")
        return answer

    def _lost(self, error: Exception) -> None:
        if not self._is_gone:
            self._is_gone = True
            _log.warning(
                "The shared store of limits cannot be reached (%s); until it can, each replica "
                "counts for itself.",
                type(error).__name__,
            )
