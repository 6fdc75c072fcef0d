"""Work that goes on beside the answers, from the start of the service to its end."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

_log = logging.getLogger(__name__)

Worker = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, then finishes what it has in hand and returns."""

_STOP_SECONDS = 5.0
_AGAIN_SECONDS = 10.0


@asynccontextmanager
async def at_work(workers: Sequence[Worker]) -> AsyncIterator[None]:
    """Keep all of them running; one that fails is started again, and nobody else notices."""
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(_kept_running(worker, stopping)) for worker in workers]
    try:
        yield
    finally:
        stopping.set()
        if tasks:
            _, unfinished = await asyncio.wait(tasks, timeout=_STOP_SECONDS)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)


async def _kept_running(worker: Worker, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await worker(stopping)
        except Exception as error:
            _log.error("Background work failed and starts again: %s", where(error))
            await _stopped_within(stopping, _AGAIN_SECONDS)


async def _stopped_within(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


def where(error: BaseException) -> str:
    """The kind of an error and the line it came from: its words may hold what no log may."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"
