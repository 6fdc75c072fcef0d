"""The few calls to the disk that durability hangs on, as a port that tests can make fail."""

import contextlib
import errno
import os
import stat
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from feedback_api.domain.errors import StoreError, StoreFailed, StoreFull, StoreReadOnly

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_PATHS_KEPT = 64


class FileSystem(Protocol):
    """Every method raises OSError."""

    def read(self, path: Path) -> bytes:
        """The whole of an ordinary file; ELOOP for a symbolic link, EINVAL for other things."""

    def write(self, path: Path, content: bytes) -> None:
        """Create or empty a file readable by its owner only, fill it and flush it to the disk."""

    def rename(self, source: Path, target: Path) -> None:
        """Put one file in the place of another, at once or not at all."""

    def sync_folder(self, folder: Path) -> None:
        """Flush the folder's own entries to the disk."""

    def remove(self, path: Path) -> None:
        """Remove a file or a symbolic link."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder for its owner only, if it is not there."""


class OperatingSystemFiles:
    """The real disk."""

    def read(self, path: Path) -> bytes:
        """See FileSystem; O_NONBLOCK so that a pipe put there cannot stop the start."""
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.EINVAL, "not an ordinary file", str(path))
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)

    def write(self, path: Path, content: bytes) -> None:
        """See FileSystem."""
        handle = _made_anew(path)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
            self._flush(handle)
        finally:
            os.close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """See FileSystem."""
        source.rename(target)

    def sync_folder(self, folder: Path) -> None:
        """See FileSystem."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._flush(handle)
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        """See FileSystem."""
        path.unlink()

    def make_folder(self, folder: Path) -> None:
        """See FileSystem."""
        folder.mkdir(mode=0o700, exist_ok=True)

    def _flush(self, handle: int) -> None:
        os.fsync(handle)


def _made_anew(path: Path) -> int:
    """An empty file of nobody but its owner, open for writing. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags | os.O_EXCL, 0o600)
    except FileExistsError:
        handle = os.open(path, flags | os.O_TRUNC, 0o600)
    try:
        os.fchmod(handle, 0o600)  # a leftover may have been anybody's
    except OSError:
        os.close(handle)
        raise
    return handle


@lru_cache(_PATHS_KEPT)
def temporary(path: Path) -> Path:
    """Where the next content of a file is written; one name, because there is one writer."""
    return path.with_name(f".{path.name}.tmp")


def replace_durably(files: FileSystem, path: Path, content: bytes) -> None:
    """Give a file new content: the old or the new is there whatever happens, the new on return.

    Raises OSError; then it is unknown which of both is there, and nobody may trust memory.
    """
    staged = temporary(path)
    try:
        files.write(staged, content)
        files.rename(staged, path)
    except OSError:
        with contextlib.suppress(OSError):
            files.remove(staged)
        raise
    files.sync_folder(path.parent)


def make_folder_durably(files: FileSystem, folder: Path) -> None:
    """Make a folder, and those it is in, that a power cut does not take away. Raises OSError."""
    if folder.is_dir():
        return
    make_folder_durably(files, folder.parent)
    files.make_folder(folder)
    files.sync_folder(folder.parent)


def store_error(error: OSError) -> StoreError:
    """What a failed write means to whoever asked for it."""
    if error.errno in _FULL:
        return StoreFull()
    if error.errno in _READ_ONLY:
        return StoreReadOnly()
    return StoreFailed()
