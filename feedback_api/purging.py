"""Erases what is kept no longer: when the service starts, once a day, and when a command asks.

The command (`python -m feedback_api purge`) cannot write while a service holds the data folder; so
it leaves a file there, and the service does the work and takes the file away.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from feedback_api.domain.act import What
from feedback_api.domain.errors import StoreError
from feedback_api.services import Services
from feedback_api.services.retention import Due, Policy, purge

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_DAY_SECONDS = 86_400.0


class Purging:
    """One for the whole service; see background.Worker."""

    def __init__(self, data: Path, policy: Policy, services: Services, *, daily: bool) -> None:
        """Without `daily` only when it is asked to."""
        self._wanted = wanted(data)
        self._policy = policy
        self._services = services
        self._daily = daily

    async def __call__(self, stopping: asyncio.Event) -> None:
        """Until the event is set, then finish the comment in hand."""
        due_at = time.monotonic() if self._daily else float("inf")
        while not stopping.is_set():
            is_asked = self._wanted.exists()
            if is_asked or time.monotonic() >= due_at:
                await asyncio.to_thread(self._purge, stopping.is_set)
                due_at = time.monotonic() + _DAY_SECONDS if self._daily else due_at
            if is_asked:
                with suppress(OSError):
                    self._wanted.unlink()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _LOOK_SECONDS)

    def _purge(self, stopped: Callable[[], bool]) -> None:
        try:
            done = purge(self._policy, self._services, stopped)
        except StoreError as error:
            _log.error("Retention: not everything could be erased, tomorrow again: %s", error.code)
            return
        if done:
            _log.info("Retention: %s erased.", counted(done))


def wanted(data: Path) -> Path:
    """The file by which a command asks."""
    return data / "purge-wanted"


def counted(dues: Sequence[Due]) -> str:
    """For the operator: how many of what, and nothing of what they said."""
    number = Counter(due.what for due in dues)
    return f"{number[What.CONTACT]} names and addresses, {number[What.COMMENT]} whole comments"
