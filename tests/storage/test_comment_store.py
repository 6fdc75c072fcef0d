"""What every CommentStore promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from feedback_api.domain.comment import Comment, Idempotency, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import (
    Erased,
    IdempotencyMismatch,
    NotAllowedNow,
    UnknownComment,
    UnknownReceipt,
)
from feedback_api.domain.event import BY_DEPLOYMENT, Event, EventKind
from feedback_api.domain.identity import (
    CommentId,
    CommitHash,
    CycleId,
    EditorName,
    PageId,
    SectionId,
)
from feedback_api.domain.publication import Published
from feedback_api.domain.remarks import (
    Addition,
    Delivered,
    Erasure,
    Gloss,
    Note,
    Objection,
    Question,
    Way,
)
from feedback_api.domain.section import TranslationState
from feedback_api.services.ports import CommentQuery
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.published import PAGE, SECTION, SOURCE
from tests.storage.conftest import Opened

KEY = Idempotency(key_hash="key", body_hash="body")
COMMIT = CommitHash("c" * 40)

EARLIER = Decision(
    outcome=State.DECLINED,
    reason="It stays.",
    reason_language=SOURCE,
    by=EditorName("Ana"),
    at=START,
    cycle=CycleId("2027-1"),
)


def _full_comment() -> Comment:
    """A comment with every field set to something unusual."""
    at = datetime(2026, 11, 21, 12, 30, 0, 7, tzinfo=UTC)
    decided = Event(
        what=EventKind.DECIDED,
        at=at,
        by="Ana",
        before=State.IN_REVIEW,
        after=State.DUPLICATE,
        reason="See the other.",
    )
    published = Event(
        what=EventKind.PUBLISHED, at=at, by=BY_DEPLOYMENT, commit=COMMIT, repeated=True
    )
    return usual_comment(
        7,
        submitted_at=at,
        body='Строка «ё»\nand "quotes" \\ \t 🙂 \u202eevil',
        suggestion="    - [x] item\n\n| a | b |",
        name="Зоя",
        email="зоя@example.org",
        visibility=Visibility.PUBLIC,
        role_verified=True,
        state=State.DUPLICATE,
        public=True,
        decision=Decision(
            outcome=State.DUPLICATE,
            reason="See the other.",
            reason_language=SOURCE,
            by=EditorName("Ana"),
            at=at,
            duplicate_of=comment_id(6),
            deferred_to=CycleId("2027-1"),
        ),
        earlier_decisions=(EARLIER,),
        prepared=replace(EARLIER, outcome=State.DEFERRED, deferred_to=CycleId("2027-2")),
        additions=(Addition(at=at, body="More."), Addition(at=at, body="Ещё.")),
        notes=(Note(at=at, by=EditorName("Ana"), body="Между нами."),),
        questions=(Question(at=at, by=EditorName("Ana"), language=SOURCE, body="When?"),),
        gloss=Gloss(at=at, by=EditorName("Зоя"), language=SOURCE, text="Waits."),
        objection=Objection(at=at, body="No!"),
        assignee=EditorName("Зоя"),
        collected_by=EditorName("Ana"),
        agenda=CycleId("2027-2"),
        seconds=("one", "two"),
        email_confirmed_at=at,
        delivered=(Delivered(channel="mail", events=2),),
        events=(submitted(at), decided, published),
        idempotency=KEY,
        published=Published(commit=COMMIT, at=at),
        publication_turn=3,
        translation_state=TranslationState.BEHIND,
        version=3,
    )


def _total(opened: Opened) -> int:
    return opened.reads.select(CommentQuery()).total


@pytest.mark.parametrize("comment", [usual_comment(1), _full_comment()], ids=["usual", "full"])
def test_added_comment_is_found_by_id_receipt_and_key_also_after_a_restart(
    opened: Opened, comment: Comment
) -> None:
    assert opened.store.add(comment) == comment

    for present in (opened, opened.reopen()):
        assert present.store.get(comment.id) == comment
        assert present.store.by_receipt(comment.receipt_hash) == comment
        found = present.store.by_idempotency_key("key")
        assert found == (comment if comment.idempotency else None)
    present.close()


@pytest.mark.parametrize("unknown", [comment_id(2), "", "no uuid", "g" * 36, "0" * 36])
def test_unknown_comment_is_told(opened: Opened, unknown: str) -> None:
    opened.store.add(usual_comment(1))

    with pytest.raises(UnknownComment):
        opened.store.get(CommentId(unknown))
    with pytest.raises(UnknownComment):
        opened.store.change(CommentId(unknown), lambda one: one)


def test_unknown_receipt_is_told(opened: Opened) -> None:
    opened.store.add(usual_comment(1))

    with pytest.raises(UnknownReceipt):
        opened.store.by_receipt("receipt 2")


def test_comment_added_twice_under_one_id_is_a_mistake_of_the_caller(opened: Opened) -> None:
    opened.store.add(usual_comment(1))

    with pytest.raises(ValueError, match=comment_id(1)):
        opened.store.add(usual_comment(1, receipt_hash="another"))

    assert _total(opened) == 1


def test_retry_gets_the_first_comment_and_stores_nothing(opened: Opened) -> None:
    first = opened.store.add(usual_comment(1, idempotency=KEY))

    assert opened.store.add(usual_comment(2, idempotency=KEY)) == first

    again = opened.reopen()
    assert again.store.add(usual_comment(3, idempotency=KEY)) == first
    assert _total(again) == 1
    again.close()


def test_retry_gets_the_comment_as_it_is_by_now(opened: Opened) -> None:
    opened.store.add(usual_comment(1, idempotency=KEY))
    changed = opened.store.change(comment_id(1), lambda one: replace(one, state=State.ANSWERED))

    assert opened.store.add(usual_comment(2, idempotency=KEY)) == changed


def test_key_used_for_another_body_is_refused(opened: Opened) -> None:
    opened.store.add(usual_comment(1, idempotency=KEY))

    with pytest.raises(IdempotencyMismatch):
        opened.store.add(usual_comment(2, idempotency=replace(KEY, body_hash="other")))

    assert _total(opened) == 1


def test_fifty_parallel_adds_with_one_key_store_one(opened: Opened) -> None:
    comments = [usual_comment(number, idempotency=KEY) for number in range(1, 51)]

    with ThreadPoolExecutor(50) as pool:
        stored = set(pool.map(opened.store.add, comments))

    assert len(stored) == 1
    assert _total(opened) == 1


def test_parallel_adds_are_all_there_after_a_restart(opened: Opened) -> None:
    comments = [usual_comment(number) for number in range(1, 101)]

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(opened.store.add, comments)) == comments

    again = opened.reopen()
    assert [again.store.get(comment.id) for comment in comments] == comments
    again.close()


def test_change_is_there_with_the_next_version_also_after_a_restart(opened: Opened) -> None:
    opened.store.add(usual_comment(1))

    changed = opened.store.change(comment_id(1), lambda one: replace(one, state=State.IN_REVIEW))

    assert (changed.state, changed.version) == (State.IN_REVIEW, 2)
    assert opened.store.get(comment_id(1)) == changed
    assert opened.store.by_receipt("receipt 1") == changed
    again = opened.reopen()
    assert again.store.get(comment_id(1)) == changed
    again.close()


def test_step_that_returns_the_same_comment_changes_nothing(opened: Opened) -> None:
    comment = opened.store.add(usual_comment(1))

    assert opened.store.change(comment.id, lambda one: one) == comment
    assert opened.store.get(comment.id).version == 1


def test_what_a_step_raises_reaches_its_caller_and_changes_nothing(opened: Opened) -> None:
    comment = opened.store.add(usual_comment(1))

    def refuse(one: Comment) -> Comment:
        raise NotAllowedNow(action="decide", state=one.state)

    with pytest.raises(NotAllowedNow):
        opened.store.change(comment.id, refuse)

    assert opened.store.get(comment.id) == comment
    assert opened.store.add(usual_comment(2)) == usual_comment(2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", comment_id(9)),
        ("cycle", CycleId("2027-1")),
        ("page", PageId("ethics")),
        ("section", SectionId("ethics-gifts")),
        ("submitted_at", START.replace(year=2027)),
        ("version", 5),
    ],
)
def test_step_that_changes_who_the_comment_is_is_a_mistake_of_the_caller(
    opened: Opened, name: str, value: Any
) -> None:
    comment = opened.store.add(usual_comment(1))
    fields: dict[str, Any] = {name: value}

    with pytest.raises(ValueError, match=name):
        opened.store.change(comment.id, lambda one: replace(one, **fields))

    assert opened.store.get(comment.id) == comment


def test_parallel_changes_of_one_comment_all_count(opened: Opened) -> None:
    opened.store.add(usual_comment(1))

    def add_event(number: int) -> Comment:
        event = Event(what=EventKind.ADDED_TO, at=START, by=str(number))
        return opened.store.change(
            comment_id(1), lambda one: replace(one, events=(*one.events, event))
        )

    with ThreadPoolExecutor(20) as pool:
        versions = [comment.version for comment in pool.map(add_event, range(60))]

    final = opened.store.get(comment_id(1))
    assert sorted(versions) == list(range(2, 62))
    assert sorted(int(event.by) for event in final.events[1:]) == list(range(60))


def test_what_readers_and_postmen_leave_is_no_new_version(opened: Opened) -> None:
    opened.store.add(usual_comment(1))

    changed = opened.store.change(comment_id(1), lambda one: replace(one, seconds=("a",)))
    told = (Delivered(channel="mail", events=1),)
    changed = opened.store.change(comment_id(1), lambda one: replace(one, delivered=told))

    again = opened.reopen()
    assert (changed.version, changed.seconds, changed.delivered) == (1, ("a",), told)
    assert again.store.get(comment_id(1)) == changed
    again.close()


def _erase(one: Comment) -> Comment:
    erasure = Erasure(at=START, by="commenter")
    return replace(one, body="", receipt_hash="", public=False, erased=erasure)


def test_erased_comments_are_nowhere_and_stay_so_after_a_restart(opened: Opened) -> None:
    for number in (1, 2, 3):
        key = Idempotency(key_hash=f"key {number}", body_hash="body")
        opened.store.add(usual_comment(number, public=True, idempotency=key))
        if number != 3:
            opened.store.change(comment_id(number), _erase)

    present = opened
    for _ in range(2):
        assert [one.id for one in present.reads.every(CommentQuery())] == [comment_id(3)]
        assert _total(present) == 1
        assert sum(present.reads.tally().values()) == 1
        assert sum(present.reads.counts(PAGE).values()) == 1
        assert [one.id for one in present.reads.public(SECTION)] == [comment_id(3)]
        for receipt in ("receipt 1", ""):
            with pytest.raises(UnknownReceipt):
                present.store.by_receipt(receipt)
        with pytest.raises(UnknownComment):
            present.store.get(comment_id(1))
        with pytest.raises(UnknownComment):
            present.store.change(comment_id(1), lambda one: replace(one, body="back"))
        with pytest.raises(Erased):
            present.store.by_idempotency_key("key 1")
        retry = Idempotency(key_hash="key 1", body_hash="body")
        with pytest.raises(Erased):
            present.store.add(usual_comment(4, idempotency=retry))
        present = present.reopen()
    present.close()


def test_comments_merged_into_one_are_found_by_it(opened: Opened) -> None:
    merged = replace(EARLIER, outcome=State.DUPLICATE, duplicate_of=comment_id(1))
    opened.store.add(usual_comment(1))
    for number in (2, 3, 4):
        opened.store.add(usual_comment(number, submitted_at=START.replace(minute=60 - number)))
        opened.store.change(comment_id(number), lambda one: replace(one, decision=merged))
    opened.store.change(comment_id(4), lambda one: replace(one, decision=None))

    for present in (opened, opened.reopen()):
        found = [one.id for one in present.store.duplicates(comment_id(1))]
        assert found == [comment_id(3), comment_id(2)]
        assert present.store.duplicates(comment_id(2)) == ()
        assert present.store.duplicates(CommentId("no uuid")) == ()
    present.close()


def test_answers_of_a_page_change_with_the_support_of_what_was_merged(opened: Opened) -> None:
    merged = replace(EARLIER, outcome=State.DUPLICATE, duplicate_of=comment_id(1))
    opened.store.add(usual_comment(1, public=True))
    opened.store.add(usual_comment(2, public=True, decision=merged, page=PageId("ethics")))
    before = opened.reads.generation(PAGE)

    opened.store.change(comment_id(2), lambda one: replace(one, seconds=("a",)))

    assert opened.reads.generation(PAGE) != before


def test_tombstones_are_listed_apart_and_never_stored_twice(opened: Opened) -> None:
    left = usual_comment(
        1, body="", receipt_hash="", erased=Erasure(at=START, by="Ana", way=Way.EDITOR, why="Ask.")
    )
    opened.store.add(left)
    opened.store.add(usual_comment(2))

    with pytest.raises(Erased):
        opened.store.add(left)

    for one in (opened, opened.reopen()):
        assert list(one.reads.every(CommentQuery(erased=True))) == [left]
        assert [comment.id for comment in one.reads.every(CommentQuery())] == [comment_id(2)]
