"""Fills each kind of store once with N comments; every round then works on a fresh copy of it."""

import os
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, insert

from bench.service_requests import isso_uri
from feedback_api.domain.comment import Comment
from feedback_api.domain.identity import CycleId
from feedback_api.storage.comment_document import encode_comment
from feedback_api.storage.comment_shelves import CommentShelves
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.segment import SEGMENT_LIMIT
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_rows import row_of
from feedback_api.storage.sql_schema import prepare
from feedback_api.storage.sql_tables import COMMENTS
from feedback_api.storage.tinydb_store import TinydbStore

_BATCH = 1000
_ISSO_TABLES = """
import sys
from isso import config, db
from isso.utils import Bloomfilter
db.SQLite3(sys.argv[2], config.load(config.default_file(), sys.argv[1]))
print(bytes(Bloomfilter(iterable=["127.0.0.0"]).array).hex())
"""
_ISSO_COMMENT = (
    "INSERT INTO comments (tid, created, mode, remote_addr, text, voters, notification)"
    " SELECT id, ?, 1, '127.0.0.0', ?, ?, 0 FROM threads WHERE uri = ?"
)


class _Unflushed(OperatingSystemFiles):
    """Everything is flushed once, at the end."""

    def _flush(self, handle: int) -> None:
        pass


def fill_tinydb(folder: Path, stored: Sequence[Comment]) -> None:
    """A data folder, with segments and note as the service writes them."""
    folder.mkdir(parents=True)
    by_cycle: dict[CycleId, list[bytes]] = defaultdict(list)
    for comment in stored:
        by_cycle[comment.cycle].append(encode_comment(comment))
    shelves = CommentShelves(folder, _Unflushed())
    for cycle, documents in by_cycle.items():
        (folder / cycle).mkdir()
        for number, first in enumerate(range(0, len(documents), SEGMENT_LIMIT)):
            part = documents[first : first + SEGMENT_LIMIT]
            shelves.new(cycle, number).put(dict(enumerate(part, 1)))
    # as a service leaves it that was told to stop
    TinydbStore(folder, _Unflushed(), leaves_note=True).close()
    os.sync()


def copy_tinydb(filled: Path, folder: Path) -> None:
    """Segments are replaced and never changed, so links do; the lock and the like are copied."""

    def put(source: str, target: str) -> None:
        if Path(source).parent == filled:
            shutil.copy2(source, target)
        else:
            os.link(source, target)

    shutil.copytree(filled, folder, copy_function=put)


def fill_postgresql(url: str, stored: Sequence[Comment]) -> None:
    """An empty database: its tables, and a row for each comment."""
    database = Database(url, keeps_connections=False)
    prepare(database)
    batch: list[dict[str, object]] = []
    for comment in stored:
        batch.append(row_of(comment, edition=1))
        if len(batch) == _BATCH:
            _keep(database, batch)
            batch = []
    _keep(database, batch)
    database.close()


def _keep(database: Database, rows: Sequence[dict[str, object]]) -> None:
    def keep(connection: Connection) -> None:
        connection.execute(insert(COMMENTS), rows)

    if rows:
        database.write(keep)


def fill_isso(python: Path, settings: Path, file: Path, stored: Sequence[Comment]) -> None:
    """The tables as Isso itself makes them, a thread for each section, readable comments."""
    made = subprocess.run(
        [str(python), "-c", _ISSO_TABLES, str(settings), str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    voters = bytes.fromhex(made.stdout.strip())
    with sqlite3.connect(file) as database:
        threads = sorted({comment.section for comment in stored})
        rows = [(isso_uri(name), f"Rule {name}") for name in threads]
        database.executemany("INSERT INTO threads (uri, title) VALUES (?, ?)", rows)
        database.executemany(
            _ISSO_COMMENT,
            (
                (one.submitted_at.timestamp(), one.body, voters, isso_uri(one.section))
                for one in stored
            ),
        )
    os.sync()


def isso_durability(file: Path) -> str:
    """How SQLite keeps what Isso acknowledges; Isso itself sets nothing."""
    with sqlite3.connect(file) as database:
        (journal,) = database.execute("PRAGMA journal_mode").fetchone()
        (synchronous,) = database.execute("PRAGMA synchronous").fetchone()
    names = {0: "off", 1: "normal", 2: "full", 3: "extra"}
    return f"journal_mode={journal}, synchronous={names[synchronous]}"
