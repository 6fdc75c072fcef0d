"""TinyDB files written whole or not at all, with documents that stay encoded in memory."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
from tinydb.storages import Storage
from tinydb.table import Document, Table

from feedback_api.storage.file_system import FileSystem, replace_durably

Tables = dict[str, dict[str, bytes]]
"""By table name and document number, as TinyDB has them; each document is its JSON."""


class AtomicStorage(Storage):
    """TinyDB's own rewrites the file in place: a kill there leaves half of it."""

    def __init__(self, path: Path, *, files: FileSystem, tables: Tables) -> None:
        """`tables` are what the file holds now; empty if there is no file yet."""
        self.path = path
        self._files = files
        self._tables = tables

    def read(self) -> dict[str, dict[str, Any]]:
        """Copies, because a table changes what it reads before it writes."""
        return {name: dict(documents) for name, documents in self._tables.items()}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Durable on return. Raises OSError; then the file must be read again."""
        replace_durably(self._files, self.path, encode_tables(data))
        self._tables = {
            # all files number their documents alike: one string each for all of them
            name: {sys.intern(number): document for number, document in documents.items()}
            for name, documents in data.items()
        }

    @property
    def tables(self) -> Tables:
        """What the file holds, by the last write that succeeded."""
        return self._tables


class EncodedDocument(Document):
    """A document decoded when TinyDB asks for it."""

    def __init__(self, value: Mapping[str, Any], doc_id: int) -> None:
        """`value` is JSON, whatever TinyDB's annotation says."""
        super().__init__(msgspec.json.decode(cast(bytes, value)), doc_id)


class EncodedTable(Table):
    """A TinyDB table of encoded documents."""

    document_class = EncodedDocument

    def put(self, documents: Mapping[int, bytes]) -> None:
        """Insert or replace documents by number, in one write. Raises OSError."""
        self._update_table(lambda table: table.update(cast(Mapping[int, Any], documents)))


def encode_tables(tables: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """The file's content: plain JSON for TinyDB, a line per document for people."""
    pieces: list[bytes] = []
    for name, documents in tables.items():
        pieces.append(b',\n"%b":{\n' % name.encode() if pieces else b'{"%b":{\n' % name.encode())
        first = True
        for number, document in documents.items():
            pieces.append(b'"%b":' % number.encode() if first else b',\n"%b":' % number.encode())
            pieces.append(document)
            first = False
        pieces.append(b"\n}")
    pieces.append(b"}\n")
    return b"".join(pieces)


_Decoder = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])


def decode_tables(content: bytes) -> Tables:
    """Raises msgspec.DecodeError, or its kind ValidationError when it is JSON of another shape.

    A key that stands twice is not noticed here.
    """
    return {
        name: {sys.intern(number): bytes(document) for number, document in documents.items()}
        for name, documents in _Decoder.decode(content).items()
    }
