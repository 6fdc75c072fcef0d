"""Puts a finished site in the place of the old one, so that nobody ever sees half of it."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from practice.parallel import in_parallel

_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process works in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fresh_folder(site: Path) -> Path:
    """An empty folder beside `site`, on the same file system, to build into."""
    folder = site.parent / f".{site.name}-new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def swap(fresh: Path, site: Path) -> None:
    """Exchange the two folders in one step where the system can, else in two; drop the old one."""
    old = fresh
    if not site.exists():
        fresh.rename(site)
        return
    if not _exchange(fresh, site):
        old = site.parent / f".{site.name}-old"
        shutil.rmtree(old, ignore_errors=True)
        site.rename(old)
        fresh.rename(site)
    _drop(old)


def _drop(folder: Path) -> None:
    """Delete it, its own folders side by side: each language has a thousand files."""
    in_parallel([partial(shutil.rmtree, path, ignore_errors=True) for path in folder.glob("*/")])
    shutil.rmtree(folder, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    done: int = rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _EXCHANGE)
    return done == 0
