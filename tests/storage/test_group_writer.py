"""The thread that writes for everybody."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreBusy, StoreFailed
from feedback_api.storage.group_writer import GroupWriter, Waiting
from tests.fakes.comments import usual_comment

WAIT_SECONDS = 30


class Desk:
    """Writes a group when told to; remembers how many each had."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.may_write = threading.Event()
        self.writes = threading.Event()

    def write(self, group: Sequence[Waiting[Comment]]) -> None:
        self.writes.set()
        assert self.may_write.wait(WAIT_SECONDS)
        self.groups.append(len(group))
        for waiting in group:
            if waiting.wanted.body == "broken":
                raise RuntimeError("a mistake in the writer")
            waiting.outcome.set_result(waiting.wanted)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def writer(desk: Desk) -> Iterator[GroupWriter[Comment]]:
    writer = GroupWriter(desk.write, waiting_limit=2)
    yield writer
    desk.may_write.set()
    writer.close()


def test_change_beyond_the_limit_is_refused_at_once(
    writer: GroupWriter[Comment], desk: Desk
) -> None:
    with ThreadPoolExecutor(3) as pool:
        taken = pool.submit(writer.write, usual_comment(1))
        assert desk.writes.wait(WAIT_SECONDS)
        waiting = [pool.submit(writer.write, usual_comment(n)) for n in (2, 3)]
        while writer.waiting < 2:
            threading.Event().wait(0)

        with pytest.raises(StoreBusy):
            writer.write(usual_comment(4))

        desk.may_write.set()
        assert [future.result() for future in [taken, *waiting]] == [
            usual_comment(n) for n in (1, 2, 3)
        ]
    assert desk.groups == [1, 2]


def test_mistake_while_writing_fails_its_group_and_not_the_next(
    writer: GroupWriter[Comment], desk: Desk
) -> None:
    desk.may_write.set()

    with pytest.raises(StoreFailed):
        writer.write(usual_comment(1, body="broken"))

    assert writer.write(usual_comment(2)) == usual_comment(2)


def test_what_waits_at_closing_is_still_written(desk: Desk) -> None:
    writer = GroupWriter(desk.write)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(writer.write, usual_comment(1))
        assert desk.writes.wait(WAIT_SECONDS)
        second = pool.submit(writer.write, usual_comment(2))
        while not writer.waiting:
            threading.Event().wait(0)
        closing = pool.submit(writer.close)
        desk.may_write.set()
        closing.result()

        assert (first.result(), second.result()) == (usual_comment(1), usual_comment(2))


def test_changes_that_nobody_waits_for_are_taken_together_in_their_order(desk: Desk) -> None:
    taken: list[Comment] = []

    def write(group: Sequence[Waiting[Comment]]) -> None:
        taken.extend(waiting.wanted for waiting in group)
        desk.write(group)

    writer = GroupWriter(write)
    begun = [writer.begin(usual_comment(1))]
    assert desk.writes.wait(WAIT_SECONDS)
    begun += [writer.begin(usual_comment(number)) for number in range(2, 41)]
    assert not any(future.done() for future in begun)
    desk.may_write.set()
    writer.close()

    assert [future.result() for future in begun] == [usual_comment(n) for n in range(1, 41)]
    assert taken == [usual_comment(n) for n in range(1, 41)]
    assert desk.groups == [1, 39]


def test_closed_writer_refuses(desk: Desk) -> None:
    writer = GroupWriter(desk.write)
    writer.close()

    with pytest.raises(StoreFailed):
        writer.write(usual_comment(1))
    with pytest.raises(StoreFailed):
        writer.begin(usual_comment(2))
