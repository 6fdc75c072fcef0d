"""Runs tasks side by side in forked processes, which share what is imported and read already."""

from __future__ import annotations

import copyreg
import gc
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import MappingProxyType
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")

_MOST_PER_PROCESSOR = 2
"""Three equal tasks on two processors are done sooner side by side than two and one."""


def _read_only(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


def _reduced(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _read_only, (dict(mapping),)


copyreg.pickle(MappingProxyType, _reduced)  # results may hold some, and pickle knows none


class TaskFailedError(Exception):
    """A task raised; the message is the traceback of its process."""


def in_parallel(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results in the order of the tasks; they must be picklable, the tasks need not be."""
    with beside(tasks) as results:
        return results()


@contextmanager
def beside(tasks: Sequence[Callable[[], Result]]) -> Iterator[Callable[[], list[Result]]]:
    """Begin tasks, and give what waits for their results, in order; it is asked at most once.

    Tasks that are not done when the caller is are ended.
    """
    running = _Running(tasks)
    running.begin()
    try:
        yield running.results
    finally:
        running.end()


class _Running(Generic[Result]):
    def __init__(self, tasks: Sequence[Callable[[], Result]]) -> None:
        self._count = len(tasks)
        self._waiting = list(enumerate(tasks))
        self._running: dict[Connection, int] = {}
        self._processes: list[BaseProcess] = []
        self._context = multiprocessing.get_context("fork")

    def begin(self) -> None:
        """As many as may run at once."""
        most = _MOST_PER_PROCESSOR * max(2, os.cpu_count() or 1)
        gc.freeze()  # what a child never looks through for garbage is not copied for it
        while self._waiting and len(self._running) < most:
            number, task = self._waiting.pop(0)
            receiver, sender = self._context.Pipe(duplex=False)
            process = self._context.Process(target=_run, args=(task, sender), daemon=False)
            process.start()
            sender.close()
            self._processes.append(process)
            self._running[receiver] = number
        gc.unfreeze()

    def results(self) -> list[Result]:
        """Raises TaskFailedError for the first task that failed."""
        results: dict[int, Result] = {}
        while self._running:
            ready = wait(list(self._running))
            for receiver in [connection for connection in self._running if connection in ready]:
                results[self._running.pop(receiver)] = _received(receiver)
            self.begin()
        return [results[number] for number in range(self._count)]

    def end(self) -> None:
        """Wait for those that are done, and end the others."""
        for process in self._processes if self._running else ():
            process.terminate()
        for process in self._processes:
            process.join()


def _run(task: Callable[[], object], sender: Connection) -> None:
    gc.disable()  # a tenth of the time, for a process that ends soon
    try:
        answer = (True, task())
    except BaseException:
        answer = (False, traceback.format_exc())
    sender.send(answer)
    sender.close()


def _received(receiver: Connection) -> Any:
    try:
        done, answer = receiver.recv()
    except EOFError:
        raise TaskFailedError("The process of a task ended without an answer.") from None
    if not done:
        raise TaskFailedError(answer)
    return answer
