"""The record of webhooks on disk."""

import errno
from pathlib import Path

import pytest
from tinydb import TinyDB

from feedback_api.domain.errors import StoreDamaged, StoreFull
from feedback_api.domain.event import EventKind
from feedback_api.services.webhook_attempts import (
    ATTEMPTS_KEPT,
    Attempt,
    ErasureDue,
    Line,
    Result,
    Trouble,
    WebhookRecord,
)
from feedback_api.storage.deliveries_file import DeliveriesFile
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id
from tests.fakes.failing_disk import FailingDisk, Fault


def _attempt(number: int) -> Attempt:
    return Attempt(
        event=f"event-{number}",
        kind=EventKind.DECIDED,
        happened_at=START,
        comment=comment_id(1),
        number=number,
        channel="webhook-a",
        host="tickets.example.org",
        at=START,
        attempt=1,
        result=Result.FAILED,
        trouble=Trouble.TOO_SLOW,
        next_at=START,
    )


RECORD = WebhookRecord(
    lines=(Line(channel="webhook-a", since=START),),
    erasures=(ErasureDue(channel="webhook-a", comment=comment_id(2), at=START),),
    attempts=(_attempt(1), _attempt(2)),
)


def test_record_kept_is_read_after_a_restart(tmp_path: Path, disk: FailingDisk) -> None:
    DeliveriesFile(tmp_path / "data", disk).keep(RECORD)

    assert DeliveriesFile(tmp_path / "data", disk).read() == RECORD


def test_nothing_kept_is_an_empty_record(tmp_path: Path, disk: FailingDisk) -> None:
    assert DeliveriesFile(tmp_path, disk).read() == WebhookRecord()


def test_file_is_one_that_stock_tinydb_opens(tmp_path: Path, disk: FailingDisk) -> None:
    DeliveriesFile(tmp_path, disk).keep(RECORD)

    with TinyDB(tmp_path / "deliveries.json") as opened:
        hosts = [row["host"] for row in opened.table("attempts").all()]
    assert hosts == ["tickets.example.org"] * 2


def test_only_the_last_attempts_are_read(tmp_path: Path, disk: FailingDisk) -> None:
    attempts = tuple(map(_attempt, range(ATTEMPTS_KEPT + 3)))
    DeliveriesFile(tmp_path, disk).keep(WebhookRecord(attempts=attempts))

    assert DeliveriesFile(tmp_path, disk).read().attempts == attempts[3:]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"attempts": {}}', '{"lines": {"1": {}}, "erasures": {}, "attempts": {}}'],
)
def test_damaged_file_is_named_and_left_as_it_is(
    tmp_path: Path, disk: FailingDisk, content: str
) -> None:
    file = tmp_path / "deliveries.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(StoreDamaged) as refused:
        DeliveriesFile(tmp_path, disk)

    assert str(file) in refused.value.message
    assert file.read_text(encoding="utf-8") == content


def test_full_disk_is_told_and_the_record_before_stays(tmp_path: Path, disk: FailingDisk) -> None:
    file = DeliveriesFile(tmp_path, disk)
    file.keep(RECORD)
    disk.faults.append(Fault("write", errno.ENOSPC))

    with pytest.raises(StoreFull):
        file.keep(WebhookRecord())

    assert DeliveriesFile(tmp_path, disk).read() == RECORD
