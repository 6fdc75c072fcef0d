"""Answers in threads, where the store's reads wait for a database; see ADR 0011.

Each thread has an event loop of its own, so that handlers are the same for every store. Over TinyDB
nothing of this is used but `in_thread`.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive

_ResultT = TypeVar("_ResultT")
_GivenT = ParamSpec("_GivenT")
_EachT = TypeVarTuple("_EachT")

THREADS = 12
"""With two connections each they leave some of sql_database.CONNECTIONS to other work."""


class _Own(threading.local):
    runner: asyncio.Runner | None = None


_own = _Own()


def is_answering() -> bool:
    """Whether this thread may wait: it answers one request, and nobody else's hangs on it."""
    return _own.runner is not None


async def in_thread(
    function: Callable[_GivenT, _ResultT], /, *args: _GivenT.args, **kwargs: _GivenT.kwargs
) -> _ResultT:
    """What waits, done where it holds nobody up. Raises what it does."""
    if is_answering():
        return function(*args, **kwargs)
    return await run_in_threadpool(function, *args, **kwargs)


async def told_by(future: Future[_ResultT]) -> _ResultT:
    """What another thread is going to say, while no thread waits for it. Raises what that says.

    Who asked may be gone by then; the other thread never learns of it.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_ResultT] = loop.create_future()

    def settle() -> None:
        if answer.done():
            return
        error = future.exception()
        if error is None:
            answer.set_result(future.result())
        else:
            answer.set_exception(error)

    def tell(_future: Future[_ResultT]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle)

    future.add_done_callback(tell)
    return await answer


class Turns:
    """So many at once and no more, in whatever threads they are."""

    def __init__(self, number: int) -> None:
        self._limiter = CapacityLimiter(number)
        self._answering = threading.Semaphore(number)

    async def in_thread(
        self, function: Callable[[*_EachT], _ResultT], /, *args: *_EachT
    ) -> _ResultT:
        """As in_thread, when it is its turn."""
        if is_answering():
            with self._answering:
                return function(*args)
        return await run_sync(function, *args, limiter=self._limiter)


class AnswerThreads:
    """A bounded number of threads that answer one request each at a time."""

    def __init__(self, answering: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Each request is answered within an `answering` of its own."""
        self._answering = answering
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="answer")
        self._lock = threading.Lock()
        self._runners: list[asyncio.Runner] = []

    async def run(self, answer: Callable[[], Coroutine[Any, Any, _ResultT]]) -> _ResultT:
        """The result of a coroutine that runs in one of them. Raises what it does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._run, answer)

    def close(self) -> None:
        """Finish what is being answered."""
        self._pool.shutdown()
        closing = threading.Thread(target=self._close_loops)  # here one may be running
        closing.start()
        closing.join()

    def _close_loops(self) -> None:
        for runner in self._runners:
            runner.close()

    def _run(self, answer: Callable[[], Coroutine[Any, Any, _ResultT]]) -> _ResultT:
        if _own.runner is None:
            _own.runner = asyncio.Runner()
            with self._lock:
                self._runners.append(_own.runner)
        with self._answering():
            return _own.runner.run(answer())


def received_elsewhere(receive: Receive) -> Receive:
    """`receive` of the running loop, for whoever reads the body in another one."""
    loop = asyncio.get_running_loop()

    async def get() -> Message:
        return await receive()

    async def received() -> Message:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(get(), loop))

    return received
