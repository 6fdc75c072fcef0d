"""What comes in time, at once, or not."""

import asyncio
from collections.abc import Awaitable

import pytest

from feedback_api.web.in_time import in_time
from tests.fakes.event_loop import run_alone

USUAL = ["begun", "received", "received again", "ended"]


class Post:
    """Something that comes in two parts, and remembers how far it came."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def come(self, first: Awaitable[object], second: Awaitable[object]) -> str:
        self.steps.append("begun")
        try:
            await first
            self.steps.append("received")
            await second
            self.steps.append("received again")
        finally:
            self.steps.append("ended")
        return "whole"


async def _nothing() -> None:
    pass


def _in_an_hour() -> float:
    return asyncio.get_running_loop().time() + 3600


def _no_moment() -> float:
    raise AssertionError("nothing had to be waited for")


def test_what_is_there_already_needs_no_moment() -> None:
    post = Post()

    assert run_alone(in_time(post.come(_nothing(), _nothing()), _no_moment)) == "whole"
    assert post.steps == USUAL


def test_what_has_to_wait_goes_on_where_it_was() -> None:
    post = Post()

    async def wait() -> str:
        return await in_time(post.come(asyncio.sleep(0.001), asyncio.sleep(0.001)), _in_an_hour)

    assert run_alone(wait()) == "whole"
    assert post.steps == USUAL


@pytest.mark.parametrize("received", [0, 1])
def test_what_is_late_is_ended(received: int) -> None:
    post = Post()

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        parts = [loop.create_future(), loop.create_future()]
        for part in parts[:received]:
            loop.call_soon(part.set_result, None)
        await in_time(post.come(*parts), lambda: loop.time() + 0.01)

    with pytest.raises(TimeoutError):
        run_alone(wait())

    assert post.steps == [*USUAL[: 1 + received], "ended"]


def test_who_is_cancelled_ends_what_was_coming() -> None:
    post = Post()

    async def wait() -> None:
        never = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(in_time(post.come(never, never), _in_an_hour))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        run_alone(wait())

    assert post.steps == ["begun", "ended"]


def test_what_it_raises_is_raised() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise KeyError("gone")

    with pytest.raises(KeyError):
        run_alone(in_time(fail(), _in_an_hour))
