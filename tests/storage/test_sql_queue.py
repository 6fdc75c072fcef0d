"""Comments that one event loop takes: stored together, or each by the store, which is told why."""

import asyncio
import time
from collections.abc import Awaitable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest

from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.domain.errors import (
    Erased,
    IdempotencyMismatch,
    StoreBusy,
    StoreFailed,
    StoreUnavailable,
)
from feedback_api.domain.identity import CommentId
from feedback_api.domain.remarks import Erasure
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.group_writer import WAITING_LIMIT
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_queue import SqlQueue
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_schema import prepare
from feedback_api.storage.sql_store import SqlStore
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.postgres import PostgresServer

AT_ONCE = 20
WAITS_SECONDS = 20.0
ANSWER_SECONDS = 0.5
FIRST = 1_000
"""What is brought first numbers its comments from here: the queue connects meanwhile."""


AnswerT = TypeVar("AnswerT")


class Rig:
    """A queue over a store; `left` is what the store was asked to add.

    Its loop has a thread of its own: Playwright leaves a running one in that of the tests.
    """

    def __init__(self, url: str, answer_seconds: float = 12.0) -> None:
        self.database = Database(url, answer_seconds=answer_seconds)
        self.told: list[CommentId] = []
        self.left: list[Comment] = []
        self.store = SqlStore(self.database, self._tell)
        self.queue = SqlQueue(self.database, self._add, self.told.append)
        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1)

    def run(self, work: Awaitable[AnswerT]) -> AnswerT:
        """What `work` returns or raises, on the queue's loop."""
        return self._thread.submit(self._loop.run_until_complete, work).result()

    def added(self, comments: Sequence[Comment]) -> list[Comment | BaseException]:
        """What becomes of comments that come at once."""
        return self.run(self._added(comments))

    def connect(self) -> None:
        """Until the queue itself stores what comes."""
        number, until = FIRST, time.monotonic() + WAITS_SECONDS
        while time.monotonic() < until:
            self.left.clear()
            self.added([usual_comment(number)])
            if not self.left:
                return
            number += 1
        raise AssertionError("the queue has no connection")

    def stored(self) -> set[Comment]:
        """All but those that were brought to have it connected."""
        every = SqlReads(self.database, Generations(self.database)).every(CommentQuery())
        return {one for one in every if one not in map(usual_comment, range(FIRST, 2 * FIRST))}

    def close(self) -> None:
        self.queue.close()
        while tasks := asyncio.all_tasks(self._loop):
            self.run(asyncio.wait(tasks))
        self._loop.close()
        self._thread.shutdown()
        self.database.close()

    def _tell(self, comment_id: CommentId, _is_seen: bool) -> None:
        self.told.append(comment_id)

    def _add(self, comment: Comment) -> Comment:
        self.left.append(comment)
        return self.store.add(comment)

    async def _added(self, comments: Sequence[Comment]) -> list[Comment | BaseException]:
        futures = [asyncio.wrap_future(self.queue.add_soon(one)) for one in comments]
        answers = asyncio.gather(*futures, return_exceptions=True)
        return list(await asyncio.wait_for(answers, WAITS_SECONDS))


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    made = Rig(database_url)
    yield made
    made.close()


def _keyed(number: int, key: str, body: str = "body") -> Comment:
    return replace(usual_comment(number), idempotency=Idempotency(key_hash=key, body_hash=body))


def _mixed(numbers: range) -> list[Comment]:
    return [
        _keyed(number, f"key {number}") if number % 2 else usual_comment(number, body="№ 1\t'\"\\")
        for number in numbers
    ]


def _kinds(answers: Sequence[Comment | BaseException]) -> set[type]:
    return {type(answer) for answer in answers}


def test_first_is_the_stores_own_and_all_others_are_stored_together(rig: Rig) -> None:
    first = usual_comment(AT_ONCE + 1)
    plain = [usual_comment(number) for number in range(1, AT_ONCE)]

    assert rig.added([first]) == [first]
    assert rig.left == [first]
    rig.connect()
    assert rig.added(plain) == plain
    assert rig.left == []
    assert rig.stored() == {first, *plain}
    assert rig.told[-len(plain) :] == [one.id for one in plain]


def test_with_and_without_keys_all_are_stored_as_they_are(rig: Rig) -> None:
    rig.connect()
    comments = _mixed(range(1, AT_ONCE))

    assert rig.added(comments) == comments
    assert rig.left == []
    assert rig.stored() == set(comments)


def test_of_one_key_brought_many_times_at_once_one_is_stored(rig: Rig) -> None:
    rig.connect()
    other = _keyed(AT_ONCE, "another key")

    *answers, alone = rig.added(
        [*(_keyed(number, "one key") for number in range(1, AT_ONCE)), other]
    )

    assert len({repr(answer) for answer in answers}) == 1
    assert alone == other
    assert rig.stored() == {answers[0], other}


def test_key_that_was_taken_or_erased_is_the_stores_to_answer(rig: Rig) -> None:
    rig.connect()
    earlier, gone = rig.store.add(_keyed(50, "taken")), rig.store.add(_keyed(51, "gone"))
    rig.store.change(gone.id, lambda one: erased(one, Erasure(at=START, by="commenter")))
    new = _mixed(range(1, 10))
    again = [_keyed(60, "taken"), _keyed(61, "taken", "other"), _keyed(62, "gone")]

    *stored, same, mismatch, refused = rig.added([*new, *again])

    assert stored == new
    assert same == earlier
    assert isinstance(mismatch, IdempotencyMismatch)
    assert isinstance(refused, Erased)
    assert rig.left == again
    assert rig.stored() == {earlier, *new}


def test_id_that_is_there_and_what_readers_see_at_once_go_to_the_store(rig: Rig) -> None:
    rig.connect()
    comment, seen = usual_comment(1), usual_comment(2, public=True)
    rig.added([comment])

    same, mistake, shown = rig.added([comment, replace(comment, body="Another."), seen])

    assert (same, shown) == (comment, seen)
    assert isinstance(mistake, ValueError)
    assert rig.stored() == {comment, seen}


def test_connection_that_broke_is_no_reason_to_refuse_and_another_is_made(
    rig: Rig, postgres: PostgresServer
) -> None:
    rig.connect()
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'code-of-practice'"
    )
    comments = _mixed(range(1, AT_ONCE))

    assert rig.added(comments) == comments
    assert rig.left == comments
    rig.connect()
    assert rig.stored() == set(comments)


@pytest.mark.parametrize("key", ["", "key"])
def test_group_that_clashes_at_its_commit_is_stored_once_by_the_store(
    postgres: PostgresServer, key: str
) -> None:
    """A statement has told its outcome by then; acknowledged is what was committed."""
    url = postgres.new_database()
    name = url.rpartition("/")[2]
    rig = Rig(url)
    prepare(rig.database)
    rig.connect()
    for statement in (
        "CREATE SEQUENCE trials",
        "CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('trials') = 1 THEN RAISE SQLSTATE '40001'; END IF; RETURN NEW; END $$",
        "CREATE CONSTRAINT TRIGGER clash AFTER INSERT ON comments DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION clash()",
    ):
        postgres.execute(statement, name)
    comment = _keyed(1, key) if key else usual_comment(1)

    assert rig.added([comment]) == [comment]
    assert rig.left == [comment]
    assert postgres.execute("SELECT last_value FROM trials", name) == [(2,)]
    assert rig.stored() == {comment}
    rig.close()


def test_without_a_server_each_is_told_so_and_with_it_all_is_as_before(
    rig: Rig, postgres: PostgresServer
) -> None:
    rig.connect()
    comments = _mixed(range(1, 8))
    postgres.stop("immediate")
    try:
        told = rig.added(comments)
    finally:
        postgres.start()
    until = time.monotonic() + WAITS_SECONDS
    while rig.added(comments) != comments:
        assert time.monotonic() < until

    assert _kinds(told) == {StoreUnavailable}
    assert len(set(map(id, told))) == len(told)
    rig.connect()
    assert rig.stored() == set(comments)


def test_group_that_waits_in_vain_for_a_standby_is_given_up_and_never_doubled(
    database_url: str, postgres: PostgresServer
) -> None:
    rig = Rig(database_url, ANSWER_SECONDS)
    rig.connect()
    comments = _mixed(range(1, 8))
    postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    try:
        postgres.reload()
        told = rig.added(comments)
        while _kinds(told) != {StoreUnavailable}:  # not every process has read it yet
            told = rig.added(comments)
        begun = time.monotonic()
        refused = rig.added([usual_comment(90)])
        refused_seconds = time.monotonic() - begun
    finally:
        postgres.execute("ALTER SYSTEM RESET synchronous_standby_names")
        postgres.reload()
    until = time.monotonic() + WAITS_SECONDS
    while rig.added(comments) != comments:
        assert time.monotonic() < until

    assert _kinds(refused) == {StoreUnavailable}
    assert refused_seconds < 2 * ANSWER_SECONDS
    assert rig.stored() - {usual_comment(90)} == set(comments)
    rig.close()


def test_more_than_can_wait_is_refused_at_once_and_what_waits_at_the_end_is_told(rig: Rig) -> None:
    rig.connect()
    waiting: list[Future[Comment]] = []

    async def bring() -> None:
        comment = usual_comment(1)
        waiting.extend(rig.queue.add_soon(comment) for _ in range(WAITING_LIMIT))
        with pytest.raises(StoreBusy):
            rig.queue.add_soon(comment)
        await asyncio.sleep(0)
        rig.queue.close()
        await asyncio.sleep(0)

    rig.run(bring())

    assert {type(one.exception(WAITS_SECONDS)) for one in waiting} == {StoreFailed}
