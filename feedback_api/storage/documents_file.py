"""A small TinyDB file of one table, kept in memory whole and written whole; for this process alone.

The data folder's lock keeps other processes out.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from feedback_api.domain.errors import StoreFailed
from feedback_api.storage.damage import (
    NOT_DECODED,
    damaged,
    read_whole,
    refuse_repeated_keys,
    refuse_shape,
)
from feedback_api.storage.documents import DocumentsStep, Form, encode_record
from feedback_api.storage.file_system import (
    FileSystem,
    make_folder_durably,
    replace_durably,
    store_error,
)
from feedback_api.storage.tables_file import decode_tables, encode_tables

__all__ = ["DocumentsFile", "Form", "encode_record", "numbered", "read_table"]

_log = logging.getLogger(__name__)

RecordT = TypeVar("RecordT")


class DocumentsFile(Generic[RecordT]):
    """See Documents."""

    def __init__(self, path: Path, form: Form[RecordT], files: FileSystem) -> None:
        """Raises StoreDamaged."""
        self._path = path
        self._form = form
        self._files = files
        self._lock = threading.Lock()
        self._is_unsure = False
        self._records = self._read()

    def all(self) -> Mapping[str, RecordT]:
        """See Documents."""
        return self._records

    def change(self, step: DocumentsStep[RecordT]) -> Mapping[str, RecordT]:
        """See Documents."""
        with self._lock:
            if self._is_unsure:
                self._reread()
            records = step(self._records)
            if records is self._records:
                return records
            try:
                make_folder_durably(self._files, self._path.parent)
                replace_durably(self._files, self._path, self._encoded(records))
            except OSError as error:
                _log.error("%s could not be written: %s", self._path, error)
                self._is_unsure = True
                self._reread()
                raise store_error(error) from error
            self._records = MappingProxyType(dict(records))
            return self._records

    def _reread(self) -> None:
        """After a failed write nobody knows what is on disk, so look. Raises StoreFailed.

        What is found is written once more: only the disk's cache may know it, and a step that
        finds nothing left to do is acknowledged without a write.
        """
        try:
            records = self._read()
            if records != self._records:
                replace_durably(self._files, self._path, self._encoded(records))
            self._records = records
        except Exception as error:
            _log.error("%s cannot be changed for now: %s", self._path, error)
            raise StoreFailed from error
        self._is_unsure = False

    def _encoded(self, records: Mapping[str, RecordT]) -> bytes:
        documents = numbered(map(self._form.encode, records.values()))
        return encode_tables({self._form.table: documents})

    def _read(self) -> Mapping[str, RecordT]:
        """Raises StoreDamaged."""
        if not self._path.exists() and not self._path.is_symlink():
            return MappingProxyType({})
        records = read_table(self._path, self._form.table, self._form.decode, self._files)
        by_key = {self._form.key(record): record for record in records}
        if len(by_key) != len(records):
            raise damaged(self._path, "holds the same record twice")
        return MappingProxyType(by_key)


def read_table(
    path: Path, table: str, decode: Callable[[bytes], RecordT], files: FileSystem
) -> list[RecordT]:
    """Every document of a file's one table; `decode` raises one of NOT_DECODED.

    Raises StoreDamaged.
    """
    content = read_whole(files, path)
    try:
        tables = decode_tables(content)
        if set(tables) != {table}:
            raise damaged(path, f"does not hold the one table {table}")
        records = [decode(document) for document in tables[table].values()]
    except NOT_DECODED as error:
        refuse_shape(path, error)
    refuse_repeated_keys(path, content)
    return records


def numbered(documents: Iterable[bytes]) -> dict[str, bytes]:
    """A table of these documents, numbered from 1 as TinyDB does."""
    return {str(number): document for number, document in enumerate(documents, start=1)}
