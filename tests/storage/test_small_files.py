"""What editors did with cycles, and answer templates, on disk."""

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import TinyDB

from feedback_api.domain.cycle import AnswerTemplate, Closing, CycleRecord, Summary
from feedback_api.domain.errors import NotAllowedNow, StoreDamaged, StoreFull, UnknownTemplate
from feedback_api.domain.identity import CycleId, EditorName, SectionId
from feedback_api.storage.documents import DocumentsPlace
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_templates import KeptTemplates
from tests.fakes.clockwork import START
from tests.fakes.failing_disk import FailingDisk, Fault
from tests.fakes.published import OTHER, SOURCE

CYCLE = CycleId("2027-1")
CLOSING = Closing(at=START, by=EditorName("Зоя"))
SUMMARY = Summary(section=SectionId("ethics-gifts"), language=OTHER, text="Многие\nпросили.")
THANKS = AnswerTemplate(id="1", name="Thanks", texts={SOURCE: "Thank you.", OTHER: "Спасибо."})


def _cycles(folder: Path, disk: FailingDisk) -> KeptCycles:
    return KeptCycles(DocumentsFolder(folder, disk))


def _templates(folder: Path, disk: FailingDisk) -> KeptTemplates:
    return KeptTemplates(DocumentsFolder(folder, disk))


def _closed(record: CycleRecord) -> CycleRecord:
    return replace(record, closings=(*record.closings, CLOSING), summaries=(SUMMARY,))


def test_record_of_a_cycle_is_there_after_a_restart(tmp_path: Path, disk: FailingDisk) -> None:
    cycles = _cycles(tmp_path, disk)
    assert cycles.get(CYCLE) == CycleRecord(id=CYCLE)

    changed = cycles.change(CYCLE, _closed)

    assert changed == CycleRecord(id=CYCLE, closings=(CLOSING,), summaries=(SUMMARY,), version=1)
    assert _cycles(tmp_path, disk).get(CYCLE) == changed
    with TinyDB(tmp_path / "cycles.json", access_mode="r") as database:
        assert [row["id"] for row in database.table("cycles").all()] == [CYCLE]


def test_step_that_returns_the_same_record_writes_nothing(
    tmp_path: Path, disk: FailingDisk
) -> None:
    assert _cycles(tmp_path, disk).change(CYCLE, lambda record: record).version == 0
    assert not (tmp_path / "cycles.json").exists()


def test_what_a_step_raises_changes_nothing(tmp_path: Path, disk: FailingDisk) -> None:
    cycles = _cycles(tmp_path, disk)
    before = cycles.change(CYCLE, _closed)

    def refuse(_record: CycleRecord) -> CycleRecord:
        raise NotAllowedNow(action="close", state="open")

    with pytest.raises(NotAllowedNow):
        cycles.change(CYCLE, refuse)

    assert cycles.get(CYCLE) == _cycles(tmp_path, disk).get(CYCLE) == before


def test_templates_are_kept_by_name_and_removed(tmp_path: Path, disk: FailingDisk) -> None:
    templates = _templates(tmp_path, disk)
    apology = AnswerTemplate(id="2", name="apology", texts={SOURCE: "We are sorry."})
    templates.put(THANKS)
    templates.put(apology)
    renamed = replace(THANKS, name="A word of thanks")
    templates.put(renamed)

    assert templates.all() == _templates(tmp_path, disk).all() == (renamed, apology)
    templates.remove("2")
    assert _templates(tmp_path, disk).all() == (renamed,)
    with pytest.raises(UnknownTemplate):
        templates.remove("2")


@pytest.mark.parametrize("done", [False, True])
def test_failed_write_is_told_and_memory_is_what_the_disk_holds(
    tmp_path: Path, disk: FailingDisk, done: bool
) -> None:
    cycles = _cycles(tmp_path, disk)
    cycles.change(CYCLE, _closed)
    disk.faults.append(Fault("rename", errno.ENOSPC, done))

    with pytest.raises(StoreFull):
        cycles.change(CYCLE, _closed)

    assert cycles.get(CYCLE) == _cycles(tmp_path, FailingDisk()).get(CYCLE)
    assert cycles.change(CYCLE, _closed) == _cycles(tmp_path, FailingDisk()).get(CYCLE)


OPENERS: list[tuple[str, Callable[[DocumentsPlace], object]]] = [
    ("cycles", KeptCycles),
    ("templates", KeptTemplates),
]


@pytest.mark.parametrize(("name", "opener"), OPENERS)
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "null",
        "\ufeff{}",
        "{}",
        '{"people": {}}',
        '{"NAME": {"1": 5}}',
        '{"NAME": {"1": {"id": "1"}}}',
        '{"NAME": {}, "NAME": {}}',
        '{"NAME": {"1": {"id": "1", "name": "a", "texts": {}, "more": 1}}}',
    ],
)
def test_damaged_file_is_refused_at_start_and_left_as_it_is(
    tmp_path: Path,
    disk: FailingDisk,
    name: str,
    opener: Callable[[DocumentsPlace], object],
    content: str,
) -> None:
    path = tmp_path / f"{name}.json"
    path.write_text(content.replace("NAME", name), encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(StoreDamaged) as refused:
        opener(DocumentsFolder(tmp_path, disk))

    assert refused.value.message.startswith(f"{path} ")
    assert path.read_bytes() == before


def test_same_cycle_twice_is_refused_at_start(tmp_path: Path, disk: FailingDisk) -> None:
    cycles = _cycles(tmp_path, disk)
    cycles.change(CYCLE, _closed)
    cycles.change(CycleId("2027-2"), _closed)
    path = tmp_path / "cycles.json"
    path.write_bytes(path.read_bytes().replace(b"2027-2", b"2027-1"))

    with pytest.raises(StoreDamaged):
        _cycles(tmp_path, disk)
