"""Keeps one cause from filling the log: the same message a few times a minute, then a count."""

import logging
import threading
import time
from collections.abc import Callable

from feedback_api.background import where

_AT_MOST = 5
_WINDOW_SECONDS = 60.0


class Restraint(logging.Filter):
    """Lets five alike through in a minute, and says with the next one how many it kept back.

    Alike are those of one logger and one text before anything is filled in; errors, of one line.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See logging.Filter."""
        if record.levelno < logging.WARNING:
            return True
        alike = (record.name, str(record.msg), _origin(record))
        now = self._clock()
        with self._lock:
            began, count = self._seen.get(alike, (now, 0))
            if now - began < _WINDOW_SECONDS:
                self._seen[alike] = (began, count + 1)
                return count < _AT_MOST
            self._seen[alike] = (now, 1)
        if count > _AT_MOST:
            record.msg = f"{record.msg} ({count - _AT_MOST} more like this were not written.)"
        return True


def _origin(record: logging.LogRecord) -> str:
    """Where an error came from; "" without one."""
    error = record.exc_info[1] if record.exc_info else None
    return where(error) if error else ""
