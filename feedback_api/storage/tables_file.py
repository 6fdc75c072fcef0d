"""TinyDB files written whole or not at all, with documents that stay encoded in memory."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from feedback_api.storage.file_system import FileSystem, replace_durably

Tables = dict[str, dict[str, bytes]]
"""By table name and document number, as TinyDB has them; each document is its JSON."""


class AtomicStorage(Storage):
    """TinyDB's own rewrites the file in place: a kill there leaves half of it.

    Used without TinyDB's Table, which would convert and copy every document for each write.
    """

    def __init__(self, path: Path, *, files: FileSystem, tables: Tables) -> None:
        """`tables` are what the file holds now; empty if there is no file yet."""
        self.path = path
        self._files = files
        self._tables = tables

    def read(self) -> dict[str, dict[str, Any]]:
        """Copies, to be changed and written; the documents stay encoded."""
        return {name: dict(documents) for name, documents in self._tables.items()}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Durable on return. Raises OSError; then the file must be read again."""
        replace_durably(self._files, self.path, encode_tables(data))
        self._tables = data

    @property
    def tables(self) -> Tables:
        """What the file holds, by the last write that succeeded."""
        return self._tables


def encode_tables(tables: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """The file's content: plain JSON for TinyDB, a line per document for people.

    Every document is copied once: a write has all of a segment.
    """
    pieces = [b"{"]
    for name, documents in tables.items():
        pieces.append(b'%b"%b":{\n' % (b",\n" if len(pieces) > 1 else b"", name.encode()))
        first = len(pieces)
        pieces += [piece for named in documents.items() for piece in (_LEADS[named[0]], named[1])]
        if documents:
            pieces[first] = pieces[first].removeprefix(b",\n")
        pieces.append(b"\n}")
    pieces.append(b"}\n")
    return b"".join(pieces)


class _Leads(dict[str, bytes]):
    """What stands before a document, by its number; all files number theirs alike."""

    def __missing__(self, number: str) -> bytes:
        self[number] = lead = b',\n"%b":' % number.encode()
        return lead


_LEADS = _Leads()


_Decoder = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])


def decode_tables(content: bytes) -> Tables:
    """Raises msgspec.DecodeError, or its kind ValidationError when it is JSON of another shape.

    A key that stands twice is not noticed here.
    """
    return {
        name: {sys.intern(number): bytes(document) for number, document in documents.items()}
        for name, documents in _Decoder.decode(content).items()
    }
