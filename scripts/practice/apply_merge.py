"""Brings a suggestion and later changes of the same section together, where they do not touch."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from practice.apply_bytes import plain_lines

_ERROR = 128


class MergeConflictError(Exception):
    """Both have changed the same sentences, or neighbouring ones."""


def merged(base: str, *, ours: str, theirs: str) -> str:
    """`ours` with what `theirs` changed of `base`, line by line: one sentence is one line.

    Git merges, and is careful: changes of neighbouring lines are a conflict. Raises
    MergeConflictError.
    """
    base, ours, theirs = plain_lines(base), plain_lines(ours), plain_lines(theirs)
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    with TemporaryDirectory() as name:
        paths = [Path(name, part) for part in ("ours", "base", "theirs")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(f"{text}\n".encode())
        command = ["git", "merge-file", "-p", "--quiet", *map(str, paths)]
        done = subprocess.run(command, cwd=name, capture_output=True, check=False)
    if done.returncode < 0 or done.returncode >= _ERROR:
        raise OSError(done.stderr.decode("utf-8", "replace").strip() or "git merge-file failed")
    if done.returncode:
        raise MergeConflictError
    return plain_lines(done.stdout.decode("utf-8"))
