"""The real calls to the disk, on files that tell what was done to them."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feedback_api.storage.file_system import OperatingSystemFiles, replace_durably

FILES = OperatingSystemFiles()


def test_file_is_flushed_after_it_is_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(pipe.read_bytes)
        with pytest.raises(OSError, match=str(os.strerror(errno.EINVAL))) as refused:
            FILES.write(pipe, b"content")  # a pipe takes it all, but cannot be flushed

    assert refused.value.errno == errno.EINVAL
    assert reading.result() == b"content"


def test_folder_is_flushed() -> None:
    with pytest.raises(OSError, match=str(os.strerror(errno.EINVAL))):
        FILES.sync_folder(Path("/proc"))  # whose folders cannot be


def test_content_is_replaced_whole_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"long content before")
    (tmp_path / ".file.tmp").write_bytes(b"a longer leftover of a crash")

    replace_durably(FILES, path, b"after")

    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_link_in_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / ".file.tmp").symlink_to(target)

    with pytest.raises(OSError, match=str(os.strerror(errno.ELOOP))):
        replace_durably(FILES, tmp_path / "file", b"content")

    assert target.read_bytes() == b"precious"
