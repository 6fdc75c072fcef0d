"""An editor changes a wording before it is applied, in the editor that git opens."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from practice.apply_bench import Edit
from practice.apply_document import PATH, DecidedComment
from practice.apply_git import Clone
from practice.apply_refusal import ApplyRefusedError, RefusalCode


def editor_of(clone: Clone) -> Edit:
    """Raises ApplyRefusedError, as what comes back does.

    What was typed stays in its file, and is there again at the next try, until it is committed.
    """
    command = clone.editor()

    def edit(comment: DecidedComment, wording: str) -> str:
        path = _path(clone.root, comment)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Nobody else on the machine is to read what may be for reviewers alone.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(f"{wording}\n".encode())
        done = subprocess.run(["sh", "-c", f'{command} "$@"', command, str(path)], check=False)
        if done.returncode:
            message = f"{command} ended with {done.returncode}."
            raise ApplyRefusedError(RefusalCode.EDIT_ABANDONED, message)
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"{path}: {error.__class__.__name__}"
            raise ApplyRefusedError(RefusalCode.EDIT_ABANDONED, message) from error

    return edit


def forget_edited(root: Path, comments: Iterable[DecidedComment]) -> None:
    """Their wordings are in the history now."""
    for comment in comments:
        _path(root, comment).unlink(missing_ok=True)


def _path(root: Path, comment: DecidedComment) -> Path:
    return root / PATH.parent / f"{comment.id}.md"
