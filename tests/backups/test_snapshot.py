"""A set of files as they were at one moment, while somebody writes."""

import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from feedback_api.backups.members import Members
from feedback_api.backups.snapshot import take_snapshot
from feedback_api.domain.errors import BackupRefused
from feedback_api.storage.file_system import OperatingSystemFiles, replace_durably
from feedback_api.storage.store_files import StoreFiles, standing_still

ROUNDS = 150
FEW_ROUNDS = 15
FIRST, SECOND = "editors.json", "waiting/000000.json"


class _Writer(threading.Thread):
    """Counts in one file, then in another, as fast as it can."""

    def __init__(self, folder: Path, files: OperatingSystemFiles) -> None:
        super().__init__()
        self.ends = threading.Event()
        self._wrote = threading.Event()
        self._folder = folder
        self._files = files
        self._count = 0

    def run(self) -> None:
        while not self.ends.is_set():
            self.write()

    def write(self) -> None:
        for name in (FIRST, SECOND):
            replace_durably(self._files, self._folder / name, str(self._count).encode())
        self._count += 1
        self._wrote.set()

    def go_on(self) -> None:
        """Return when both files have been written again, twice."""
        for _ in range(3):
            self._wrote.clear()
            self._wrote.wait(10)


def _looks(
    folder: Path,
    files: OperatingSystemFiles,
    look: Callable[["_Writer"], Members],
    rounds: int = ROUNDS,
) -> int:
    """How many of so many looks show a state that there never was."""
    (folder / "waiting").mkdir()
    writer = _Writer(folder, files)
    writer.write()
    writer.start()
    wrong = 0
    try:
        for _ in range(rounds):
            seen = look(writer)
            wrong += int(seen[FIRST]) - int(seen[SECOND]) not in (0, 1)
    finally:
        writer.ends.set()
        writer.join()
    return wrong


def test_snapshot_is_a_moment_that_was(tmp_path: Path) -> None:
    assert _looks(tmp_path, StoreFiles(tmp_path), lambda _: take_snapshot(tmp_path).members) == 0


def test_snapshot_is_a_moment_that_was_even_where_nobody_waits(tmp_path: Path) -> None:
    files = OperatingSystemFiles()

    assert _looks(tmp_path, files, lambda _: take_snapshot(tmp_path).members) == 0


def test_files_read_one_after_the_other_are_not(tmp_path: Path) -> None:
    """What the two tests above would catch."""

    def read(writer: _Writer) -> Members:
        found = {SECOND: (tmp_path / SECOND).read_bytes()}
        writer.go_on()
        return {**found, FIRST: (tmp_path / FIRST).read_bytes()}

    assert _looks(tmp_path, StoreFiles(tmp_path), read, FEW_ROUNDS) == FEW_ROUNDS


def test_writer_waits_for_a_look_and_then_goes_on(tmp_path: Path) -> None:
    writer = _Writer(tmp_path, StoreFiles(tmp_path))
    (tmp_path / "waiting").mkdir()
    done = threading.Event()

    def write() -> None:
        writer.write()
        done.set()

    thread = threading.Thread(target=write)
    with standing_still(tmp_path):
        thread.start()
        assert not done.wait(0.1)
    assert done.wait(10)
    thread.join()


def test_process_that_stopped_while_it_looked_does_not_stop_the_writer(tmp_path: Path) -> None:
    files = StoreFiles(tmp_path, longest_wait_seconds=0.05)

    with standing_still(tmp_path):
        began = time.monotonic()
        replace_durably(files, tmp_path / FIRST, b"1")
        assert time.monotonic() - began >= 0.05

    assert (tmp_path / FIRST).read_bytes() == b"1"


def test_only_what_the_service_writes_is_taken(data: Path) -> None:
    strangers = ["lock", "notes.txt", "waiting/.000000.json.tmp", "waiting/000000.json.bak"]
    for name in strangers:
        (data / name).write_text("x")
    (data / "repository.git").mkdir()
    (data / "repository.git" / "HEAD").write_text("x")

    names = set(take_snapshot(data).members)

    assert names == {
        "2027-1/000000.json",
        "cycles.json",
        "deliveries.json",
        "editors.json",
        "invitations.json",
        "secret",
        "templates.json",
        "waiting/000000.json",
        "wordings/000000.json",
    }


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="is not there"):
        take_snapshot(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["editors.json", "waiting/000000.json", "secret"])
def test_link_in_place_of_a_file_is_refused_by_name(data: Path, name: str) -> None:
    (data / name).rename(data / "elsewhere")
    (data / name).symlink_to(data / "elsewhere")

    with pytest.raises(BackupRefused) as refused:
        take_snapshot(data)

    assert str(data / name) in refused.value.message
    assert os.strerror(errno.ELOOP) in refused.value.message
