"""What is particular to the folder of TinyDB files."""

import errno
import json
import os
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import TinyDB

from feedback_api.domain.decision import State
from feedback_api.domain.errors import StoreDamaged, StoreFailed
from feedback_api.domain.identity import CycleId
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.segment import SEGMENT_LIMIT
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.failing_disk import FailingDisk, Fault
from tests.fakes.published import PAGE

OpenStore = Callable[[], TinydbStore]
WAIT_SECONDS = 30


def _segment(folder: Path, number: int = 0, cycle: str = "waiting") -> Path:
    return folder / cycle / f"{number:06}.json"


def _wait_for(condition: Callable[[], bool]) -> None:
    """Returns when other threads have come as far as they must; fails if they never do."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        os.sched_yield()


def given_comments(store: TinydbStore, first: int, last: int) -> None:
    """Adds comments in few groups."""
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda n: store.add(usual_comment(n)), range(first, last + 1)))


def test_stock_tinydb_opens_the_files(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store()
    store.add(usual_comment(1, body="Отвечали неделю."))
    store.change(comment_id(1), lambda one: replace(one, state=State.IN_REVIEW))
    store.add(usual_comment(2))

    with TinyDB(_segment(tmp_path), access_mode="r") as database:
        documents = database.table("comments").all()

    assert [document["body"] for document in documents] == ["Отвечали неделю.", "Comment 2."]
    assert [document["state"] for document in documents] == ["in-review", "received"]


def test_files_have_a_line_per_comment_that_a_person_can_read(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    store.add(usual_comment(1, body="Отвечали неделю."))
    store.add(usual_comment(2))

    lines = _segment(tmp_path).read_text("utf-8").splitlines()

    assert [line for line in lines if "Отвечали неделю." in line] == [lines[4]]
    assert lines[4].startswith('"1":{"id":')


def test_file_changed_by_stock_tinydb_is_taken_as_it_is(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    given_comments(store, 1, 3)
    store.close()
    with TinyDB(_segment(tmp_path), indent=2) as database:
        database.table("comments").update({"body": "Corrected by hand."}, doc_ids=[2])
        removed = database.table("comments").get(doc_id=3)
        database.table("comments").remove(doc_ids=[3])

    again = open_store()

    bodies = {one.body for one in again.index.select(CommentQuery()).comments}
    assert "Corrected by hand." in bodies
    assert len(bodies) == 2
    again.add(usual_comment(9))
    assert removed is not None
    assert len(open_store().index) == 3


def test_comments_are_readable_by_their_owner_only(open_store: OpenStore, tmp_path: Path) -> None:
    open_store().add(usual_comment(1))

    assert stat.S_IMODE(_segment(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "waiting").stat().st_mode) == 0o700


def test_segment_is_followed_by_the_next_when_it_is_full(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    given_comments(store, 1, 2 * SEGMENT_LIMIT + 1)

    sizes = [
        len(json.loads(path.read_bytes())["comments"])
        for path in sorted((tmp_path / "waiting").iterdir())
    ]
    assert sizes == [SEGMENT_LIMIT, SEGMENT_LIMIT, 1]
    assert len(open_store().index) == 2 * SEGMENT_LIMIT + 1


def test_group_larger_than_a_segment_is_spread_without_a_gap(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    disk.open_gate.clear()
    with ThreadPoolExecutor(600) as pool:
        first = pool.submit(store.add, usual_comment(1000))
        assert disk.waits_at_gate.wait(WAIT_SECONDS)
        others = [pool.submit(store.add, usual_comment(n)) for n in range(1, 550)]
        _wait_for(lambda: store.waiting == 549)
        disk.open_gate.set()
        stored = {future.result().id for future in [first, *others]}

    assert len(stored) == 550
    assert disk.calls["write"] == 1 + 3
    assert len(open_store().index) == 550


def test_decision_rewrites_only_the_segment_of_its_comment(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store()
    given_comments(store, 1, SEGMENT_LIMIT + 10)
    old, new = _segment(tmp_path, 0), _segment(tmp_path, 1)
    in_old = json.loads(old.read_bytes())["comments"]["1"]["id"]
    before = new.stat().st_ino

    store.change(in_old, lambda one: replace(one, state=State.DECLINED))

    assert new.stat().st_ino == before
    assert json.loads(old.read_bytes())["comments"]["1"]["state"] == "declined"


def test_each_cycle_has_its_own_folder(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.add(usual_comment(2, cycle=CycleId("2027-1")))

    assert _segment(tmp_path, cycle="waiting").exists()
    assert _segment(tmp_path, cycle="2027-1").exists()
    assert open_store().get(comment_id(2)).cycle == "2027-1"


def test_leftover_of_a_crash_is_removed_at_start(open_store: OpenStore, tmp_path: Path) -> None:
    open_store().add(usual_comment(1))
    leftover = tmp_path / "waiting" / ".000000.json.tmp"
    leftover.write_bytes(b'{"half')
    stranger = tmp_path / "waiting" / "notes.txt"
    stranger.write_text("mine")

    store = open_store()

    assert len(store.index) == 1
    assert not leftover.exists()
    assert stranger.read_text() == "mine"


def test_what_a_dead_process_left_unflushed_is_flushed_before_it_is_trusted(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    waiting = tmp_path / "waiting"
    open_store().add(usual_comment(1))

    disk.faults.append(Fault("sync_folder", errno.EIO, path=waiting))
    with pytest.raises(StoreDamaged):
        open_store()
    assert disk.faults == []

    disk.faults.append(Fault("sync_folder", errno.EROFS, path=waiting))
    assert len(open_store().index) == 1


def test_folders_that_are_no_cycles_are_left_alone(open_store: OpenStore, tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir(mode=0)
    (tmp_path / "Notes").mkdir()
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "000000.json").write_text("none of the store's")

    assert len(open_store().index) == 0


def test_changes_that_wait_while_one_is_written_share_the_next_write(
    open_store: OpenStore, disk: FailingDisk
) -> None:
    store = open_store()
    disk.open_gate.clear()
    with ThreadPoolExecutor(51) as pool:
        first = pool.submit(store.add, usual_comment(1))
        assert disk.waits_at_gate.wait(WAIT_SECONDS)
        others = [pool.submit(store.add, usual_comment(n)) for n in range(2, 52)]
        _wait_for(lambda: store.waiting == 50)
        disk.open_gate.set()
        stored = [future.result().id for future in [first, *others]]

    assert stored == [comment_id(n) for n in range(1, 52)]
    # one flush of the file and one of the folder for each of two groups, one of the new folder
    assert (disk.calls["write"], disk.calls["sync_folder"]) == (2, 3)


def test_lone_change_is_flushed_before_it_is_acknowledged(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    before = disk.calls.copy()

    store.add(usual_comment(2))

    assert disk.calls - before == {"write": 1, "rename": 1, "sync_folder": 1}
    assert "Comment 2." in _segment(tmp_path).read_text()


def test_readers_do_not_wait_for_the_disk_nor_see_what_is_not_there_yet(
    open_store: OpenStore, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1, public=True))
    disk.waits_at_gate.clear()
    disk.open_gate.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.add, usual_comment(2, public=True))
        assert disk.waits_at_gate.wait(WAIT_SECONDS)

        seen = sum(store.index.counts(PAGE).values())

        disk.open_gate.set()
        waiting.result()
    assert seen == 1
    assert sum(store.index.counts(PAGE).values()) == 2


def test_closed_store_refuses_changes_and_goes_on_reading(open_store: OpenStore) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.close()

    with pytest.raises(StoreFailed):
        store.add(usual_comment(2))

    assert store.get(comment_id(1)) == usual_comment(1)


def test_generation_differs_over_a_restart(open_store: OpenStore) -> None:
    store = open_store()
    store.add(usual_comment(1, public=True))
    before = store.index.generation(PAGE)

    assert open_store().index.generation(PAGE) != before
