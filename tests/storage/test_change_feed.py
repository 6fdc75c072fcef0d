"""Who hears of changes, and when."""

from dataclasses import replace
from errno import ENOSPC
from pathlib import Path

import pytest

from feedback_api.domain.errors import StoreError, StoreFailed
from feedback_api.domain.identity import CommentId
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.failing_disk import FailingDisk, Fault


def test_change_is_told_once_it_is_on_disk_and_only_then(tmp_path: Path) -> None:
    disk = FailingDisk()
    store = TinydbStore(tmp_path, disk)
    heard: list[CommentId] = []
    store.changes.listen(heard.append)
    store.add(usual_comment(1))
    store.change(comment_id(1), lambda comment: comment)
    disk.faults.append(Fault("write", ENOSPC))
    with pytest.raises(StoreError):
        store.change(comment_id(1), lambda comment: replace(comment, body="Lost."))

    store.change(comment_id(1), lambda comment: replace(comment, body="Kept."))
    store.close()

    assert heard == [comment_id(1), comment_id(1)]


def test_listener_that_fails_or_has_gone_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    feed = ChangeFeed()
    heard: list[CommentId] = []

    def fail(_comment: CommentId) -> None:
        raise ValueError("private words")

    feed.listen(fail)
    stop = feed.listen(heard.append)

    feed.tell(comment_id(1))
    stop()
    feed.tell(comment_id(2))

    assert heard == [comment_id(1)]
    assert "private words" not in caplog.text


def test_whoever_only_looks_sees_everything_and_changes_nothing(tmp_path: Path) -> None:
    writing = TinydbStore(tmp_path, FailingDisk())
    writing.add(usual_comment(1))
    leftover = tmp_path / "waiting" / ".000000.json.tmp"
    leftover.write_bytes(b"half")

    looking = TinydbStore(tmp_path, ReadOnlyFiles())
    with pytest.raises(StoreError) as refused:
        looking.add(usual_comment(2))
    writing.close()
    looking.close()

    assert looking.get(comment_id(1)) == usual_comment(1)
    assert not isinstance(refused.value, StoreFailed)
    assert leftover.read_bytes() == b"half"
