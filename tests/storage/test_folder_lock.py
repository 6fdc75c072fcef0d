"""One process per data folder."""

import os
from pathlib import Path

import pytest

from feedback_api.domain.errors import StartRefused, StoreLocked
from feedback_api.storage.folder_lock import FolderLock


def test_second_holder_is_refused_with_folder_process_and_way_out(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)

    with pytest.raises(StoreLocked) as refused:
        FolderLock(tmp_path)

    assert str(tmp_path) in refused.value.message
    assert f"(process {os.getpid()})" in refused.value.message
    assert "FEEDBACK_STORE" in refused.value.message
    lock.release()


def test_lock_is_free_again_after_release(tmp_path: Path) -> None:
    FolderLock(tmp_path).release()

    FolderLock(tmp_path).release()


def test_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    FolderLock(tmp_path / "new" / "data").release()

    assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StartRefused) as refused:
        FolderLock(tmp_path / "file")

    assert str(tmp_path / "file") in refused.value.message


def test_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "lock").symlink_to(tmp_path / "target")

    with pytest.raises(StartRefused):
        FolderLock(tmp_path)

    assert (tmp_path / "target").read_text() == "precious"
