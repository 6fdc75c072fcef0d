"""A process that has imported everything, and has a child take a write whenever it is told to.

In: the write's name and the folder, as JSON. Out: `ready PID`; after a line in, what became of
each step; after another line in, the same of all steps taken once more; `ended STATUS`.
"""

import ctypes
import json
import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.fakes.failing_disk import FailingDisk
from tests.faults.kept import Kept
from tests.faults.writes import WRITES, Step, Write

PR_SET_PTRACER = 0x59616D61  # linux/prctl.h
PR_SET_PTRACER_ANY = ctypes.c_ulong(-1)


def allow_tracing() -> None:
    """By a process that is no ancestor, where the kernel asks for that (Yama)."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0)


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def hear() -> str:
    """A line, not a byte more: the child reads on where the parent stopped."""
    heard = b""
    while not heard.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(0)
        heard += byte
    return heard.decode()


def raise_children() -> None:
    """Until standard input ends."""
    logging.disable()
    while True:
        name, folder = json.loads(hear())
        child = os.fork()
        if child == 0:
            live(WRITES[name], Path(folder))
        _, status = os.waitpid(child, 0)
        tell("ended", os.waitstatus_to_exitcode(status))


def live(write: Write, folder: Path) -> None:
    """What the child does; it never returns."""
    allow_tracing()
    disk = FailingDisk()
    kept = Kept(folder, disk)
    tell("ready", os.getpid())
    hear()
    tell_all(group(kept, disk, write.steps))
    hear()
    tell_all(outcome(kept, step) for step in write.steps)
    os._exit(0)


def tell_all(outcomes: Iterator[str]) -> None:
    for number, said in enumerate(outcomes):
        tell(said, number)
    tell("done")


def group(kept: Kept, disk: FailingDisk, steps: tuple[Step, ...]) -> Iterator[str]:
    """The first step alone, all others together while that is written."""
    if len(steps) == 1:
        yield outcome(kept, steps[0])
        return
    disk.open_gate.clear()
    with ThreadPoolExecutor(len(steps)) as pool:
        first = pool.submit(outcome, kept, steps[0])
        disk.waits_at_gate.wait()
        others = []
        for count, step in enumerate(steps[1:], 1):
            others.append(pool.submit(outcome, kept, step))
            while kept.comments.waiting < count:
                Event().wait(0.001)
        disk.open_gate.set()
        for future in (first, *others):
            yield future.result()


def outcome(kept: Kept, step: Step) -> str:
    """`acknowledged`, or the name of the error."""
    try:
        step(kept)
    except Exception as error:
        return type(error).__name__
    return "acknowledged"


if __name__ == "__main__":
    raise_children()
