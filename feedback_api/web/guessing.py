"""Receipts, codes and links that somebody may be guessing: wrong ones are counted hard."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import TypeVar

from feedback_api.domain.errors import FeedbackError, UnknownEmailLink, UnknownReceipt
from feedback_api.services.counting import Purpose
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.visit import Visit

AnswerT = TypeVar("AnswerT")

WRONG: tuple[type[FeedbackError], ...] = (UnknownReceipt, UnknownEmailLink)
"""What tells that a code was wrong."""


@asynccontextmanager
async def guessed(
    visit: Visit, *, wrong: tuple[type[FeedbackError], ...] = WRONG
) -> AsyncIterator[None]:
    """Around looking up a code; after too many wrong ones not even a right one is looked at.

    Raises TooManyRequests, and what is raised within.
    """
    await visit.web.restraint.limits.check(Purpose.WRONG_CODES, visit.address)
    try:
        yield
    except wrong:
        with suppress(TooManyRequests):
            await visit.count(Purpose.WRONG_CODES)
        raise


def with_code(
    handler: Callable[[Visit], Awaitable[AnswerT]],
) -> Callable[[Visit], Awaitable[AnswerT]]:
    """A handler that looks up a receipt or a link, counted."""

    @wraps(handler)
    async def counted(visit: Visit) -> AnswerT:
        async with guessed(visit):
            return await handler(visit)

    return counted


def with_receipt_counted(
    handler: Callable[[Visit], Awaitable[AnswerT]],
) -> Callable[[Visit], Awaitable[AnswerT]]:
    """A handler of the holder of a receipt, counted lightly when it is right."""

    @wraps(handler)
    async def counted(visit: Visit) -> AnswerT:
        await visit.count(Purpose.RECEIPTS)
        async with guessed(visit):
            return await handler(visit)

    return counted
