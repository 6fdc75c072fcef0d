"""Runs another program: no shell, no environment of ours, and an end in time."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_AFTER_ALL_SECONDS = 15.0


class TookTooLong(Exception):
    """It was ended, with everything it had started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a program ended; `told` is what it wrote beside its answer."""

    status: int
    answer: bytes
    told: str


class Deadline:
    """One end for everything that a piece of work starts."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds. Raises TookTooLong where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TookTooLong
        return left

    def extended(self) -> "Deadline":
        """A little more, to find out how things stand after the end."""
        return Deadline(_AFTER_ALL_SECONDS)


def run(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], deadline: Deadline
) -> Done:
    """Run it in `folder`. Raises TookTooLong, OSError."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            answer, told = process.communicate(timeout=deadline.left())
        except BaseException as error:
            # Its children, too: git's ssh would otherwise wait for ever.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise TookTooLong from None
            raise
    return Done(status=process.returncode, answer=answer, told=told.decode("utf-8", "replace"))
