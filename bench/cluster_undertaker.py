"""Takes a cluster down once whoever set it up is gone, however that went: it waits at a pipe.

`python -m bench.cluster_undertaker FOLDER` reads its standard input to the end, ends every process
that runs in FOLDER or was told of it, and removes FOLDER. Nobody else's process names that folder,
which is new for each run.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "practice-cluster-"
_SECONDS = 20.0
_TOLD_BY = ("cmdline", "environ")


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """A new folder; what was started for it ends, and it goes, also when this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o755)
    undertaker = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,  # what ends a whole group of processes must not end this one
    )
    try:
        yield folder
    finally:
        undertaker.communicate()


def processes_of(folder: Path) -> set[int]:
    """Without this one."""
    return {
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and int(process.name) != os.getpid() and _is_of(process, folder)
    }


def bury(folder: Path) -> None:
    """End what belongs to the folder, and remove it."""
    deadline = time.monotonic() + _SECONDS
    while (found := processes_of(folder)) and time.monotonic() < deadline:
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def _is_of(process: Path, folder: Path) -> bool:
    """PostgreSQL writes over its own environment, but it runs in its folder."""
    with suppress(OSError):
        if process.joinpath("cwd").readlink().is_relative_to(folder):
            return True
    for name in _TOLD_BY:
        with suppress(OSError):
            if f"{folder}/".encode() in process.joinpath(name).read_bytes():
                return True
    return False


if __name__ == "__main__":
    sys.stdin.buffer.read()
    bury(Path(sys.argv[1]))
