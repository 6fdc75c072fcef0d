"""The note that a store leaves when it stops: a start takes less time with it, and is no other."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedback_api.backups.members import names_in
from feedback_api.domain.comment import Comment, Idempotency, Kind, Role
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import StoreDamaged, StoreFailed, UnknownComment
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.domain.remarks import Erasure
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery, Order
from feedback_api.storage.checked_note import NAME, take_note
from feedback_api.storage.comment_shelves import CommentShelves
from feedback_api.storage.file_system import temporary
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.failing_disk import Call, FailingDisk, Fault
from tests.fakes.published import PAGE, SECTION, SOURCE
from tests.fakes.published import TOP as OTHER

OpenStore = Callable[[], TinydbStore]
CYCLE = CycleId("2026-1")
MERGED = Decision(
    outcome=State.DUPLICATE,
    reason="Said before.",
    reason_language=SOURCE,
    by=EditorName("Ana"),
    at=START,
    duplicate_of=comment_id(1),
)


@pytest.fixture
def open_store(tmp_path: Path, disk: FailingDisk) -> Iterator[OpenStore]:
    """Opens a store that leaves notes, as often as asked; the one before is closed."""
    stores: list[TinydbStore] = []

    def open_again() -> TinydbStore:
        for store in stores:
            store.close()
        stores.append(TinydbStore(tmp_path, disk, leaves_note=True))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


def _various(number: int) -> Comment:
    """Of two cycles and sections, some public, some with a key, some merged into the first."""
    comment = usual_comment(
        number,
        submitted_at=START + timedelta(minutes=number // 3),
        public=number % 2 == 0,
        cycle=CYCLE if number % 5 == 3 else usual_comment(number).cycle,
        section=OTHER if number % 4 == 0 else SECTION,
        kind=tuple(Kind)[number % 4],
        role=tuple(Role)[number % 3],
        assignee=EditorName("Ana") if number % 7 == 0 else None,
    )
    if number % 3 == 0:
        comment = replace(comment, idempotency=Idempotency(key_hash=f"k{number}", body_hash="b"))
    if number % 10 == 9:
        comment = replace(comment, state=State.DUPLICATE, decision=MERGED)
    return comment


def _erase(store: TinydbStore, number: int) -> None:
    store.change(comment_id(number), lambda one: erased(one, Erasure(at=START, by="commenter")))


def _told(store: TinydbStore) -> list[object]:
    """All that can be asked of it."""
    queries = [
        CommentQuery(),
        CommentQuery(order=Order.OLDEST_FIRST, limit=7, offset=3),
        CommentQuery(states=frozenset({State.DUPLICATE})),
        CommentQuery(section=OTHER, kind=Kind.PRAISE),
        CommentQuery(cycle=CYCLE, public=True),
        CommentQuery(assignee=EditorName("Ana")),
        CommentQuery(erased=True),
        CommentQuery(ids=frozenset(map(comment_id, (4, 31, 99)))),
    ]
    reads, numbers = store.index, range(1, 41)
    return [
        *map(reads.select, queries),
        *(reads.public(section) for section in (SECTION, OTHER)),
        reads.counts(PAGE),
        reads.tally(),
        reads.duplicates(comment_id(1)),
        [reads.by_idempotency_key(f"k{number}") for number in numbers if number % 3 == 0][:6],
        [reads.is_erased(comment_id(number)) for number in numbers],
        [reads.by_receipt(f"receipt {number}").id for number in numbers if number != 20],
    ]


def _filled(store: TinydbStore) -> None:
    for number in range(1, 41):
        store.add(_various(number))
    _erase(store, 20)


def test_a_start_with_the_note_finds_what_one_without_it_finds(
    open_store: OpenStore, tmp_path: Path
) -> None:
    _filled(open_store())
    store = open_store()
    with_note = _told(store)
    store.close()
    (tmp_path / NAME).unlink()

    assert with_note == _told(open_store())


def test_what_changes_after_a_start_with_the_note_is_in_the_next_one(
    open_store: OpenStore,
) -> None:
    _filled(open_store())
    store = open_store()
    _erase(store, 4)
    store.add(usual_comment(50, submitted_at=START, receipt_hash="late"))  # comes before others
    store.change(comment_id(6), lambda one: replace(one, public=False))
    here = [store.index.select(CommentQuery()), store.index.public(OTHER), store.index.tally()]

    again = open_store()

    assert here == [
        again.index.select(CommentQuery()),
        again.index.public(OTHER),
        again.index.tally(),
    ]
    assert again.by_receipt("late").id == comment_id(50)
    with pytest.raises(UnknownComment):
        again.get(comment_id(4))


def test_the_note_is_there_only_while_the_store_is_closed(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.close()
    left = (tmp_path / NAME).exists()

    open_store()

    assert (left, (tmp_path / NAME).exists()) == (True, False)


def test_a_file_that_changed_is_checked_and_the_others_are_not(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.add(usual_comment(2, cycle=CYCLE))
    store.close()
    segment = tmp_path / "waiting" / "000000.json"
    note = take_note(tmp_path, disk)

    alike = CommentShelves(tmp_path, disk, note).are_noted
    segment.write_bytes(segment.read_bytes().replace(b"Comment 1.", b"Comment 9."))
    changed = CommentShelves(tmp_path, disk, note)

    assert (alike, changed.are_noted) == (True, False)
    assert b"Comment 9." in changed.in_order()[0]


def test_what_a_kill_leaves_of_a_note_is_taken_away(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    left = temporary(tmp_path / NAME)
    left.write_bytes(b"half of a note")

    open_store()

    assert not left.exists()
    assert disk.calls["sync_folder"] == 1


def test_who_only_looks_leaves_it_there(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.close()

    seen = TinydbStore(tmp_path, ReadOnlyFiles()).get(comment_id(1))

    assert seen == usual_comment(1)
    assert (tmp_path / NAME).exists()


@pytest.mark.parametrize("what", [b'"body":"Comment 1."', b'"schema":1', b'"1":{"id"'])
def test_damage_that_comes_after_the_note_is_found(
    open_store: OpenStore, tmp_path: Path, what: bytes
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.close()
    segment = tmp_path / "waiting" / "000000.json"
    segment.write_bytes(segment.read_bytes().replace(what, what.replace(b'"', b"", 1)))

    with pytest.raises(StoreDamaged):
        open_store()


def test_a_file_that_is_put_in_the_place_of_another_is_found(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.add(usual_comment(2, cycle=CYCLE))
    store.close()
    (tmp_path / "waiting" / "000000.json").replace(tmp_path / CYCLE / "000000.json")

    with pytest.raises(StoreDamaged):
        open_store()


@pytest.mark.parametrize("gone", [CYCLE, "waiting"])
def test_a_note_of_more_files_than_there_are_is_not_believed(
    open_store: OpenStore, tmp_path: Path, gone: str
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.add(usual_comment(2, cycle=CYCLE))
    store.close()
    (tmp_path / gone / "000000.json").unlink()

    assert len(open_store().index) == 1


@pytest.mark.parametrize("kept_bytes", [0, 20, 100, -1])
def test_a_note_that_is_cut_off_is_as_none(
    open_store: OpenStore, tmp_path: Path, kept_bytes: int
) -> None:
    store = open_store()
    _filled(store)
    before = _told(store)
    store.close()
    note = tmp_path / NAME
    note.write_bytes(note.read_bytes()[:kept_bytes])

    assert _told(open_store()) == before


def test_a_note_of_which_one_bit_is_another_is_as_none(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    _filled(store)
    store.close()
    note = tmp_path / NAME
    content = bytearray(note.read_bytes())
    content[len(content) // 2] ^= 1
    note.write_bytes(content)

    assert take_note(tmp_path, disk) is None


def test_a_note_that_cannot_be_taken_away_is_not_used(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.close()
    disk.faults.append(Fault("remove", errno.EIO, path=tmp_path / NAME))

    assert take_note(tmp_path, disk) is None


@pytest.mark.parametrize("call", ["write", "rename", "sync_folder"])
def test_a_store_stops_without_a_note_where_none_can_be_written(
    open_store: OpenStore, disk: FailingDisk, caplog: pytest.LogCaptureFixture, call: Call
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    disk.faults.append(Fault(call, errno.ENOSPC))

    store.close()

    assert "cannot be written" in caplog.text
    assert len(open_store().index) == 1


def test_a_store_that_is_not_sure_of_the_disk_leaves_no_note(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    segment = tmp_path / "waiting" / "000000.json"
    disk.faults += [Fault("sync_folder", errno.EIO), Fault("read", errno.EIO, path=segment)]
    with pytest.raises(StoreFailed):
        store.add(usual_comment(2))

    store.close()

    assert not (tmp_path / NAME).exists()


def test_no_backup_holds_the_note(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store()
    store.add(usual_comment(1))

    store.close()

    assert (tmp_path / NAME).exists()
    assert names_in(tmp_path) == ["waiting/000000.json"]
