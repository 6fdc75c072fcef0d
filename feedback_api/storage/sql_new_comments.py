"""New comments, any number of them, stored by one transaction that asks as little as it can.

It takes two round trips, one where no comment has a key, however many comments there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Table

from feedback_api.domain.comment import Comment
from feedback_api.storage.sql_rows import Row, original_of, row_of
from feedback_api.storage.sql_tables import COMMENTS, KEYS

_COMMENT = tuple(column.name for column in COMMENTS.columns if column.name != "changed_at")
_KEY = tuple(column.name for column in KEYS.columns)
_NONE: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class New:
    """A comment to store; its Idempotency-Key, "" where it has none."""

    row: Row
    key_hash: str

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found


def new_of(comment: Comment) -> New:
    """Raises ValueError for what could not be read back."""
    key_hash = comment.idempotency.key_hash if comment.idempotency else ""
    return New(row_of(comment, edition=1), key_hash)


def is_seen_by_none(comment: Comment) -> bool:
    """Whether what readers see stays as it is when the comment is added."""
    return not comment.is_public and original_of(comment) is None


def inserted(own: psycopg.Connection[Any], new: Sequence[New]) -> frozenset[UUID]:
    """Those that are stored now, durably; of the others nobody knows. Raises psycopg.Error.

    `own` begins no transaction by itself.
    """
    cursor = psycopg.RawCursor(own)
    keyed = _keyed(new)
    if not keyed:  # one statement is a transaction by itself
        return _all_or_none(new, cursor.execute(_insertion(new), _values(new)).rowcount)
    with own.pipeline():  # the driver's own BEGIN and COMMIT would each wait
        cursor.execute(b"BEGIN")
        cursor.execute(_insertion_of_keys(keyed), _key_values(keyed))
        left = _left(new, cursor.fetchall())
        if left:
            cursor.execute(_insertion(left), _values(left))
        psycopg.RawCursor(own).execute(b"COMMIT")
    return _all_or_none(left, cursor.rowcount) if left else _NONE


async def inserted_soon(own: psycopg.AsyncConnection[Any], new: Sequence[New]) -> frozenset[UUID]:
    """As inserted, where nothing may wait."""
    cursor = psycopg.AsyncRawCursor(own)
    keyed = _keyed(new)
    if not keyed:
        return _all_or_none(new, (await cursor.execute(_insertion(new), _values(new))).rowcount)
    async with own.pipeline():
        await cursor.execute(b"BEGIN")
        await cursor.execute(_insertion_of_keys(keyed), _key_values(keyed))
        left = _left(new, await cursor.fetchall())
        if left:
            await cursor.execute(_insertion(left), _values(left))
        await psycopg.AsyncRawCursor(own).execute(b"COMMIT")
    return _all_or_none(left, cursor.rowcount) if left else _NONE


def _keyed(new: Sequence[New]) -> Sequence[New]:
    """In one order of keys, or two replicas could wait for each other."""
    return sorted((one for one in new if one.key_hash), key=lambda one: one.key_hash)


def _left(new: Sequence[New], taken: Sequence[tuple[Any, ...]]) -> Sequence[New]:
    """Those that no key keeps from being stored."""
    ids = {row[0] for row in taken}
    return [one for one in new if not one.key_hash or one.id in ids]


def _all_or_none(new: Sequence[New], count: int) -> frozenset[UUID]:
    """None where an id was there: nobody knows whose."""
    return frozenset(one.id for one in new) if count == len(new) else _NONE


def _values(new: Sequence[New]) -> Sequence[object]:
    return [one.row[name] for one in new for name in _COMMENT]


def _key_values(keyed: Sequence[New]) -> Sequence[object]:
    return [value for one in keyed for value in (one.key_hash, one.row["cycle"], one.id)]


def _insertion(new: Sequence[New]) -> bytes:
    return _insertion_of(COMMENTS, _COMMENT, len(new))


def _insertion_of_keys(keyed: Sequence[New]) -> bytes:
    """Answers with the ids of those whose key nobody had; waits for who is just taking one."""
    return _insertion_of(KEYS, _KEY, len(keyed)) + b" RETURNING id"


@cache
def _insertion_of(table: Table, columns: tuple[str, ...], number: int) -> bytes:
    """With $1, $2 and so on: the driver need not look for them each time."""
    width = len(columns)
    rows = (
        ", ".join(f"${place}" for place in range(first, first + width))
        for first in range(1, number * width + 1, width)
    )
    return (
        sql.SQL("INSERT INTO {} ({}) VALUES {} ON CONFLICT DO NOTHING")
        .format(
            sql.Identifier(table.name),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(sql.SQL(f"({row})") for row in rows),
        )
        .as_bytes()
    )
