"""The disk under a data folder whose changes stand still while somebody looks at all of it.

A change shows when its file is renamed into place: just that is held up, for as long as it takes to
open every file. The lock is on the folder itself, so that a full or read-only disk has it, too.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.measured import NO_WATCH, StoreWatch

_log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 0.001


class StoreFiles(OperatingSystemFiles):
    """See FileSystem; for everything that changes the data folder `folder`."""

    def __init__(
        self,
        folder: Path,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
        *,
        watch: StoreWatch = NO_WATCH,
    ) -> None:
        """Whoever looks must not stop the service for good: a stopped process holds its lock."""
        self._folder = folder
        self._longest_wait_seconds = longest_wait_seconds
        self._watch = watch

    def rename(self, source: Path, target: Path) -> None:
        """See FileSystem."""
        handle = _opened(self._folder)
        try:
            self._wait_for_turn(handle)
            super().rename(source, target)
        finally:
            if handle is not None:
                os.close(handle)

    def _flush(self, handle: int) -> None:
        begun = time.perf_counter()
        super()._flush(handle)
        self._watch.flushed(time.perf_counter() - begun)

    def _wait_for_turn(self, handle: int | None) -> None:
        until = time.monotonic() + self._longest_wait_seconds
        while handle is not None and not _lock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB):
            if time.monotonic() >= until:
                _log.warning("%s was held still for too long; it is changed now", self._folder)
                return
            time.sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def standing_still(folder: Path) -> Iterator[None]:
    """No file of the folder changes meanwhile, where locks work: whoever looks checks that."""
    handle = _opened(folder)
    try:
        if handle is not None:
            _lock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _opened(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None


def _lock(handle: int, kind: int) -> bool:
    """False while another process has it; a disk without locks counts as one nobody holds."""
    try:
        fcntl.flock(handle, kind)
    except BlockingIOError:
        return False
    except OSError as error:
        _log.debug("No lock on a folder here: %s", error)
    return True
