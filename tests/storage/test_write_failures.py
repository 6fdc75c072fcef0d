"""Disks that fail: every call of a write, with every error, before and after the disk did it."""

import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.domain.decision import State
from feedback_api.domain.errors import (
    StoreError,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    UnknownComment,
)
from feedback_api.domain.identity import CommentId
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.file_system import temporary
from feedback_api.storage.segment import SEGMENT_LIMIT
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.failing_disk import Call, FailingDisk, Fault

OpenStore = Callable[[], TinydbStore]

MEANINGS = [
    (errno.ENOSPC, StoreFull),
    (errno.EDQUOT, StoreFull),
    (errno.EFBIG, StoreFull),
    (errno.EROFS, StoreReadOnly),
    (errno.EACCES, StoreReadOnly),
    (errno.EIO, StoreFailed),
    (errno.EMFILE, StoreFailed),
]
CALLS: list[tuple[Call, bool]] = [
    ("write", False),
    ("write", True),
    ("rename", False),
    ("rename", True),
    ("sync_folder", False),
    ("sync_folder", True),
]


def _declined(comment: Comment) -> Comment:
    return replace(comment, state=State.DECLINED)


def _ids_in(path: Path) -> list[CommentId]:
    documents = json.loads(path.read_bytes())["comments"]
    return [CommentId(document["id"]) for document in documents.values()]


def _leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "waiting").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(("number", "meaning"), MEANINGS)
def test_error_of_the_disk_has_its_meaning(
    open_store: OpenStore, disk: FailingDisk, number: int, meaning: type[StoreError]
) -> None:
    store = open_store()
    disk.faults.append(Fault("write", number))

    with pytest.raises(meaning) as refused:
        store.add(usual_comment(1))

    assert type(refused.value) is meaning


@pytest.mark.parametrize(("call", "done"), CALLS)
def test_failed_add_can_be_retried_and_is_never_doubled(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk, call: Call, done: bool
) -> None:
    store = open_store()
    acknowledged = store.add(usual_comment(1))
    key = Idempotency(key_hash="key", body_hash="body")
    disk.faults.append(Fault(call, errno.EIO, done))

    with pytest.raises(StoreFailed):
        store.add(usual_comment(2, idempotency=key))
    assert _leftovers(tmp_path) == []
    retried = store.add(usual_comment(3, idempotency=key))

    again = open_store()
    assert again.get(comment_id(1)) == acknowledged
    assert again.by_idempotency_key("key") == retried
    assert len(again.index) == 2


def test_retry_is_not_answered_from_what_only_the_disks_cache_knows(
    open_store: OpenStore, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    key = Idempotency(key_hash="key", body_hash="body")
    disk.fails_always = Fault("sync_folder", errno.EIO)

    for number in (2, 3):
        with pytest.raises(StoreFailed):
            store.add(usual_comment(number, idempotency=key))
        assert store.by_idempotency_key("key") is None

    disk.fails_always = None
    assert store.add(usual_comment(4, idempotency=key)).id == comment_id(2)
    assert len(open_store().index) == 2


def test_folder_whose_first_flush_failed_is_flushed_again(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    disk.faults.append(Fault("sync_folder", errno.EIO, path=tmp_path))
    with pytest.raises(StoreFailed):
        store.add(usual_comment(1))

    disk.faults.append(Fault("sync_folder", errno.EIO, path=tmp_path))
    with pytest.raises(StoreFailed):
        store.add(usual_comment(1))

    assert store.add(usual_comment(1)) == usual_comment(1)


@pytest.mark.parametrize(("call", "done"), CALLS)
def test_failed_change_leaves_memory_as_the_disk_is(
    open_store: OpenStore, disk: FailingDisk, call: Call, done: bool
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    disk.faults.append(Fault(call, errno.EIO, done))

    with pytest.raises(StoreFailed):
        store.change(comment_id(1), lambda one: replace(one, state=State.DECLINED))
    in_memory = store.get(comment_id(1))

    assert open_store().get(comment_id(1)) == in_memory


@pytest.mark.parametrize("call", ["make_folder", "write", "rename", "sync_folder"])
def test_store_that_never_wrote_starts_again_after_a_failure(
    open_store: OpenStore, disk: FailingDisk, call: Call
) -> None:
    store = open_store()
    disk.faults.append(Fault(call, errno.ENOSPC))
    with pytest.raises(StoreFull):
        store.add(usual_comment(1))

    store.add(usual_comment(2))

    assert open_store().get(comment_id(2)) == usual_comment(2)


def test_reading_goes_on_while_nothing_can_be_written(
    open_store: OpenStore, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    disk.fails_always = Fault("write", errno.ENOSPC)

    for number in (2, 3):
        with pytest.raises(StoreFull):
            store.add(usual_comment(number))

    assert store.get(comment_id(1)) == usual_comment(1)
    assert store.index.select(CommentQuery()).total == 1
    with pytest.raises(UnknownComment):
        store.get(comment_id(2))

    disk.fails_always = None
    assert store.add(usual_comment(2)) == usual_comment(2)


def test_everybody_in_a_failed_group_is_told(open_store: OpenStore, disk: FailingDisk) -> None:
    store = open_store()
    disk.fails_always = Fault("sync_folder", errno.EIO)

    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(store.add, usual_comment(n)) for n in range(1, 9)]
        errors = [future.exception() for future in futures]

    assert [type(error) for error in errors] == [StoreFailed] * 8
    assert len({id(error) for error in errors}) == 8


def test_failure_of_one_segment_does_not_touch_changes_in_another(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda n: store.add(usual_comment(n)), range(1, SEGMENT_LIMIT + 2)))
    old_file, new_file = (tmp_path / "waiting" / f"00000{n}.json" for n in (0, 1))
    oldest, newest = _ids_in(old_file)[0], _ids_in(new_file)[0]
    disk.waits_at_gate.clear()
    disk.open_gate.clear()
    with ThreadPoolExecutor(3) as pool:
        pool.submit(store.add, usual_comment(9_000))
        assert disk.waits_at_gate.wait(30)
        first = pool.submit(store.change, oldest, _declined)
        while store.waiting < 1:
            os.sched_yield()
        second = pool.submit(store.change, newest, _declined)
        while store.waiting < 2:
            os.sched_yield()
        disk.faults.append(Fault("write", errno.EIO, path=temporary(old_file)))
        disk.open_gate.set()

        assert isinstance(first.exception(), StoreFailed)
        assert second.result().state is State.DECLINED
    assert open_store().get(oldest).state is State.RECEIVED
    assert open_store().get(newest).state is State.DECLINED


def test_segment_that_cannot_be_read_back_takes_no_change_until_it_can(
    open_store: OpenStore, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    disk.faults.append(Fault("sync_folder", errno.EIO))
    disk.fails_always = Fault("read", errno.EIO)
    for number in (2, 3):
        with pytest.raises(StoreFailed):
            store.add(usual_comment(number))
    assert store.get(comment_id(1)) == usual_comment(1)

    disk.fails_always = None
    store.add(usual_comment(4))

    again = open_store()
    found = {one.id for one in again.index.select(CommentQuery()).comments}
    # comment 2 reached the disk though nobody was told so
    assert found == {comment_id(1), comment_id(2), comment_id(4)}


def test_file_that_lost_comments_behind_our_back_is_not_written_over(
    open_store: OpenStore, tmp_path: Path, disk: FailingDisk
) -> None:
    store = open_store()
    store.add(usual_comment(1))
    store.add(usual_comment(2))
    path = tmp_path / "waiting" / "000000.json"
    one = path.read_bytes()
    disk.faults.append(Fault("write", errno.EIO))
    rest = b"\n".join(line for line in one.splitlines() if b"Comment 2." not in line)
    path.write_bytes(rest.replace(b"},\n}}", b"}\n}}"))
    with pytest.raises(StoreFailed):
        store.add(usual_comment(3))

    damaged = path.read_bytes()
    with pytest.raises(StoreFailed):
        store.add(usual_comment(4))

    assert path.read_bytes() == damaged
    assert store.get(comment_id(2)) == usual_comment(2)
