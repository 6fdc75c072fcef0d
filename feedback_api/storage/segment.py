"""A folder of TinyDB files of at most 250 documents each, so that a write costs one small file."""

import logging
import re
import sys
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from feedback_api.domain.errors import StoreReadOnly
from feedback_api.storage.checked_note import SegmentNote, as_bytes, digest_of
from feedback_api.storage.damage import (
    NOT_DECODED,
    damaged,
    read_whole,
    refuse_repeated_keys,
    refuse_shape,
)
from feedback_api.storage.file_system import FileSystem, store_error
from feedback_api.storage.tables_file import (
    AtomicStorage,
    Tables,
    decode_tables,
    encode_tables,
)

_log = logging.getLogger(__name__)

SCHEMA = 1
SEGMENT_LIMIT = 250
_NAME = re.compile(r"[0-9]{6}\.json")
_LEFTOVER = re.compile(r"\.[0-9]{6}\.json\.tmp")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")

Canonical = Callable[[bytes], bytes]
"""Checks one document and gives it as this service would write it.

Raises one of NOT_DECODED.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a folder of segments holds: the TinyDB table's name, and how its documents look."""

    folder: Path
    table: str
    canonical: Canonical


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one document of table "segment": a file put elsewhere or renamed is noticed."""

    schema: int
    folder: str
    number: int


class Segment:
    """One file; several threads may read, one writes."""

    _next_number: int | None

    def __init__(
        self,
        shelf: Shelf,
        number: int,
        *,
        files: FileSystem,
        tables: Tables,
        is_noted: bool = False,
    ) -> None:
        """`tables` are the file's content, empty for a file not yet written.

        `is_noted`: they were cut out by a note that told of this very content.
        """
        self.is_noted = is_noted
        self.shelf = shelf
        self.number = number
        self.path = shelf.folder / f"{number:06}.json"
        self._files = files
        self._unchecked: set[str] = set()
        self._open(tables)

    @property
    def documents(self) -> Mapping[str, bytes]:
        """By document number, as the last successful write left them."""
        return self._storage.tables[self.shelf.table]

    @property
    def next_number(self) -> int:
        """Of the next document; counted when it is needed, which it is of few."""
        if self._next_number is None:
            self._next_number = max(map(int, self.documents), default=0) + 1
        return self._next_number

    @property
    def is_full(self) -> bool:
        """Whether inserts go to the next segment."""
        return len(self.documents) >= SEGMENT_LIMIT

    @property
    def name(self) -> str:
        """By which a note knows it."""
        return _name(self.shelf, self.number)

    def note(self) -> SegmentNote:
        """Of the file as it was written last, once what was put into it since is checked, too.

        Raises one of NOT_DECODED.
        """
        for number in tuple(self._unchecked):
            if self.shelf.canonical(self.documents[number]) != self.documents[number]:
                raise ValueError(f"document {number} is not as it is read")
            self._unchecked.discard(number)
        content = encode_tables(self._storage.tables)
        numbers, begins, ends = array("I"), array("I"), array("I")
        at = content.index(b'\n"%b":{\n' % self.shelf.table.encode()) + 1
        for number, document in self.documents.items():
            at = content.index(b'\n"%b":' % number.encode(), at) + len(number) + 4
            numbers.append(int(number))
            begins.append(at)
            at += len(document)
            ends.append(at)
            if content[begins[-1] : at] != document:
                raise ValueError(f"document {number} is not where it should be")
        digest = digest_of(self.name, content)
        return SegmentNote(digest, as_bytes(numbers), as_bytes(begins), as_bytes(ends))

    def put(self, documents: Mapping[int, bytes]) -> None:
        """Insert or replace, durably. Raises OSError; `reread` before anything else then."""
        if self.number == 0 and not self.documents:
            # also when the folder is there: flushing it may have failed the last time
            self._files.make_folder(self.shelf.folder)
            self._files.sync_folder(self.shelf.folder.parent)
        tables = self._storage.read()
        # all files number their documents alike: one string each for all of them
        named = {sys.intern(str(number)): document for number, document in documents.items()}
        tables[self.shelf.table].update(named)
        self._storage.write(tables)
        self._unchecked.update(named)
        self._next_number = max(self.next_number, max(documents) + 1)

    def reread(self) -> None:
        """Trust the disk, not memory, after a failed write.

        What got there without being acknowledged is written once more: it was seen in the disk's
        cache, and a flush that failed once may claim success the next time. Raises OSError, and
        StoreDamaged, also when documents are gone; then nothing changes here.
        """
        if not self.documents and not self.path.exists():
            return
        content = read_whole(self._files, self.path)
        tables = _checked_tables(self.shelf, self.number, self.path, content)
        lost = self.documents.keys() - tables[self.shelf.table].keys()
        if lost:
            raise damaged(self.path, f"has lost documents {', '.join(sorted(lost))}")
        if tables[self.shelf.table] != self.documents:
            AtomicStorage(self.path, files=self._files, tables=tables).write(tables)
            self._open(tables)

    def _open(self, tables: Tables) -> None:
        header = Header(schema=SCHEMA, folder=self.shelf.folder.name, number=self.number)
        full = {"segment": {"1": msgspec.json.encode(header)}, self.shelf.table: {}, **tables}
        self._storage = AtomicStorage(self.path, files=self._files, tables=full)
        self._next_number = None


def open_segments(
    shelf: Shelf, files: FileSystem, *, known: Mapping[str, SegmentNote] | None = None
) -> list[Segment]:
    """All segments of a folder in order, each checked; none if there is no folder yet.

    `known`: of those that were checked, and need not be again where they are as they were.
    Raises StoreDamaged. Leftovers of a crash are removed, other strangers are left alone.
    """
    if shelf.folder.is_symlink():
        raise damaged(shelf.folder, "is a symbolic link, and only ordinary folders are trusted")
    if not shelf.folder.exists():
        return []
    names = sorted(path.name for path in shelf.folder.iterdir())
    _clear(shelf.folder, names, files)
    _flush(shelf.folder, files)
    segments: list[Segment] = []
    for name in filter(_NAME.fullmatch, names):
        number = int(name.removesuffix(".json"))
        if number != len(segments):
            missing = shelf.folder / f"{len(segments):06}.json"
            raise damaged(missing, f"is missing, though there is {name}")
        path = shelf.folder / name
        content = read_whole(files, path)
        note = known.get(_name(shelf, number)) if known else None
        is_noted = note is not None and digest_of(_name(shelf, number), content) == note.digest
        if note is not None and is_noted:
            tables = {shelf.table: _cut(content, note)}
        else:
            tables = _checked_tables(shelf, number, path, content)
        segments.append(Segment(shelf, number, files=files, tables=tables, is_noted=is_noted))
    return segments


def _flush(folder: Path, files: FileSystem) -> None:
    """Whoever died before flushing may have left files that only the disk's cache knows.

    Retries are answered from what is read here, so it must be as durable as what is written.
    """
    try:
        files.sync_folder(folder)
    except OSError as error:
        if not isinstance(store_error(error), StoreReadOnly):
            raise damaged(folder, f"cannot be flushed: {error.strerror}") from error


def _clear(folder: Path, names: list[str], files: FileSystem) -> None:
    for name in names:
        if _LEFTOVER.fullmatch(name):
            try:
                files.remove(folder / name)
            except OSError as error:
                _log.warning("%s could not be removed: %s", folder / name, error)
        elif not _NAME.fullmatch(name):
            _log.warning("%s is none of the service's files and is not read", folder / name)


def _name(shelf: Shelf, number: int) -> str:
    return f"{shelf.folder.name}/{number}"


class _Numbers(dict[int, str]):
    """As tables name their documents; all files number theirs alike."""

    def __missing__(self, number: int) -> str:
        self[number] = name = sys.intern(str(number))
        return name


_NUMBERS = _Numbers()


def _cut(content: bytes, note: SegmentNote) -> dict[str, bytes]:
    """The documents of a file that is as it was when the note was made."""
    numbers, begins, ends = (array("I") for _ in range(3))
    for read, into in ((note.numbers, numbers), (note.begins, begins), (note.ends, ends)):
        into.frombytes(read)
    return {
        _NUMBERS[number]: content[begin:end]
        for number, begin, end in zip(numbers, begins, ends, strict=True)
    }


def _checked_tables(shelf: Shelf, number: int, path: Path, content: bytes) -> Tables:
    """What a segment holds. Raises StoreDamaged."""
    try:
        tables = decode_tables(content)
    except NOT_DECODED as error:
        refuse_shape(path, error)
    if set(tables) != {"segment", shelf.table}:
        held = ", ".join(sorted(tables)) or "none"
        raise damaged(path, f"holds the tables {held}, not segment and {shelf.table}")
    _check_header(shelf, number, path, tables["segment"])
    documents = {
        name: _checked(shelf, path, name, document)
        for name, document in tables[shelf.table].items()
    }
    checked = {"segment": tables["segment"], shelf.table: documents}
    if encode_tables(checked) != content:  # some other hand wrote it: look closer
        refuse_repeated_keys(path, content)
    return checked


def _check_header(shelf: Shelf, number: int, path: Path, table: Mapping[str, bytes]) -> None:
    if list(table) != ["1"]:
        raise damaged(path, "does not say which segment it is")
    try:
        schema = msgspec.json.decode(table["1"], type=_Schema).schema
        if schema != SCHEMA:
            raise damaged(
                path, f"has schema version {schema}; this release of the service knows {SCHEMA}"
            )
        header = msgspec.json.decode(table["1"], type=Header)
    except NOT_DECODED as error:
        refuse_shape(path, error)
    if (header.folder, header.number) != (shelf.folder.name, number):
        said = f"{header.folder}/{header.number:06}.json"
        raise damaged(path, f"says it is {said}: it was moved or renamed")


class _Schema(msgspec.Struct):
    schema: int


def _checked(shelf: Shelf, path: Path, name: str, document: bytes) -> bytes:
    if not _NUMBER.fullmatch(name):
        raise damaged(path, f"has a document number {name!r}")
    try:
        return shelf.canonical(document)
    except NOT_DECODED as error:
        raise damaged(path, f"holds something wrong in document {name}: {error}") from error
