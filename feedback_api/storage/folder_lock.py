"""One process per data folder."""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from feedback_api.domain.errors import StartRefused, StoreLocked
from feedback_api.storage.file_system import OperatingSystemFiles, make_folder_durably


class FolderLock:
    """An flock on `<folder>/lock`; the kernel drops it with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock at once. Raises StoreLocked, or StartRefused if the folder is no good."""
        self._handle = _open(folder)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(self._handle)
            os.close(self._handle)
            raise StoreLocked(
                f"{folder} is in use by another process{holder}. "
                "Stop that process first, or name another folder in FEEDBACK_STORE "
                "(--data with scripts/serve)."
            ) from None
        with contextlib.suppress(OSError):  # a full disk keeps the lock; only the number is missing
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another process in."""
        os.close(self._handle)


def _open(folder: Path) -> int:
    path = folder / "lock"
    flags = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        make_folder_durably(OperatingSystemFiles(), folder)
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    except OSError as error:
        if error.errno in {errno.EROFS, errno.EACCES} and path.is_file():
            with contextlib.suppress(OSError):
                return os.open(path, os.O_RDONLY | flags)
        raise StartRefused(
            f"{folder} cannot be used: {error.strerror}. "
            "Make it a folder this user may write, or name another one in FEEDBACK_STORE."
        ) from error


def _holder(handle: int) -> str:
    number = os.pread(handle, 32, 0).strip()
    return f" (process {int(number)})" if number.isdigit() else ""
