"""All files of a data folder as they were at one moment, while the service goes on writing.

Every file is replaced as a whole, so an open one stays what it was. Renames stand still while all
are opened; that each is still in its place afterwards proves that there was such a moment.
"""

import errno
import os
import resource
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feedback_api.backups.members import Members, names_in
from feedback_api.domain.errors import BackupRefused
from feedback_api.storage.store_files import standing_still

_TRIES = 100
_TOO_MANY = frozenset({errno.EMFILE, errno.ENFILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The members, and a moment before which everything acknowledged is in them."""

    taken_at: datetime
    members: Members


def take_snapshot(folder: Path) -> Snapshot:
    """Raises BackupRefused where something cannot be read."""
    _open_as_many_as_allowed()
    for _ in range(_TRIES):
        taken_at = datetime.now(UTC)
        with ExitStack() as opened:
            try:
                with standing_still(folder):
                    handles = {name: _open(folder / name, opened) for name in names_in(folder)}
                    is_one_moment = _are_still_there(folder, handles)
                if is_one_moment:
                    members = {name: _read(handle) for name, handle in handles.items()}
                    return Snapshot(taken_at=taken_at, members=members)
            except FileNotFoundError:
                if not folder.is_dir():
                    raise BackupRefused(
                        f"{folder} is not there: nothing can be backed up. "
                        "Is FEEDBACK_STORE the one that the service uses?"
                    ) from None
            except OSError as error:
                raise _unreadable(error, folder) from error
    raise BackupRefused(
        f"{folder} kept changing while it was read, and its disk knows no locks. "
        "No backup was made: stop the service, or keep the data on a local disk."
    )


def _open(path: Path, opened: ExitStack) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    opened.callback(os.close, handle)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError(errno.EINVAL, "not an ordinary file", str(path))
    return handle


def _are_still_there(folder: Path, handles: dict[str, int]) -> bool:
    """An inode that is open is not given to another file."""
    return names_in(folder) == sorted(handles) and all(
        (folder / name).lstat().st_ino == os.fstat(handle).st_ino
        for name, handle in handles.items()
    )


def _read(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


def _open_as_many_as_allowed() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _unreadable(error: OSError, folder: Path) -> BackupRefused:
    if error.errno in _TOO_MANY:
        return BackupRefused(
            f"{folder} has more files than may be open at once; raise the limit (ulimit -Hn)."
        )
    return BackupRefused(
        f"{error.filename or folder} cannot be read: {error.strerror}. No backup was made."
    )
