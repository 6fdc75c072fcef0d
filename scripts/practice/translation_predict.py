"""Which translations a branch will leave behind: the working tree held against a commit."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from practice.history_log import git
from practice.text import Code, read_code
from practice.translation_state import Standing, Standings, State, read_locks, standings

_PARTS = ("mkdocs.yml", "docs", "languages")


class BaseUnknownError(Exception):
    """Git does not have the commit to compare with; the text says what to fetch."""


def predict(root: Path, base: str) -> tuple[Standing, ...]:
    """Standings that are worse than at `base`: behind or missing now and better before.

    Raises BaseUnknownError.
    """
    code = read_code(root)
    now = standings(code, read_locks(root, code))
    with checked_out(root, base) as folder:
        code_before = read_code(folder)
        before = standings(code_before, read_locks(folder, code_before))
    return left_behind(code, now, before)


def left_behind(code: Code, now: Standings, before: Standings) -> tuple[Standing, ...]:
    """Those of `now`, the standings of `code`, that are worse than `before`."""
    return tuple(
        standing
        for key, standing in now.items()
        if standing.state is not State.CURRENT and _worse(standing, before.get(key), code)
    )


@contextmanager
def checked_out(root: Path, base: str) -> Iterator[Path]:
    """Text and languages as they were where this branch left `base`, in a temporary folder."""
    commit = git(root, "merge-base", base, "HEAD") or git(
        root, "rev-parse", "--verify", f"{base}^{{commit}}"
    )
    if not commit:
        raise BaseUnknownError(
            f"Git has no commit “{base}” here: name another, or fetch it"
            f" (git fetch --depth=1 origin {base})."
        )
    with unpacked(root, commit.decode().strip()) as folder:
        yield folder


@contextmanager
def unpacked(root: Path, commit: str) -> Iterator[Path]:
    """Text and languages of a commit that git has, in a temporary folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        listed = git(root, "ls-tree", "--name-only", commit, "--", *_PARTS) or b""
        parts = listed.decode().split()
        archive = git(root, "archive", "--format=tar", commit, "--", *parts) or b""
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            _extract(files, folder)
        yield folder


def _worse(standing: Standing, before: Standing | None, code: Code) -> bool:
    if before is None:
        return True
    if before.state is not standing.state:
        return before.state is State.CURRENT or standing.state is State.MISSING
    return (
        standing.ahead is not None
        and before.ahead is not None
        and (standing.ahead.fingerprint != before.ahead.fingerprint)
    )


def _extract(files: tarfile.TarFile, folder: Path) -> None:
    """Regular files only; `extractall(filter=…)` came to Python 3.11 as late as 3.11.4."""
    for member in files.getmembers():
        content = files.extractfile(member) if member.isfile() else None
        if content is not None:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
