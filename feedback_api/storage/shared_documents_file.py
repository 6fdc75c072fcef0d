"""A small TinyDB file of one table that the command line changes while the service runs.

Each change holds a lock of its own, each reading looks whether the file is still the one in memory.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from feedback_api.domain.errors import StoreDamaged
from feedback_api.storage.damage import damaged
from feedback_api.storage.documents import DocumentsStep, Form
from feedback_api.storage.documents_file import numbered, read_table
from feedback_api.storage.file_system import (
    FileSystem,
    make_folder_durably,
    replace_durably,
    store_error,
)
from feedback_api.storage.tables_file import encode_tables

_log = logging.getLogger(__name__)

_RecordT = TypeVar("_RecordT")
_ReadT = TypeVar("_ReadT")
_Signature = tuple[int, int, int]
_NO_FILE = (0, 0, 0)


class SharedDocumentsFile(Generic[_RecordT]):
    """See Documents."""

    def __init__(self, path: Path, form: Form[_RecordT], files: FileSystem) -> None:
        """Raises StoreDamaged."""
        self._path = path
        self._form = form
        self._files = files
        self._lock = threading.Lock()
        self._is_unsure = False
        self._signature, self._records = self._read()

    def all(self) -> Mapping[str, _RecordT]:
        """What the file holds now; what it held before if it cannot be read or is damaged."""
        with self._lock:
            try:
                self._look()
            except OSError as error:
                _log.error("%s cannot be read, what was read stays in use: %s", self._path, error)
            return self._records

    def change(self, step: DocumentsStep[_RecordT]) -> Mapping[str, _RecordT]:
        """See Documents. Raises StoreDamaged, too."""
        try:
            with self._lock, self._alone():
                _, present = _or_why(self._read)
                records = step(present)
                if records is not present or self._is_unsure:
                    self._write(records)
                self._signature, self._records = _or_why(self._read)
                return self._records
        except OSError as error:
            _log.error("%s could not be written: %s", self._path, error)
            raise store_error(error) from error

    def _look(self) -> None:
        """Raises OSError; then the next look tries again."""
        signature = _signature(self._path)
        if signature == self._signature:
            return
        try:
            self._signature, self._records = _or_why(self._read)
        except StoreDamaged as error:
            _log.error("%s What was read before stays in use.", error.message)
            self._signature = signature

    def _write(self, records: Mapping[str, _RecordT]) -> None:
        """Raises OSError; then what is found there is not durable before it is written again."""
        self._is_unsure = True
        documents = numbered(map(self._form.encode, records.values()))
        replace_durably(self._files, self._path, encode_tables({self._form.table: documents}))
        self._is_unsure = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes the file, whichever process they are."""
        make_folder_durably(self._files, self._path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self._path.with_suffix(".lock"), flags, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)  # for a descriptor that cannot be closed
            os.close(handle)

    def _read(self) -> tuple[_Signature, Mapping[str, _RecordT]]:
        """Raises StoreDamaged."""
        signature = _signature(self._path)  # before the content: a change between is read again
        if signature == _NO_FILE:
            return signature, MappingProxyType({})
        records = read_table(self._path, self._form.table, self._form.decode, self._files)
        by_key = {self._form.key(record): record for record in records}
        if len(by_key) != len(records):
            raise damaged(self._path, "holds the same record twice")
        return signature, MappingProxyType(by_key)


def _or_why(read: Callable[[], _ReadT]) -> _ReadT:
    """A file that could not be read now is not damaged. Raises OSError, StoreDamaged."""
    try:
        return read()
    except StoreDamaged as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        raise


def _signature(path: Path) -> _Signature:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return _NO_FILE
    return status.st_ino, status.st_mtime_ns, status.st_size
