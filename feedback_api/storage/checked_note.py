"""What a store leaves when it stops: the index of its comments, so that a start need not make it.

Each segment is told by SHA-256 over its name and all its bytes: the same bytes would pass the same
checks, and be found by the same index. The note is there only while no service runs: a start takes
it away before anything can change, so that nothing in it outlives what is erased. See ADR 16.
"""

import hashlib
import logging
import secrets
import sys
from array import array
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from feedback_api.storage.comment_document import CommentDocument
from feedback_api.storage.file_system import FileSystem, replace_durably, temporary

NAME = ".checked"
_MADE_BY = (
    "bitmap",
    "checked_note",
    "comment_columns",
    "comment_document",
    "comment_entry",
    "comment_index",
    "comment_shelves",
    "facets",
    "key_table",
    "query_filters",
    "segment",
)
"""The modules that check a comment, and make the index: another text of one is another note."""
_DIGEST_BYTES = 32
_log = logging.getLogger(__name__)


Bytes = memoryview
"""What is read is not copied: after a start nothing of it is left in memory."""
NOTHING = Bytes(b"")
Value = str | bool | None
"""One that a filter asks for."""


class SegmentNote(msgspec.Struct, frozen=True, gc=False):
    """One file: what it holds, and where in it each document begins and ends (32 bits each)."""

    digest: Bytes
    numbers: Bytes
    begins: Bytes
    ends: Bytes


class FilterNote(msgspec.Struct, frozen=True, gc=False):
    """Which positions have one value: one bit each, or 32 where they are few."""

    value: Value
    bits: Bytes = NOTHING
    positions: Bytes = NOTHING


class ShownNote(msgspec.Struct, frozen=True, gc=False):
    """The positions that readers may see in a section."""

    page: str
    section: str
    positions: Bytes


class IndexNote(msgspec.Struct, frozen=True, kw_only=True):
    """All that finds comments, by their positions; a place is a segment's rank in the note."""

    orders: Bytes
    places: Bytes
    ids: Bytes
    receipts: Bytes
    idempotency_keys: Bytes
    erased: list[bytes]
    merged: list[tuple[bytes, bytes]]
    filters: list[list[FilterNote]]
    filtered_erased: Bytes
    shown: list[ShownNote]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """`segments` by cycle and number, in the order of their ranks."""

    segments: dict[str, SegmentNote]
    index: IndexNote


def as_bytes(numbers: "array[int]") -> Bytes:
    """As they stand in memory; a note is read where it was made."""
    return Bytes(numbers.tobytes())


def digest_of(named: str, content: bytes) -> Bytes:
    """Of one segment, as it stands in its folder."""
    hashed = hashlib.sha256(named.encode() + b"\n")
    hashed.update(content)
    return Bytes(hashed.digest())


def take_note(folder: Path, files: FileSystem) -> Note | None:
    """It is gone then. None where it is missing, damaged, another release's, or cannot be removed.

    Nothing of it is used before each segment was read and found to be the one it tells of.
    """
    path = folder / NAME
    left = b""
    try:
        with suppress(FileNotFoundError):
            left = files.read(path)
        if drop_note(folder, files):
            files.sync_folder(folder)
    except OSError as error:
        _log.warning("%s cannot be taken away (%s); everything is checked", path, error)
        return None
    note = memoryview(left)[_DIGEST_BYTES:]
    if left[:_DIGEST_BYTES] != _signed(note):
        return None
    try:
        return msgspec.msgpack.decode(note, type=Note)
    except msgspec.DecodeError:
        return None


def drop_note(folder: Path, files: FileSystem) -> bool:
    """Whether there was one, or a part of one; for whoever changes the folder. Raises OSError."""
    path = folder / NAME
    found = [one for one in (path, temporary(path)) if one.is_symlink() or one.exists()]
    for one in found:
        files.remove(one)
    return bool(found)


def leave_note(folder: Path, files: FileSystem, note: Note) -> None:
    """For the next start, which does without it where it cannot be written."""
    encoded = msgspec.msgpack.encode(note)
    try:
        replace_durably(files, folder / NAME, _signed(encoded) + encoded)
    except OSError as error:
        _log.warning("%s cannot be written (%s); the next start checks all", folder / NAME, error)


def _signed(note: bytes | Bytes) -> bytes:
    hashed = hashlib.sha256(_makers())
    hashed.update(note)
    return hashed.digest()


@cache
def _makers() -> bytes:
    """Names who checked and who made it: fields and their values, the decoder, and this code."""
    made_on = f"{msgspec.__version__} {sys.byteorder}".encode()
    fields = msgspec.json.encode(msgspec.json.schema(CommentDocument))
    here = Path(__file__).parent
    try:
        code = [here.joinpath(f"{name}.py").read_bytes() for name in _MADE_BY]
    except OSError:  # installed without it: nobody can tell, so no note is believed
        code = [secrets.token_bytes()]
    return hashlib.sha256(b"\0".join([made_on, fields, *code])).digest()
