"""Work that is done for everybody who waits, by whoever came first."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from feedback_api.storage.taking_together import Together

WAITS_SECONDS = 20


class _Gate:
    """Work whose groups wait until they are let through."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.entered = threading.Semaphore(0)
        self.opened = threading.Semaphore(0)

    def work(self, group: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(group))
        self.entered.release()
        assert self.opened.acquire(timeout=WAITS_SECONDS)
        if 0 in group:
            raise ValueError("zero")
        return [10 * one for one in group]


def _one_then_others(gate: _Gate, first: int, *others: int) -> list[Future[int | None]]:
    """`first` is at work while the others come; then all are let through."""
    together = Together(gate.work)
    with ThreadPoolExecutor(1 + len(others)) as pool:
        futures = [pool.submit(together.do, first)]
        assert gate.entered.acquire(timeout=WAITS_SECONDS)
        for number, one in enumerate(others, 1):
            futures.append(pool.submit(together.do, one))
            while together.waiting < number:
                threading.Event().wait(0.001)
        gate.opened.release(2)
    return futures


def test_those_who_come_while_one_is_at_work_are_one_group_each_with_its_own_outcome() -> None:
    gate = _Gate()

    futures = _one_then_others(gate, 1, 2, 3, 4)

    assert [future.result() for future in futures] == [10, 20, 30, 40]
    assert gate.groups == [[1], [2, 3, 4]]


def test_failure_is_raised_to_who_leads_and_the_others_of_the_group_have_no_outcome() -> None:
    gate = _Gate()

    futures = _one_then_others(gate, 1, 2, 0, 4)

    assert futures[0].result() == 10
    with pytest.raises(ValueError, match="zero"):
        futures[1].result()
    assert [future.result() for future in futures[2:]] == [None, None]


def test_failure_of_one_group_leaves_the_next_alone() -> None:
    gate = _Gate()

    futures = _one_then_others(gate, 0, 2, 3)

    with pytest.raises(ValueError, match="zero"):
        futures[0].result()
    assert [future.result() for future in futures[1:]] == [20, 30]


def test_nobody_is_forgotten_whoever_comes_when() -> None:
    groups: list[int] = []

    def work(group: Sequence[int]) -> Sequence[int]:
        groups.append(len(group))
        return [one + 1 for one in group]

    together = Together(work)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(together.do, range(2_000)))

    assert found == list(range(1, 2_001))
    assert sum(groups) == 2_000
    assert together.waiting == 0
