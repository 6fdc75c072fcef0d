"""New comments that threads of one replica bring at once, stored by one transaction.

It takes two round trips, one where no comment has a key, however many comments there are.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Table

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreError
from feedback_api.storage.sql_database import Database
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
            left, cursor = self._database.write_unanswered(lambda own: _insert_all(own, new))
        except StoreError:
            return [False] * len(new)
        except StatementRefused as refused:
            _log.error("%d new comments could not be stored at once: %s", len(new), refused)
            return [False] * len(new)
        if cursor.rowcount != len(left):  # an id was there, nobody knows whose
            return [False] * len(new)
        return [one.id in left for one in new]


def _insert_all(own: _Connection, new: Sequence[_New]) -> tuple[set[UUID], _Cursor]:
    """Those that nothing kept from being stored, and how many were, once this is committed."""
    keyed = sorted((one for one in new if one.key_hash), key=lambda one: one.key_hash)
    taken = _taken(own, keyed) if keyed else set()
    left = {one.id: one.row for one in new if not one.key_hash or one.id in taken}
    cursor = own.cursor()
    cursor.executemany(_INSERT, list(left.values()))
    return set(left), cursor


def _taken(own: _Connection, keyed: Sequence[_New]) -> set[UUID]:
    """Those whose Idempotency-Key nobody had; waits for whoever is just taking one.

    In one order of keys, or two replicas could wait for each other.
    """
    rows = [{"key_hash": one.key_hash, "cycle": one.row["cycle"], "id": one.id} for one in keyed]
    with own.cursor() as cursor:
        cursor.executemany(_INSERT_KEY, rows, returning=True)
        return {row[0] for result in cursor.results() for row in result}


def _insertion(table: Table, *, without: str = "") -> sql.Composed:
    columns = [column.name for column in table.columns if column.name != without]
    return sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )


_INSERT = _insertion(COMMENTS, without="changed_at").as_bytes()
_INSERT_KEY = (_insertion(KEYS) + sql.SQL(" RETURNING id")).as_bytes()
