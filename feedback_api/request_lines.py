"""The log's line for each request, plain or JSON: put together here, written some at a time.

A record of `logging` for each costs a third of a whole answer. Lines wait for a few milliseconds
in memory, and those that wait at an orderly end are written then.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from feedback_api.log_settings import LogForm
from feedback_api.web.request_log import Answered

_WAIT_SECONDS = 0.005
_MOST_WAITING = 500


class RequestLines:
    """A RequestLog; used by the thread of the event loop alone."""

    def __init__(
        self, stream: TextIO, form: LogForm, *, clock: Callable[[], float] = time.time
    ) -> None:
        """`clock`: seconds since 1970."""
        self._stream = stream
        self._line = _json_line if form is LogForm.JSON else _plain_line
        self._clock = clock
        self._waiting: list[str] = []
        self._second = (0, "")
        self._is_closed = False

    def tell(self, told: Answered) -> None:
        """See RequestLog."""
        self._waiting.append(self._line(self._time(), told))
        if len(self._waiting) == 1 and not self._is_closed:
            asyncio.get_running_loop().call_later(_WAIT_SECONDS, self._write)
        elif self._is_closed or len(self._waiting) >= _MOST_WAITING:
            self._write()

    def close(self) -> None:
        """Write what waits; from now on each line is written at once."""
        self._is_closed = True
        self._write()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            with suppress(OSError, ValueError):  # a full disk, a pipe without reader: readers go on
                self._stream.write("".join(waiting))
                self._stream.flush()

    def _time(self) -> str:
        """UTC, as log_lines.InUtc writes it."""
        now = self._clock()
        second, written = self._second
        if int(now) != second:
            written = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            self._second = (int(now), written)
        return f"{written}.{int(now * 1000) % 1000:03}Z"


def _plain_line(at: str, told: Answered) -> str:
    request_id, method, _, path, status, milliseconds = told
    return f"{at} {method} {path} {status} {milliseconds}ms {request_id}\n"


def _json_line(at: str, told: Answered) -> str:
    request_id, method, route, _, status, milliseconds = told
    line = {
        "time": at,
        "level": "INFO",
        "message": "answered",
        "request_id": request_id,
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": milliseconds,
    }
    return f"{json.dumps(line)}\n"
