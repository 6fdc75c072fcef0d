"""The service with its store broken on purpose, for tests alone: `BROKEN=how`, then as usual.

The harnesses of this folder must notice each; see test_broken_stores.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from feedback_api import stores
from feedback_api.command_line import cli
from feedback_api.domain.comment import Comment
from feedback_api.storage import file_system, segment
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.tables_file import Tables
from feedback_api.storage.tinydb_store import TinydbStore


class StockStorage:
    """TinyDB's own storage, in the place of AtomicStorage."""

    def __init__(self, path: Path, *, files: FileSystem, tables: Tables) -> None:
        self.path = path
        self.tables = tables
        self._storage: Any = None

    def read(self) -> Tables:
        return {name: dict(documents) for name, documents in self.tables.items()}

    def write(self, data: Tables) -> None:
        decoded = {
            name: {number: msgspec.json.decode(one) for number, one in documents.items()}
            for name, documents in data.items()
        }
        self._storage = self._storage or self._open()
        self._storage.write(decoded)
        self.tables = data

    def _open(self) -> Any:
        return JSONStorage(str(self.path))


class CachingStorage(StockStorage):
    """TinyDB's cache, which writes after a thousand changes, or when it is closed."""

    def _open(self) -> Any:
        middleware: Any = CachingMiddleware
        return middleware(JSONStorage)(str(self.path))


class KeylessStore(TinydbStore):
    """Forgets every Idempotency-Key."""

    def add(self, comment: Comment) -> Comment:
        return super().add(replace(comment, idempotency=None))

    def add_soon(self, comment: Comment) -> Future[Comment]:
        return super().add_soon(replace(comment, idempotency=None))

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        return None


def forget_keys_in_postgresql() -> None:
    """The same in PostgreSQL, where the receipt, which follows from the key, is unique, too."""
    from feedback_api import replicated_store  # half a second, for one of these stores
    from feedback_api.storage.sql_store import SqlStore

    class KeylessSqlStore(SqlStore):
        def add(self, comment: Comment) -> Comment:
            return super().add(replace(comment, idempotency=None, receipt_hash=comment.id))

        def by_idempotency_key(self, key_hash: str) -> Comment | None:
            return None

    vars(replicated_store).update(SqlStore=KeylessSqlStore)


class WithoutFlush:
    """Module os, whose fsync does nothing."""

    def __getattr__(self, name: str) -> object:
        return (lambda _handle: None) if name == "fsync" else getattr(os, name)


BREAK: Mapping[str, Callable[[], None]] = {
    "stock JSONStorage": lambda: vars(segment).update(AtomicStorage=StockStorage),
    "CachingMiddleware": lambda: vars(segment).update(AtomicStorage=CachingStorage),
    "no idempotency": lambda: vars(stores).update(TinydbStore=KeylessStore),
    "no idempotency in PostgreSQL": forget_keys_in_postgresql,
    "no fsync": lambda: vars(file_system).update(os=WithoutFlush()),
}

if __name__ == "__main__":
    BREAK[os.environ["BROKEN"]]()
    cli()
