"""What the disk itself can do, and a disk that flushes slowly."""

import os
import subprocess
import time
from pathlib import Path
from statistics import median

from bench.programs import program

SLOW_FLUSH_MS = 4.0
_SOURCE = Path(__file__).with_name("slow_flush.c")
_APPENDED = 4096


def flushes_a_second(folder: Path, seconds: float) -> float:
    """Of a file that grows by 4 KB each time."""
    path = folder / "flushed"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    flushes, begun = 0, time.perf_counter()
    try:
        while time.perf_counter() - begun < seconds:
            os.write(handle, b"x" * _APPENDED)
            os.fsync(handle)
            flushes += 1
        return flushes / (time.perf_counter() - begun)
    finally:
        os.close(handle)
        path.unlink()


def replace_ms(folder: Path, size: int, seconds: float) -> float:
    """The median of atomic replaces: a new file, flushed, renamed over the old, folder flushed."""
    path, staged = folder / "replaced", folder / ".replaced.new"
    content, took = b"x" * size, []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.perf_counter()
        _write(staged, content)
        staged.rename(path)
        _flush_folder(folder)
        took.append((time.perf_counter() - begun) * 1000)
    path.unlink()
    return median(took)


def slow_flush(folder: Path) -> dict[str, str]:
    """The environment of a process for which each flush takes 4 ms. Raises MissingProgram."""
    library = folder / "slow_flush.so"
    if not library.exists():
        command = [program("cc", "gcc"), "-O2", "-shared", "-fPIC", "-o", str(library)]
        subprocess.run([*command, str(_SOURCE), "-ldl"], check=True)
    return {
        "LD_PRELOAD": str(library),
        "SLOW_FLUSH_MICROSECONDS": f"{SLOW_FLUSH_MS * 1000:.0f}",
    }


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
