"""Answers in threads, where the store's reads wait for a database; see ADR 0011.

Each thread has an event loop of its own, so that handlers are the same for every store. Over TinyDB
nothing of this is used but `in_thread`.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
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
    told: "_Told | None" = None


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


class _Told:
    """What other threads have to say to one event loop, which they wake once for all of it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._thread = threading.get_ident()
        self._come: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._is_called = False

    def tell(self, answer: asyncio.Future[Any], future: Future[Any]) -> None:
        """From any thread; `future` is done."""
        if threading.get_ident() == self._thread:
            _settle(answer, future)
            return
        self._come.append((answer, future))
        if not self._is_called:  # else whoever was called has yet to look at what has come
            self._is_called = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._settle_all)

    def _settle_all(self) -> None:
        self._is_called = False  # first of all: what comes from now on may be missed below
        while self._come:
            _settle(*self._come.popleft())


def _settle(answer: asyncio.Future[Any], future: Future[Any]) -> None:
    if answer.done():
        return
    error = future.exception()
    if error is None:
        answer.set_result(future.result())
    else:
        answer.set_exception(error)


async def told_by(future: Future[_ResultT]) -> _ResultT:
    """What another thread is going to say, while no thread waits for it. Raises what that says.

    Who asked may be gone by then; the other thread never learns of it.
    """
    loop = asyncio.get_running_loop()
    told = _own.told
    if told is None or told.loop is not loop:
        told = _own.told = _Told(loop)
    answer: asyncio.Future[_ResultT] = loop.create_future()
    future.add_done_callback(partial(told.tell, answer))
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
