"""The store beside a model that keeps everything in memory: whatever is done, they agree.

Failing disks are in it: what was not acknowledged may be there or not, and then stays so.
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

from feedback_api.domain.comment import Comment, Idempotency, Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import Erased, FeedbackError, IdempotencyMismatch, StoreError
from feedback_api.domain.identity import CommentId, CycleId, EditorName, PageId, SectionId
from feedback_api.domain.remarks import Erasure
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery, Order
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.clockwork import START
from tests.fakes.comments import submitted, usual_comment
from tests.fakes.failing_disk import Call, FailingDisk, Fault
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE

RUNS = int(os.environ.get("STORE_MODEL_RUNS", "40"))
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

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="store-model-"))
        self.disk = FailingDisk()
        self.store = TinydbStore(self.folder, self.disk)
        self.model = MemoryStore()
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

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
        if len(self.store.index) > len(self.model.comments):
            self.model.add(comment)

    @rule(comment_id=consumes(comments), call=CALLS, done=st.booleans())
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
        self.store.close()
        self.store = TinydbStore(self.folder, self.disk)

    @rule()
    def crash_with_a_file_half_written(self) -> None:
        self.store.close()
        for folder in self.folder.iterdir():
            (folder / ".000000.json.tmp").write_bytes(b'{"segment":{"1"')
        self.store = TinydbStore(self.folder, self.disk)

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

        assert self.store.index.select(query) == self.model.select(query)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        assert len(self.store.index) == len(self.model.comments)
        assert self.store.index.tally() == self.model.tally()
        for page in PAGES:
            section = SectionId(f"{page}-one")
            assert self.store.index.counts(page) == self.model.counts(page)
            assert self.store.index.public(section) == self.model.public(section)
        for comment in self.model.every(CommentQuery()):
            assert self.store.get(comment.id) == comment
            assert self.store.duplicates(comment.id) == self.model.duplicates(comment.id)
            assert self.store.by_receipt(comment.receipt_hash) == comment

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


def test_store_and_model_agree_whatever_is_done() -> None:
    run_state_machine_as_test(
        StoreBesideModel,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
