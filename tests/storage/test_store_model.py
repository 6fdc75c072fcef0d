"""Each store beside a model that keeps everything in memory: whatever is done, they agree.

Over TinyDB failing disks are in it: what was not acknowledged may be there or not, and then stays
so. Over PostgreSQL two replicas take turns, and their connections break.
STORE_MODEL_RUNS=1000 is the long form.
"""

import errno
import os
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Executable, delete, text

from feedback_api.domain.comment import Comment, Idempotency, Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import Erased, FeedbackError, IdempotencyMismatch, StoreError
from feedback_api.domain.identity import CommentId, CycleId, EditorName, PageId, SectionId
from feedback_api.domain.remarks import Erasure
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery, CommentReads, CommentStore, Order
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from feedback_api.storage.sql_tables import COMMENTS, GENERATIONS, KEYS
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.clockwork import START
from tests.fakes.comments import submitted, usual_comment
from tests.fakes.failing_disk import Call, FailingDisk, Fault
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE

RUNS = int(os.environ.get("STORE_MODEL_RUNS", "10"))
STEPS = 30
PAGES = [PageId("complaints"), PageId("ethics")]
CYCLES = [CycleId("waiting"), CycleId("2027-1")]
TEXTS = ["Ёлка", "елка и дуб", 'a "quoted" \\ line\nand more', "\u202eevil", "🙂", "дуб"]
WRITING: list[Call] = ["write", "rename", "sync_folder"]
CALLS = st.sampled_from(WRITING)


class StoreBesideModel(RuleBasedStateMachine):
    """Every rule does the same to both."""

    comments = Bundle[CommentId]("comments")
    keyed = Bundle[CommentId]("keyed")
    store: CommentStore
    reads: CommentReads

    @initialize()
    def open(self) -> None:
        self.model = MemoryStore()
        self.number = 0
        self.seen: dict[PageId, tuple[int, object]] = {}
        self.open_store()

    def open_store(self) -> None:
        """An empty one."""
        raise NotImplementedError

    def close_store(self) -> None:
        raise NotImplementedError

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.close_store()

    @rule(
        target=comments,
        page=st.sampled_from(PAGES),
        cycle=st.sampled_from(CYCLES),
        role=st.sampled_from(Role),
        kind=st.sampled_from(Kind),
        visibility=st.sampled_from(Visibility),
        body=st.sampled_from(TEXTS),
        minutes=st.integers(-3, 3),
    )
    def add(
        self,
        page: PageId,
        cycle: CycleId,
        role: Role,
        kind: Kind,
        visibility: Visibility,
        body: str,
        minutes: int,
    ) -> CommentId:
        comment = replace(
            self._next(minutes),
            page=page,
            section=SectionId(f"{page}-one"),
            cycle=cycle,
            role=role,
            kind=kind,
            visibility=visibility,
            body=body,
        )
        assert self.store.add(comment) == self.model.add(comment)
        return comment.id

    @rule(target=keyed, key=st.sampled_from("kl"), body=st.sampled_from("xy"))
    def add_with_key(self, key: str, body: str) -> CommentId:
        comment = replace(self._next(0), idempotency=Idempotency(key_hash=key, body_hash=body))
        try:
            expected = self.model.add(comment)
        except (IdempotencyMismatch, Erased) as refused:
            self._assert_refused(comment, type(refused))
        else:
            assert self.store.add(comment) == expected
        return comment.id

    @rule(
        comment_id=comments,
        state=st.sampled_from(State),
        public=st.booleans(),
        name=st.none() | st.sampled_from(TEXTS),
    )
    def change(self, comment_id: CommentId, state: State, public: bool, name: str | None) -> None:
        def step(comment: Comment) -> Comment:
            return replace(comment, state=state, public=public, name=name)

        assert self.store.change(comment_id, step) == self.model.change(comment_id, step)

    @rule(comment_id=comments, into=comments, seconds=st.sampled_from([(), ("a",), ("a", "b")]))
    def merge(self, comment_id: CommentId, into: CommentId, seconds: tuple[str, ...]) -> None:
        decision = Decision(
            outcome=State.DUPLICATE,
            reason="Said before.",
            reason_language=SOURCE,
            by=EditorName("Ana"),
            at=START,
            duplicate_of=into,
        )

        def step(comment: Comment) -> Comment:
            return replace(comment, decision=decision, seconds=seconds, agenda=CYCLES[1])

        assert self.store.change(comment_id, step) == self.model.change(comment_id, step)

    @rule(comment_id=consumes(comments))
    def erase(self, comment_id: CommentId) -> None:
        def step(comment: Comment) -> Comment:
            return erased(comment, Erasure(at=START, by="commenter"))

        assert self.store.change(comment_id, step) == self.model.change(comment_id, step)

    @rule(comment_id=keyed)
    def erase_if_stored(self, comment_id: CommentId) -> None:
        if comment_id in self.model.comments and not self.model.comments[comment_id].erased:
            self.erase(comment_id)

    @rule(
        states=st.frozensets(st.sampled_from(State), max_size=3),
        agenda=st.none() | st.sampled_from(CYCLES),
        has_agenda=st.none() | st.booleans(),
        page=st.none() | st.sampled_from(PAGES),
        role=st.none() | st.sampled_from(Role),
        cycle=st.none() | st.sampled_from(CYCLES),
        public=st.none() | st.booleans(),
        text=st.none() | st.sampled_from(["елка", "ДУБ", "дуб елка", "quoted"]),
        order=st.sampled_from(Order),
        offset=st.integers(0, 4),
    )
    def select(self, **fields: Any) -> None:
        query = CommentQuery(limit=5, **fields)

        assert self.reads.select(query) == self.model.select(query)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        everything = list(self.model.every(CommentQuery()))
        assert list(self.reads.every(CommentQuery())) == everything
        assert self.reads.tally() == self.model.tally()
        for page in PAGES:
            shown = (self.reads.counts(page), self.reads.public(SectionId(f"{page}-one")))
            section = SectionId(f"{page}-one")
            assert shown == (self.model.counts(page), self.model.public(section))
            self._assert_generation_moved(page, shown)
        for comment in self.looked_up(everything):
            assert self.store.get(comment.id) == comment
            assert self.store.duplicates(comment.id) == self.model.duplicates(comment.id)
            assert self.store.by_receipt(comment.receipt_hash) == comment

    def looked_up(self, everything: list[Comment]) -> list[Comment]:
        """Those that are looked up each after each step."""
        return everything

    def _assert_generation_moved(self, page: PageId, shown: object) -> None:
        generation = self.reads.generation(page)
        before = self.seen.get(page)
        assert before is None or before[0] != generation or before[1] == shown
        self.seen[page] = (generation, shown)

    def _next(self, minutes: int) -> Comment:
        self.number += 1
        at = START + timedelta(minutes=self.number + minutes)
        return usual_comment(self.number, submitted_at=at, events=(submitted(at),))

    def _assert_refused(self, comment: Comment, kind: type[FeedbackError]) -> None:
        try:
            self.store.add(comment)
        except kind:
            return
        raise AssertionError("what the model refuses was taken")


class TinydbBesideModel(StoreBesideModel):
    """Over a folder on a disk that fails."""

    def open_store(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="store-model-"))
        self.disk = FailingDisk()
        self._reopen()

    def close_store(self) -> None:
        self.tinydb.close()
        shutil.rmtree(self.folder)

    def _reopen(self) -> None:
        self.tinydb = TinydbStore(self.folder, self.disk, leaves_note=True)
        self.store, self.reads = self.tinydb, self.tinydb.index
        self.seen.clear()

    @rule(call=CALLS, done=st.booleans())
    def fail_to_add(self, call: Call, done: bool) -> None:
        comment = self._next(0)
        self.disk.faults.append(Fault(call, errno.EIO, done))
        try:
            self.store.add(comment)
        except StoreError:
            pass
        else:
            raise AssertionError("the failure was not told")
        if len(self.tinydb.index) > len(self.model.comments):
            self.model.add(comment)

    @rule(comment_id=consumes(StoreBesideModel.comments), call=CALLS, done=st.booleans())
    def fail_to_change(self, comment_id: CommentId, call: Call, done: bool) -> None:
        def step(comment: Comment) -> Comment:
            return replace(comment, body="changed, or not")

        self.disk.faults.append(Fault(call, errno.ENOSPC, done))
        try:
            self.store.change(comment_id, step)
        except StoreError:
            pass
        else:
            raise AssertionError("the failure was not told")
        if self.store.get(comment_id).version > self.model.get(comment_id).version:
            self.model.change(comment_id, step)

    @rule()
    def restart(self) -> None:
        self.tinydb.close()
        self._reopen()

    @rule()
    def crash_with_a_file_half_written(self) -> None:
        self.tinydb.close()
        for folder in filter(Path.is_dir, self.folder.iterdir()):
            (folder / ".000000.json.tmp").write_bytes(b'{"segment":{"1"')
        self._reopen()


class PostgresqlBesideModel(StoreBesideModel):
    """Two replicas over one database, which is `url`'s."""

    url: str

    def open_store(self) -> None:
        self.replicas = [_Replica(self.url), _Replica(self.url)]
        for table in (COMMENTS, KEYS, GENERATIONS):
            self.replicas[0].execute(delete(table))
        self._turn(0)

    def close_store(self) -> None:
        for replica in self.replicas:
            replica.database.close()

    def looked_up(self, everything: list[Comment]) -> list[Comment]:
        return everything[-2:]

    @rule(number=st.integers(0, 1))
    def let_the_other_do_it(self, number: int) -> None:
        self._turn(number)

    @rule(number=st.integers(0, 1))
    def restart(self, number: int) -> None:
        self.replicas[number].database.close()
        self.replicas[number] = _Replica(self.url)
        self._turn(number)

    @rule(number=st.integers(0, 1))
    def lose_connections(self, number: int) -> None:
        other = self.replicas[1 - number]
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        self._turn(number)

    def _turn(self, number: int) -> None:
        replica = self.replicas[number]
        self.store, self.reads = replica.store, replica.reads


class _Replica:
    def __init__(self, url: str) -> None:
        self.database = Database(url)
        generations = Generations(self.database, fresh_seconds=0)
        self.store = SqlStore(self.database, lambda _comment, _is_seen: None)
        self.reads = SqlReads(self.database, generations)

    def execute(self, statement: Executable) -> None:
        self.database.write_once(lambda connection: connection.execute(statement))


def test_tinydb_and_model_agree_whatever_is_done() -> None:
    _run(TinydbBesideModel)


def test_postgresql_and_model_agree_whatever_is_done(database_url: str) -> None:
    class OverOurs(PostgresqlBesideModel):
        url = database_url

    _run(OverOurs)


def _run(machine: type[StoreBesideModel]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
