"""What the SQL keeps to so that clusters and distributed PostgreSQL can run it; see ADR 0011."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import StoreUnavailable
from feedback_api.domain.identity import CommentId, CycleId, EditorName
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_schema import prepare
from feedback_api.storage.sql_store import SqlStore
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.postgres import PostgresServer, free_port
from tests.fakes.published import PAGE, SECTION, SOURCE

SHARDS = 4
CYCLES = tuple(CycleId(f"2027-{number}") for number in range(1, 9))
WAITS_SECONDS = 10.0
ANSWER_SECONDS = 0.5
HIGHEST_SEQUENCE_VALUE = "SELECT last_value FROM trials"
NOT_EVERYWHERE = re.compile(
    r"advisory|\bsequence|serial\b|nextval|trigger|\bfunction\b|procedure|lock table|references"
    r"|serializable|on commit|temporary|\bctid\b|generated always",
    re.IGNORECASE,
)
CHANGES_COMMENTS = re.compile(r"^(UPDATE comments|DELETE FROM comments|.*FROM comments.* FOR )")
NAMES_THE_KEY = re.compile(r"WHERE .*comments\.cycle = .*comments\.id = ")


def make_store(database: Database) -> SqlStore:
    return SqlStore(database, lambda _comment, _is_seen: None)


def make_comment(number: int, cycle: CycleId = CYCLES[0]) -> Comment:
    key = Idempotency(key_hash=f"key {number}", body_hash="body")
    return usual_comment(number, cycle=cycle, idempotency=key)


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _accepted(comment: Comment, duplicate_of: CommentId | None = None) -> Comment:
    state = State.DUPLICATE if duplicate_of else State.ACCEPTED
    decision = Decision(
        outcome=state,
        reason="It is right.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
        duplicate_of=duplicate_of,
        deferred_to=None,
    )
    return replace(comment, state=state, decision=decision, public=True)


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """Every statement that goes through SQLAlchemy, on one line each."""
    statements: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", record)


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("moment", ["statement", "commit"])
def test_clash_that_happens_once_is_done_again_and_leaves_one_comment(
    database: Database, empty: str, postgres: PostgresServer, state: str, moment: str
) -> None:
    prepare(database)
    when = {
        "statement": "TRIGGER clash BEFORE INSERT OR UPDATE ON comments",
        "commit": "CONSTRAINT TRIGGER clash AFTER INSERT OR UPDATE ON comments "
        "DEFERRABLE INITIALLY DEFERRED",
    }[moment]
    for statement in (
        "CREATE SEQUENCE trials",  # what is rolled back does not set it back
        "CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('trials') % 2 = 1 THEN RAISE SQLSTATE '{state}'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE {when} FOR EACH ROW EXECUTE FUNCTION clash()",
    ):
        postgres.execute(statement, _name(empty))
    store = make_store(database)
    comment = make_comment(1)

    added = store.add(comment)
    trials_of_adding = postgres.execute(HIGHEST_SEQUENCE_VALUE, _name(empty))
    changed = store.change(comment.id, _accepted)

    assert (added, changed.state) == (comment, State.ACCEPTED)
    assert SqlReads(database, Generations(database)).select(CommentQuery()).comments == (changed,)
    assert trials_of_adding == [(2,)]
    assert postgres.execute(HIGHEST_SEQUENCE_VALUE, _name(empty)) == [(4,)]


def test_commit_of_which_the_server_knows_no_end_is_an_outage_and_no_mistake_of_ours(
    database: Database, empty: str, postgres: PostgresServer
) -> None:
    postgres.execute(
        "CREATE FUNCTION unsure() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE SQLSTATE '40003'; END $$",
        _name(empty),
    )

    with pytest.raises(StoreUnavailable):
        database.read(lambda connection: connection.exec_driver_sql("SELECT unsure()"))


def test_retry_is_acknowledged_once_the_standbys_have_what_it_finds(
    database_url: str, postgres: PostgresServer
) -> None:
    database = Database(database_url)
    store = make_store(database)
    comment = store.add(make_comment(1))
    postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    try:
        postgres.reload()
        with ThreadPoolExecutor(1) as pool:
            try:
                waiting = _waiting_for_a_standby(pool, store, postgres)
            finally:
                postgres.execute("ALTER SYSTEM RESET synchronous_standby_names")
                postgres.reload()
            assert waiting.result(WAITS_SECONDS) == comment
    finally:
        database.close()


def test_primary_that_became_a_standby_is_left_and_found_again_among_several_hosts(
    database_url: str, postgres: PostgresServer
) -> None:
    """What a standby answers, 25006, also comes from a primary that may only read."""
    nobody = f"127.0.0.1:{free_port()}"
    hosts = database_url.replace("@", f"@{nobody},")
    database = Database(f"{hosts}?target_session_attrs=read-write")
    store = make_store(database)
    store.add(make_comment(1))
    postgres.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    try:
        postgres.reload()
        with pytest.raises(StoreUnavailable):
            store.add(make_comment(2))
    finally:
        postgres.execute("ALTER SYSTEM RESET default_transaction_read_only")
        postgres.reload()

    assert _taken_again(store, make_comment(2)) == make_comment(2)
    database.close()


def test_changes_that_wait_in_vain_are_given_up_and_readers_go_on(
    database_url: str, postgres: PostgresServer
) -> None:
    database = Database(database_url, answer_seconds=ANSWER_SECONDS)
    store, reads = make_store(database), SqlReads(database, Generations(database))
    postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    try:
        postgres.reload()
        waited = _given_up(store, postgres)
        with pytest.raises(StoreUnavailable):
            store.add(make_comment(1000))
        refused_at = time.monotonic()
        seen = reads.select(CommentQuery()).total
        read_seconds = time.monotonic() - refused_at
    finally:
        postgres.execute("ALTER SYSTEM RESET synchronous_standby_names")
        postgres.reload()

    assert read_seconds < ANSWER_SECONDS
    assert _taken_again(store, waited) == waited
    assert reads.select(CommentQuery()).total == seen + 1
    database.close()


def _given_up(store: SqlStore, postgres: PostgresServer) -> Comment:
    """The first of some comments that nobody got an answer for."""
    deadline, number = time.monotonic() + WAITS_SECONDS, 0
    while time.monotonic() < deadline:
        number += 1
        try:
            store.add(make_comment(number))
        except StoreUnavailable:
            assert postgres.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            return make_comment(number)
    raise AssertionError("nothing waited for a standby")


def _taken_again(store: SqlStore, comment: Comment) -> Comment:
    deadline = time.monotonic() + WAITS_SECONDS
    while time.monotonic() < deadline:
        try:
            return store.add(comment)
        except StoreUnavailable:
            time.sleep(0.05)
    raise AssertionError("no change was taken again")


def _waiting_for_a_standby(
    pool: ThreadPoolExecutor, store: SqlStore, postgres: PostgresServer
) -> "Future[Comment | None]":
    """A retry that waits; the server's processes do not all read its settings at once."""
    deadline = time.monotonic() + WAITS_SECONDS
    while time.monotonic() < deadline:
        retry = pool.submit(store.by_idempotency_key, "key 1")
        while not retry.done():
            if postgres.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"):
                return retry
    raise AssertionError("no retry waited for a standby")


def test_tables_can_be_sharded_by_cycle_and_the_store_does_not_notice(
    database: Database, empty: str, postgres: PostgresServer
) -> None:
    """The server refuses a unique key without the column that tells the shard."""
    prepare(database)
    for table, by in (
        ("comments", "cycle"),
        ("page_generations", "cycle"),
        ("idempotency_keys", "key_hash"),
    ):
        for statement in (
            f"ALTER TABLE {table} RENAME TO whole",
            f"CREATE TABLE {table} (LIKE whole INCLUDING ALL) PARTITION BY HASH ({by})",
            "DROP TABLE whole",
            *(
                f"CREATE TABLE {table}_{shard} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {SHARDS}, REMAINDER {shard})"
                for shard in range(SHARDS)
            ),
        ):
            postgres.execute(statement, _name(empty))
    store = make_store(database)
    reads = SqlReads(database, Generations(database, fresh_seconds=0))
    comments = [make_comment(number, cycle) for number, cycle in enumerate(CYCLES, 1)]

    for comment in comments:
        assert store.add(comment) == comment
        repeated = replace(comment, id=comment_id(100), receipt_hash="another")
        assert store.add(repeated) == comment
    before = reads.generation(PAGE)
    changed = [store.change(comment.id, _accepted) for comment in comments[:-1]]
    merged = store.change(comments[-1].id, lambda one: _accepted(one, comments[0].id))

    assert reads.generation(PAGE) > before
    assert reads.counts(PAGE)[SECTION] == len(CYCLES)
    assert set(reads.select(CommentQuery()).comments) == {*changed, merged}
    assert store.by_receipt(comments[1].receipt_hash) == changed[1]
    assert store.duplicates(comments[0].id) == (merged,)
    shards = postgres.execute("SELECT DISTINCT tableoid FROM comments", _name(empty))
    assert len(shards) > 1


def test_statements_need_nothing_that_distributed_databases_lack_and_changes_name_their_shard(
    database: Database,
) -> None:
    with _recorded() as statements:
        prepare(database)
        store = make_store(database)
        reads = SqlReads(database, Generations(database))
        first, second = make_comment(1), make_comment(2)
        for comment in (first, second):
            store.add(comment)
        store.add(usual_comment(3, public=True))
        store.change(first.id, _accepted)
        store.change(second.id, lambda one: _accepted(one, first.id))
        list(reads.every(CommentQuery(text="comment", cycle=CYCLES[0])))
        reads.generation(None)

    changing = [one for one in statements if CHANGES_COMMENTS.search(one)]
    assert changing
    assert [one for one in changing if not NAMES_THE_KEY.search(one)] == []
    assert [
        one for one in statements if "pg_catalog" not in one and NOT_EVERYWHERE.search(one)
    ] == []
