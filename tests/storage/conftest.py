"""Stores under test: the same tests for each that the service can run on."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from feedback_api.domain.errors import StoreError
from feedback_api.services.ports import CommentReads, CommentStore
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.failing_disk import FailingDisk
from tests.fakes.memory_store import MemoryStore
from tests.fakes.postgres import PostgresServer


@dataclass(slots=True)
class Opened:
    """A store as it is open now; `reopen` closes it and opens what it left."""

    store: CommentStore
    reads: CommentReads
    reopen: Callable[[], "Opened"]
    close: Callable[[], None]


def _memory(_folder: Path) -> Opened:
    store = MemoryStore()

    def opened() -> Opened:
        return Opened(store, store, opened, lambda: None)

    return opened()


def _tinydb(folder: Path) -> Opened:
    def opened() -> Opened:
        store = TinydbStore(folder, FailingDisk())

        def reopen() -> Opened:
            store.close()
            return opened()

        return Opened(store, store.index, reopen, store.close)

    return opened()


OPENERS: dict[str, Callable[[Path], Opened]] = {"memory": _memory, "tinydb": _tinydb}


def _postgresql(url: str) -> Opened:
    """Another replica on the same database each time it is opened again."""
    databases: list[Database] = []

    def opened() -> Opened:
        database = Database(url)
        databases.append(database)
        generations = Generations(database)
        store = SqlStore(database, lambda _comment, _is_seen: generations.forget())

        def close() -> None:
            for one in databases:
                one.close()

        return Opened(store, SqlReads(database, generations), opened, close)

    return opened()


@pytest.fixture(params=[*OPENERS, "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    if request.param == "postgresql":
        opened = _postgresql(request.getfixturevalue("database_url"))
    else:
        opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def empty(postgres: PostgresServer) -> str:
    """The URL of a database without tables."""
    return postgres.new_database()


@pytest.fixture
def database(empty: str) -> Iterator[Database]:
    database = Database(empty)
    yield database
    database.close()


@pytest.fixture
def disk() -> FailingDisk:
    return FailingDisk()


@pytest.fixture
def open_store(tmp_path: Path, disk: FailingDisk) -> Iterator[Callable[[], TinydbStore]]:
    """Opens the store in `tmp_path` on `disk`, as often as asked; the one before is closed."""
    stores: list[TinydbStore] = []

    def open_again() -> TinydbStore:
        for store in stores:
            store.close()
        stores.append(TinydbStore(tmp_path, disk))
        return stores[-1]

    yield open_again
    with suppress(StoreError):
        for store in stores:
            store.close()
