"""Sees each new revision of the text and has the comments follow it; no reader waits for it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from feedback_api.domain.errors import StoreError
from feedback_api.services import Services
from feedback_api.services.ports import PublishedText
from feedback_api.services.publishing import follow_text

_log = logging.getLogger(__name__)

_REFRESH_SECONDS = 1.0


async def keep_refreshed(refresh: Callable[[], bool], stopping: asyncio.Event) -> None:
    """See background.Worker: where another replica has the comments follow, read the text only."""
    while not stopping.is_set():
        await asyncio.to_thread(refresh)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _REFRESH_SECONDS)


def other_revision(text: PublishedText) -> Callable[[], bool]:
    """What says whether the text is another than when it was asked before."""
    seen = text.revision()

    def is_other() -> bool:
        nonlocal seen
        before, seen = seen, text.revision()
        return seen != before

    return is_other


class Deployments:
    """One for the whole service; it looks at the text about once a second."""

    def __init__(self, refresh: Callable[[], bool], services: Services) -> None:
        """`refresh` reads the text again, if it is another, and says whether it did."""
        self._refresh = refresh
        self._services = services
        self._is_followed = False
        self._has_failed = False

    async def __call__(self, stopping: asyncio.Event) -> None:
        """See background.Worker; at start, too, for what a service before this one left undone."""
        while not stopping.is_set():
            await asyncio.to_thread(self._look, stopping.is_set)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _REFRESH_SECONDS)

    def _look(self, stopped: Callable[[], bool]) -> None:
        if self._refresh():
            self._is_followed = False
        if self._is_followed:
            return
        try:
            follow_text(self._services, stopped)
        except StoreError as error:
            if not self._has_failed:
                _log.error("Comments cannot follow the published text yet: %s", error.code)
            self._has_failed = True
        else:
            self._is_followed, self._has_failed = not stopped(), False
