"""Waits for something until a moment, without a timer for what is there already.

A body nearly always comes with its head; a timer for each, made and taken back, would cost more
than to read it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar, cast

_ComingT = TypeVar("_ComingT")


async def in_time(coming: Awaitable[_ComingT], until: Callable[[], float]) -> _ComingT:
    """What is coming; `until`, a moment of the loop's clock, is asked for if it has to wait.

    Raises TimeoutError, and what `coming` raises.
    """
    steps = coming.__await__()
    try:
        waits_for = next(steps)
    except StopIteration as there:
        return cast(_ComingT, there.value)
    async with asyncio.timeout_at(until()):
        return await _Begun(steps, waits_for)


class _Begun(Generic[_ComingT]):
    """What was begun, and what it waits for."""

    def __init__(self, steps: Generator[Any, Any, _ComingT], waits_for: object) -> None:
        self._steps = steps
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, _ComingT]:
        try:
            yield self._waits_for
        except BaseException:
            self._steps.close()
            raise
        return (yield from self._steps)
