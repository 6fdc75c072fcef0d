"""Accounts of editors in `data/editors.json`, a TinyDB file of its own.

The command line changes it while the service runs: each change holds a lock of its own, each
reading looks whether the file is still the one in memory.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import msgspec

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import EditorExists, StoreDamaged, UnknownEditor
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import EditorName
from feedback_api.services.ports import EditorStep
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.damage import damaged
from feedback_api.storage.documents_file import encode_record, numbered, read_table
from feedback_api.storage.file_system import (
    FileSystem,
    make_folder_durably,
    replace_durably,
    store_error,
)
from feedback_api.storage.tables_file import encode_tables

_log = logging.getLogger(__name__)

_Editors = Mapping[EditorName, Editor]
_Signature = tuple[int, int, int]
_NO_FILE = (0, 0, 0)


class _EditorDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """See domain Editor."""

    name: str
    passphrase_hash: str
    added_at: Moment
    session_epoch: int
    email: str | None = None
    owners: tuple[str, ...] = ()
    language: str | None = None
    digest_at: Moment | None = None
    account_role: AccountRole = AccountRole.EDITOR


_decoder = msgspec.json.Decoder(_EditorDocument)


class EditorsFile:
    """See EditorStore."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """`folder` is the data folder. Raises StoreDamaged."""
        self._path = folder / "editors.json"
        self._files = files
        self._lock = threading.Lock()
        self._signature, self._editors = self._read()

    def add(self, editor: Editor) -> None:
        """See EditorStore."""

        def added(editors: _Editors) -> _Editors:
            if any(name.casefold() == editor.name.casefold() for name in editors):
                raise EditorExists(editor=shown(editor.name))
            return {**editors, editor.name: editor}

        self._replace(added)

    def get(self, name: EditorName) -> Editor:
        """See EditorStore."""
        return _known(self._present(), name)

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        """See EditorStore."""
        changed = self._replace(
            lambda editors: {**editors, name: replace(step(_known(editors, name)), name=name)}
        )
        return changed[name]

    def remove(self, name: EditorName) -> None:
        """See EditorStore."""

        def rest(editors: _Editors) -> _Editors:
            _known(editors, name)
            return {other: editor for other, editor in editors.items() if other != name}

        self._replace(rest)

    def all(self) -> tuple[Editor, ...]:
        """See EditorStore."""
        editors = self._present()
        return tuple(editors[name] for name in sorted(editors))

    def _replace(self, step: Callable[[_Editors], _Editors]) -> _Editors:
        """Raises what `step` raises, StoreError, StoreDamaged."""
        try:
            with self._lock, self._alone():
                editors = step(self._read()[1])
                replace_durably(self._files, self._path, _encoded(editors))
                self._signature, self._editors = self._read()
                return editors
        except OSError as error:
            _log.error("%s could not be written: %s", self._path, error)
            raise store_error(error) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes the file, whichever process they are."""
        make_folder_durably(self._files, self._path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self._path.with_name("editors.lock"), flags, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _present(self) -> _Editors:
        """What the file holds now; what it held before if it is damaged by now."""
        with self._lock:
            if _signature(self._path) != self._signature:
                try:
                    self._signature, self._editors = self._read()
                except StoreDamaged as error:
                    _log.error("%s The accounts read before stay in use.", error.message)
                    self._signature = _signature(self._path)
            return self._editors

    def _read(self) -> tuple[_Signature, _Editors]:
        signature = _signature(self._path)  # before the content: a change between is read again
        if signature == _NO_FILE:
            return signature, MappingProxyType({})
        return signature, MappingProxyType(_decoded(self._path, self._files))


def _known(editors: _Editors, name: EditorName) -> Editor:
    try:
        return editors[name]
    except KeyError:
        raise UnknownEditor(editor=shown(name)) from None


def _signature(path: Path) -> _Signature:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return _NO_FILE
    return status.st_ino, status.st_mtime_ns, status.st_size


def _encoded(editors: _Editors) -> bytes:
    rows = (encode_record(editor, _EditorDocument) for editor in editors.values())
    return encode_tables({"editors": numbered(rows)})


def _decoded(path: Path, files: FileSystem) -> dict[EditorName, Editor]:
    """Raises StoreDamaged."""
    rows = read_table(path, "editors", _decoder.decode, files)
    if len({row.name.casefold() for row in rows}) != len(rows):
        raise damaged(path, "holds an editor twice")
    editors = (msgspec.convert(row, Editor, from_attributes=True) for row in rows)
    return {editor.name: editor for editor in editors}
