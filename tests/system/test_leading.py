"""Background work of several replicas: one of them does it, another takes over."""

import asyncio
import threading
from collections.abc import Sequence

from feedback_api import leading
from feedback_api.background import Worker
from feedback_api.domain.errors import StoreUnavailable
from feedback_api.leading import Leading
from tests.fakes.event_loop import run_alone

PATIENCE_SECONDS = 30


class Held:
    """A lease without a clock: `holder` has it until it lets go or is robbed."""

    def __init__(self) -> None:
        self.holder: object = None
        self.is_away = False


class HeldClaim:
    def __init__(self, held: Held) -> None:
        self._held = held

    def take(self) -> bool:
        if self._held.is_away:
            raise StoreUnavailable
        self._held.holder = self._held.holder or self
        return self._held.holder is self

    def release(self) -> None:
        if self._held.holder is self:
            self._held.holder = None


class Replica:
    """Knows whether it works, in a thread that is not the tests'."""

    def __init__(self, held: Held) -> None:
        self.works = threading.Event()
        self.rests = threading.Event()
        self.rests.set()
        self.leading = Leading(HeldClaim(held), self._make_workers)

    def _make_workers(self) -> Sequence[Worker]:
        return (self._work,)

    async def _work(self, stopping: asyncio.Event) -> None:
        self.rests.clear()
        self.works.set()
        await stopping.wait()
        self.works.clear()
        self.rests.set()


async def _is(event: threading.Event) -> bool:
    return await asyncio.to_thread(event.wait, PATIENCE_SECONDS)


def test_another_replica_works_once_the_first_has_ended() -> None:
    async def play() -> None:
        held = Held()
        first, second = Replica(held), Replica(held)
        ends = [asyncio.Event(), asyncio.Event()]
        leads = asyncio.create_task(first.leading(ends[0]))
        assert await _is(first.works)
        waits = asyncio.create_task(second.leading(ends[1]))
        assert second.rests.is_set()

        ends[0].set()
        await leads

        assert first.rests.is_set()
        assert await _is(second.works)
        ends[1].set()
        await waits
        assert held.holder is None

    run_alone(play())


def test_replica_that_was_robbed_of_the_lease_stops_and_one_that_cannot_ask_loses_it() -> None:
    async def play() -> None:
        held = Held()
        replica, end = Replica(held), asyncio.Event()
        leads = asyncio.create_task(replica.leading(end))
        assert await _is(replica.works)

        held.holder = "another"
        assert await _is(replica.rests)
        held.holder = None
        assert await _is(replica.works)
        held.is_away = True
        assert await _is(replica.rests)

        end.set()
        await leads

    run_alone(play())


def test_lease_is_renewed_well_before_it_is_over() -> None:
    assert 3 * leading.RENEW_SECONDS < leading.LEASE_SECONDS <= 10
