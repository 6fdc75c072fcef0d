"""Coroutines in tests that are no coroutines themselves."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

AnswerT = TypeVar("AnswerT")


def run_alone(work: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """What `work` returns or raises, on a loop and a thread of its own.

    Playwright leaves a running loop in the thread of the tests, and asyncio allows no second.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
