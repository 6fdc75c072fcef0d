"""New comments that threads of one replica bring at once, stored by one transaction.

It takes two round trips, one where no comment has a key, however many comments there are.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Table, make_url
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreError
from feedback_api.storage.sql_database import DRIVER, Database
from feedback_api.storage.sql_errors import StatementRefused
from feedback_api.storage.sql_rows import Row, row_of
from feedback_api.storage.sql_tables import COMMENTS, KEYS
from feedback_api.storage.taking_together import Together

_Connection = psycopg.Connection[tuple[Any, ...]]
_Cursor = psycopg.Cursor[tuple[Any, ...]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _New:
    """A comment to store; its Idempotency-Key, "" where it has none."""

    row: Row
    key_hash: str

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found


class Adding:
    """Stores what needs nothing but to be stored: what no reader can see yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together: Together[_New, bool] = Together(self._store)

    def stored(self, comment: Comment) -> bool:
        """Whether it is stored now, durably.

        If not, its key or id was there, or something failed: then it may be stored or not, and
        whoever stores it alone learns which. Raises ValueError for what could not be read back.
        """
        key_hash = comment.idempotency.key_hash if comment.idempotency else ""
        return self._together.do(_New(row_of(comment, edition=1), key_hash)) or False

    def _store(self, new: Sequence[_New]) -> Sequence[bool]:
        try:
            inserted = self._database.write_unanswered(lambda own: _insert_all(own, new))
        except StoreError:
            return [False] * len(new)
        except StatementRefused as refused:
            _log.error("%d new comments could not be stored at once: %s", len(new), refused)
            return [False] * len(new)
        ids = _returned(inserted)
        return [one.id in ids for one in new]


def _insert_all(own: _Connection, new: Sequence[_New]) -> _Cursor:
    """What will have returned the ids of those that are stored, once this has committed."""
    keyed = sorted((one for one in new if one.key_hash), key=lambda one: one.key_hash)
    taken: set[UUID] = set()
    if keyed:  # in one order, or two replicas with the same keys could wait for each other
        keys = [
            {"key_hash": one.key_hash, "cycle": one.row["cycle"], "id": one.id} for one in keyed
        ]
        taken = _returned(_insert(own, _INSERT_KEY, keys))
    left = [one.row for one in new if not one.key_hash or one.id in taken]
    return _insert(own, _INSERT, left)


def _insert(own: _Connection, statement: bytes, rows: Sequence[Row]) -> _Cursor:
    cursor = own.cursor()
    cursor.executemany(statement, rows, returning=True)
    return cursor


def _returned(cursor: _Cursor) -> set[UUID]:
    """Ids of the rows that were inserted."""
    return {row[0] for result in cursor.results() for row in result}


def _statement(table: Table, columns: Sequence[str]) -> bytes:
    """As the driver takes it, with a value to be given for each of the columns."""
    inserted = insert(table).on_conflict_do_nothing().returning(table.c.id)
    dialect = make_url(DRIVER).get_dialect()()
    return str(inserted.compile(dialect=dialect, column_keys=columns)).encode()


_INSERT = _statement(COMMENTS, [one.name for one in COMMENTS.c if one.name != "changed_at"])
_INSERT_KEY = _statement(KEYS, [one.name for one in KEYS.c])
