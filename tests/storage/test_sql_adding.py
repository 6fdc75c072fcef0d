"""Comments that several threads of a replica bring at once: each gets the answer it would alone."""

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.domain.errors import Erased, IdempotencyMismatch, StoreUnavailable
from feedback_api.domain.remarks import Erasure
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.postgres import PostgresServer

AT_ONCE = 12
WAITS_SECONDS = 20


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database, lambda _comment, _is_seen: None)


def _keyed(number: int, key: str, body: str = "body") -> Comment:
    return replace(usual_comment(number), idempotency=Idempotency(key_hash=key, body_hash=body))


def _stored(database: Database) -> set[Comment]:
    return set(SqlReads(database, Generations(database)).every(CommentQuery()))


def _added_at_once(store: SqlStore, comments: list[Comment]) -> list[Comment | Exception]:
    barrier = threading.Barrier(len(comments))

    def add(comment: Comment) -> Comment | Exception:
        barrier.wait()
        try:
            return store.add(comment)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(comments)) as pool:
        return list(pool.map(add, comments))


def test_with_and_without_keys_all_are_stored_as_they_are(
    store: SqlStore, database: Database
) -> None:
    comments = [
        _keyed(number, f"key {number}") if number % 2 else usual_comment(number, body="№ 1\t'\"\\")
        for number in range(1, AT_ONCE + 1)
    ]

    assert _added_at_once(store, comments) == comments
    assert _stored(database) == set(comments)


def test_of_one_key_brought_many_times_at_once_one_is_stored(
    store: SqlStore, database: Database
) -> None:
    comments = [_keyed(number, "one key") for number in range(1, AT_ONCE)]
    other = _keyed(AT_ONCE, "another key")

    *answers, alone = _added_at_once(store, [*comments, other])

    assert len({repr(answer) for answer in answers}) == 1
    assert alone == other
    assert _stored(database) == {answers[0], other}


def test_those_beside_a_key_that_was_taken_or_erased_are_stored(
    store: SqlStore, database: Database
) -> None:
    earlier, gone = store.add(_keyed(20, "taken")), store.add(_keyed(21, "gone"))
    store.change(gone.id, lambda one: erased(one, Erasure(at=START, by="commenter")))
    new = [_keyed(number, f"key {number}") for number in range(1, AT_ONCE)]
    again = [_keyed(30, "taken"), _keyed(31, "taken", "other"), _keyed(32, "gone")]

    *stored, same, mismatch, refused = _added_at_once(store, [*new, *again])

    assert stored == new
    assert same == earlier
    assert isinstance(mismatch, IdempotencyMismatch)
    assert isinstance(refused, Erased)
    assert _stored(database) == {earlier, *new}


def test_id_that_is_there_is_the_same_comment_or_a_mistake(store: SqlStore) -> None:
    comment = store.add(usual_comment(1))

    assert store.add(comment) == comment
    with pytest.raises(ValueError, match="already"):
        store.add(replace(comment, body="Another."))


def test_connections_that_broke_meanwhile_are_no_reason_to_refuse(
    store: SqlStore, database: Database, postgres: PostgresServer
) -> None:
    comments = [_keyed(number, f"key {number}") for number in range(1, AT_ONCE + 1)]
    _added_at_once(store, comments[:6])
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'code-of-practice'"
    )

    assert _added_at_once(store, comments[6:]) == comments[6:]
    assert _stored(database) == set(comments)


def test_connection_that_breaks_while_it_stores_is_let_go_and_nothing_else_told(
    store: SqlStore, database_url: str, postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    comment = _keyed(1, "key")
    until = time.monotonic() + WAITS_SECONDS
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute(
            "INSERT INTO idempotency_keys (key_hash, cycle, id) VALUES ('key', '', %s)",
            [uuid.uuid4()],
        )
        adding = pool.submit(store.add, comment)
        while not postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND application_name = 'code-of-practice'"
        ):
            assert time.monotonic() < until
        other.rollback()

    assert adding.result() == comment
    assert [record.message for record in caplog.records if record.exc_info] == []
    assert {record.name for record in caplog.records} <= {"feedback_api.storage.sql_database"}


def test_without_a_server_each_is_told_so(store: SqlStore, postgres: PostgresServer) -> None:
    store.add(usual_comment(1))
    postgres.stop("immediate")
    try:
        told = _added_at_once(store, [usual_comment(number) for number in range(2, 8)])
    finally:
        postgres.start()

    assert {type(one) for one in told} == {StoreUnavailable}
    assert len(set(map(id, told))) == len(told)
