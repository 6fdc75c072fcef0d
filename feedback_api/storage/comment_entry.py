"""A stored comment with the little of it that finds and orders it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from feedback_api.storage.comment_document import IdempotencyRow, key_of
from feedback_api.storage.facets import Facets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Merge(msgspec.Struct, frozen=True, gc=False):
    """The part of a decision that tells into which comment another was merged."""

    duplicate_of: str | None = None


class Row(Facets, frozen=True, kw_only=True, gc=False):
    """The part of a stored comment that finds it."""

    id: str
    submitted_at: datetime
    receipt_hash: str
    idempotency: IdempotencyRow | None = None
    decision: Merge | None = None


row_of = msgspec.json.Decoder(Row).decode
"""Of a document that was checked."""


class Entry(NamedTuple):
    """A stored comment; `place` is where, in the store's own reckoning."""

    row: Row
    key: bytes  # the id's 16 bytes
    order: int  # microseconds since 1970
    place: int
    document: bytes

    @property
    def original(self) -> bytes | None:
        """The key of the comment it was merged into."""
        return merged_into(self.row)


def entry(document: bytes, place: int) -> Entry:
    """Of a document that was checked."""
    row = row_of(document)
    return Entry(row, key_of(row.id), order_of(row), place, document)


def order_of(row: Row) -> int:
    """Microseconds since 1970."""
    return (row.submitted_at - _EPOCH) // _MICROSECOND


def merged_into(row: Row) -> bytes | None:
    """The key of the comment that it was merged into, if it was; of an erased one nobody tells."""
    if row.decision is None or row.decision.duplicate_of is None or row.erased is not None:
        return None
    return key_of(row.decision.duplicate_of)


def rank(document: bytes) -> tuple[int, bytes]:
    """What a comment is ordered by: time and id. Of a document that was checked."""
    row = row_of(document)
    return order_of(row), key_of(row.id)
