"""Runs tasks side by side in forked processes, which share what is imported and read already."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Result = TypeVar("Result")


class TaskFailedError(Exception):
    """A task raised; the message is the traceback of its process."""


def in_parallel(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results in the order of the tasks; they must be picklable, the tasks need not be."""
    results: dict[int, Result] = {}
    running: dict[Connection, int] = {}
    waiting = list(enumerate(tasks))
    processes = []
    context = multiprocessing.get_context("fork")
    while waiting or running:
        while waiting and len(running) < max(2, os.cpu_count() or 1):
            number, task = waiting.pop(0)
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(task, sender), daemon=False)
            process.start()
            sender.close()
            processes.append(process)
            running[receiver] = number
        ready = wait(list(running))
        for receiver in [connection for connection in running if connection in ready]:
            results[running.pop(receiver)] = _received(receiver)
    for process in processes:
        process.join()
    return [results[number] for number in range(len(tasks))]


def _run(task: Callable[[], object], sender: Connection) -> None:
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
