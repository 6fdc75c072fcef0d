"""A data folder as source, which is not touched at all, or as target, which is there at once."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from feedback_api.backups.members import KEY_FILE, names_in
from feedback_api.backups.start_check import check_folder
from feedback_api.backups.unfinished import refuse_unfinished_restore
from feedback_api.domain.errors import StartRefused, StoreLocked
from feedback_api.moving.contents import (
    COMMENTS,
    IN_FILES,
    NAMES,
    WORDINGS,
    Contents,
    comment_key,
)
from feedback_api.services.webhook_attempts import WebhookRecord
from feedback_api.storage.comment_document import decode_comment
from feedback_api.storage.comment_shelves import CommentShelves
from feedback_api.storage.deliveries_file import DeliveriesFile
from feedback_api.storage.documents import Form
from feedback_api.storage.documents_file import numbered, read_table
from feedback_api.storage.file_system import (
    OperatingSystemFiles,
    make_folder_durably,
    replace_durably,
)
from feedback_api.storage.kept_deliveries import FORM as DELIVERIES
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.segment import SCHEMA, SEGMENT_LIMIT, Header, Shelf, open_segments
from feedback_api.storage.tables_file import encode_tables
from feedback_api.storage.wording_document import canonical_wording, decode_wording, name_of

_STAGED = ".moving"
_MARK = ".moved-from"
_KNOWN = {KEY_FILE, "deliveries.json", *(f"{form.table}.json" for form in IN_FILES)}


@contextmanager
def held_still(folder: Path) -> Iterator[None]:
    """No service runs on it meanwhile; nothing is written, the number in the lock neither.

    Raises StoreLocked.
    """
    try:
        handle = os.open(folder / "lock", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:  # no service ever ran on it
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StoreLocked(f"{folder} is in use: stop the service, then move it.") from None
    try:
        yield
    finally:
        os.close(handle)


def read_folder(folder: Path) -> Contents:
    """Everything, checked as at a start; nothing is written. Raises StartRefused."""
    if not folder.is_dir():
        return {name: {} for name in NAMES}
    refuse_unfinished_restore(folder)
    files = ReadOnlyFiles()
    unknown = [name for name in names_in(folder) if "/" not in name and name not in _KNOWN]
    if unknown:
        raise StartRefused(
            f"{folder} holds {', '.join(unknown)}, which this release cannot move. "
            "Nothing was changed."
        )
    check_folder(folder, files)
    comments = CommentShelves(folder, files).in_order()
    record = DeliveriesFile(folder, files).read()
    is_told = record != WebhookRecord()
    return {
        COMMENTS: {comment_key(decode_comment(one)): one for one in comments},
        WORDINGS: _wordings(folder, files),
        **{form.table: _small(folder, form, files) for form in IN_FILES},
        DELIVERIES.table: {DELIVERIES.key(record): DELIVERIES.encode(record)} if is_told else {},
    }


def secret_in(folder: Path) -> str | None:
    """The one kept beside the comments."""
    path = folder / KEY_FILE
    return path.read_text("ascii", "replace").strip() if path.is_file() else None


def refuse_target(folder: Path, mark: str) -> None:
    """Raises StartRefused for a folder, or a half-done move, that this one would spoil."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise StartRefused(
            f"{folder} is not empty: name a folder that is not there yet. Nothing was changed."
        )
    staged = _staged(folder)
    if _holds_something(staged) and _read_mark(staged) != mark:
        raise StartRefused(
            f"{staged} is left of moving something else into {folder}. Look what it is, and "
            "remove it. Nothing was changed."
        )


def write_folder(folder: Path, contents: Contents, mark: str) -> None:
    """All of it under another name, then under its own. Raises StartRefused, OSError."""
    files = OperatingSystemFiles()
    staged = _staged(folder)
    make_folder_durably(files, staged)
    replace_durably(files, staged / _MARK, mark.encode())
    for name, content in _files_of(contents):
        path = staged / name
        if not (path.is_file() and path.read_bytes() == content):  # it was written before
            make_folder_durably(files, path.parent)
            replace_durably(files, path, content)
    if read_folder(staged) != contents:
        raise StartRefused(
            f"{staged} does not read as what was written: the disk may be broken, or somebody "
            "else wrote there. Remove it and try again."
        )
    with suppress(FileNotFoundError):
        folder.rmdir()
    files.rename(staged, folder)
    files.sync_folder(folder.parent)
    finish(folder)


def finish(folder: Path) -> None:
    """What only an unfinished move needs goes away. Raises OSError."""
    files = OperatingSystemFiles()
    with suppress(FileNotFoundError):
        files.remove(folder / _MARK)
        files.sync_folder(folder)


def _files_of(contents: Contents) -> Iterator[tuple[str, bytes]]:
    """By name within the folder, as the service itself would have written them."""
    by_cycle: dict[str, list[bytes]] = {}
    for key, document in contents[COMMENTS].items():
        by_cycle.setdefault(key.partition("/")[0], []).append(document)
    for cycle, documents in by_cycle.items():
        yield from _segments(cycle, COMMENTS, documents)
    yield from _segments(WORDINGS, WORDINGS, list(contents[WORDINGS].values()))
    for form in IN_FILES:
        if kept := contents[form.table]:
            yield f"{form.table}.json", encode_tables({form.table: numbered(kept.values())})
    for document in contents[DELIVERIES.table].values():
        yield f"{DELIVERIES.table}.json", _deliveries(document)


def _segments(folder: str, table: str, documents: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for number, begin in enumerate(range(0, len(documents), SEGMENT_LIMIT)):
        header = Header(schema=SCHEMA, folder=folder, number=number)
        tables = {
            "segment": {"1": msgspec.json.encode(header)},
            table: numbered(documents[begin : begin + SEGMENT_LIMIT]),
        }
        yield f"{folder}/{number:06}.json", encode_tables(tables)


def _deliveries(document: bytes) -> bytes:
    """As DeliveriesFile has it: a table for each part."""
    parts = msgspec.json.decode(document, type=dict[str, list[msgspec.Raw]])
    return encode_tables(
        {
            name: numbered(bytes(one) for one in parts.get(name, ()))
            for name in ("lines", "erasures", "attempts")
        }
    )


def _small(folder: Path, form: Form[Any], files: ReadOnlyFiles) -> Mapping[str, bytes]:
    path = folder / f"{form.table}.json"
    if not path.exists():
        return {}
    records = read_table(path, form.table, form.decode, files)
    return {form.key(record): form.encode(record) for record in records}


def _wordings(folder: Path, files: ReadOnlyFiles) -> Mapping[str, bytes]:
    shelf = Shelf(folder=folder / WORDINGS, table=WORDINGS, canonical=canonical_wording)
    return {
        " ".join(name_of(decode_wording(document))): document
        for segment in open_segments(shelf, files)
        for document in segment.documents.values()
    }


def _staged(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_STAGED}")


def _read_mark(staged: Path) -> str:
    try:
        return (staged / _MARK).read_text("ascii", "replace")
    except OSError:
        return ""


def _holds_something(staged: Path) -> bool:
    """More than what a kill leaves of the mark itself."""
    return staged.exists() and any(not path.name.startswith(".") for path in staged.iterdir())
