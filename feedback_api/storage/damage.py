"""What to tell the operator about a file that cannot be trusted."""

import errno
import json
from pathlib import Path
from typing import NoReturn

import msgspec

from feedback_api.domain.errors import StoreDamaged
from feedback_api.storage.file_system import FileSystem

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_UNREADABLE = {
    errno.ELOOP: "is a symbolic link, and only ordinary files are trusted",
    errno.EINVAL: "is not an ordinary file",
    errno.ENXIO: "is not an ordinary file",
}


def damaged(path: Path, what: str) -> StoreDamaged:
    """The refusal: the file, what is wrong with it, and the way out."""
    return StoreDamaged(
        f"{path} {what}. The file was left as it is and the service did not start. "
        "To restore: run `python -m feedback_api restore BACKUP` with your latest backup; it says "
        "first what would be lost. Or put an earlier copy of just this file back. Then start again."
    )


def read_whole(files: FileSystem, path: Path) -> bytes:
    """The content of a file that holds something. Raises StoreDamaged."""
    try:
        content = files.read(path)
    except OSError as error:
        reason = _UNREADABLE.get(error.errno or 0, f"cannot be read: {error.strerror}")
        raise damaged(path, reason) from error
    if not content or content.isspace():
        raise damaged(path, "is empty")
    if content.startswith(_BYTE_ORDER_MARKS):
        raise damaged(path, "starts with a byte order mark, which an editor must have added")
    return content


NOT_DECODED = (ValueError, RecursionError)
"""What decoders raise: msgspec.DecodeError and UnicodeDecodeError are ValueErrors."""


def refuse_shape(path: Path, error: Exception) -> NoReturn:
    """Say what the decoder found. Raises StoreDamaged."""
    if isinstance(error, msgspec.ValidationError):
        raise damaged(path, f"does not hold what this service writes: {error}") from error
    raise damaged(path, f"is not JSON, or only a part of it: {error}") from error


def refuse_repeated_keys(path: Path, content: bytes) -> None:
    """Raises StoreDamaged if a name stands twice in one object, or a number is none.

    Decoders keep the last of both, and a comment would be gone.
    """
    try:
        json.loads(content, object_pairs_hook=_unique, parse_constant=_no_number)
    except NOT_DECODED as error:
        raise damaged(path, f"is not JSON that can be trusted: {error}") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return names


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
