"""Background work of several replicas: done by one of them, by another soon after it dies.

The work runs in a thread with an event loop of its own: it reads the store, and there reads wait.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from feedback_api.background import Worker, at_work
from feedback_api.domain.errors import StoreError

_log = logging.getLogger(__name__)

LEASE_SECONDS = 6
RENEW_SECONDS = 1.5
_TRY_SECONDS = 1.0
_JOIN_SECONDS = 10.0


class Claim(Protocol):
    """A lease that one replica at a time holds; both methods wait for the store."""

    def take(self) -> bool:
        """Take or renew it for LEASE_SECONDS; whether it is ours. Raises StoreError."""

    def release(self) -> None:
        """Let another replica have it at once. Raises StoreError."""


class Leading:
    """See background.Worker."""

    def __init__(self, claim: Claim, make_workers: Callable[[], Sequence[Worker]]) -> None:
        """`make_workers` is called each time this replica begins to lead."""
        self._claim = claim
        self._make_workers = make_workers

    async def __call__(self, stopping: asyncio.Event) -> None:
        """Lead whenever nobody else does, until the event is set."""
        ended = threading.Event()
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def live() -> None:
            try:
                asyncio.run(self._live(ended))
            except Exception as error:
                _log.error("Leading failed and starts again: %s", type(error).__name__)
            finally:
                with suppress(RuntimeError):  # our loop may have ended before
                    loop.call_soon_threadsafe(done.set)

        thread = threading.Thread(target=live, name="leading", daemon=True)
        thread.start()
        waiting = [asyncio.ensure_future(event.wait()) for event in (stopping, done)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.set()
            for one in waiting:
                one.cancel()
        await asyncio.to_thread(thread.join, _JOIN_SECONDS)

    async def _live(self, ended: threading.Event) -> None:
        while not ended.is_set():
            if await self._took():
                await self._lead(ended)
            await _slept(_TRY_SECONDS, ended)

    async def _lead(self, ended: threading.Event) -> None:
        _log.info("This replica does the background work now")
        holds_until = time.monotonic() + LEASE_SECONDS
        async with at_work(self._make_workers()):
            while time.monotonic() < holds_until and not ended.is_set():
                await _slept(RENEW_SECONDS, ended)
                asked_at = time.monotonic()
                try:
                    if not ended.is_set() and not await asyncio.to_thread(self._claim.take):
                        break
                except StoreError:
                    continue  # whoever is away for long loses it
                holds_until = asked_at + LEASE_SECONDS
        with suppress(StoreError):
            await asyncio.to_thread(self._claim.release)

    async def _took(self) -> bool:
        try:
            return await asyncio.to_thread(self._claim.take)
        except StoreError:
            return False


async def _slept(seconds: float, ended: threading.Event) -> None:
    """Or until it is over."""
    until = time.monotonic() + seconds
    while not ended.is_set() and time.monotonic() < until:
        await asyncio.sleep(0.1)
