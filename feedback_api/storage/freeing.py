"""Gives the room of replaced files back to the disk, in a thread for which nobody waits.

To free a file can take longer than to write one: whoever replaces it would wait for that, and
whoever comes next. A replaced file that is still open is freed when it is closed.
"""

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import SimpleQueue

_HOLDING = getattr(os, "O_PATH", os.O_RDONLY) | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOST_WAITING = 16


class Freeing:
    """For one thread that replaces files; nothing hangs on it, and it raises nothing."""

    def __init__(self, *, most_waiting: int = _MOST_WAITING) -> None:
        """With more than `most_waiting` the block itself frees them: nobody gets ahead of it."""
        self._most_waiting = most_waiting
        self._queue: SimpleQueue[int | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="free-files", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def after(self, paths: Iterable[Path]) -> Iterator[None]:
        """What is at the paths now is freed after the block, if it is replaced there."""
        handles = []
        for path in paths:
            with contextlib.suppress(OSError):  # a new one, or too many are open
                handles.append(os.open(path, _HOLDING))
        try:
            yield
        finally:
            for handle in handles:
                self._free(handle)

    def close(self) -> None:
        """Free what waits."""
        self._queue.put(None)
        self._thread.join()

    def _free(self, handle: int) -> None:
        if self._queue.qsize() < self._most_waiting:
            self._queue.put(handle)
        else:
            _close(handle)

    def _run(self) -> None:
        while (handle := self._queue.get()) is not None:
            _close(handle)


def _close(handle: int) -> None:
    with contextlib.suppress(OSError):
        os.close(handle)
