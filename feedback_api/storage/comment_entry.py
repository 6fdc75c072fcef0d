"""A stored comment with the little of it that finds and orders it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from feedback_api.domain.comment import Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.identity import SectionId
from feedback_api.storage.comment_document import IdempotencyRow, key_of
from feedback_api.storage.facets import Facets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Merge(msgspec.Struct, frozen=True, gc=False):
    """The part of a decision that tells into which comment another was merged."""

    duplicate_of: str | None = None


class Row(Facets, frozen=True, kw_only=True):
    """The part of a stored comment that finds it."""

    id: str
    submitted_at: datetime
    receipt_hash: str
    idempotency: IdempotencyRow | None = None
    decision: Merge | None = None


class _Ranked(msgspec.Struct, frozen=True, gc=False):
    submitted_at: datetime
    id: str


_decoder = msgspec.json.Decoder(Row)
_rank_decoder = msgspec.json.Decoder(_Ranked)


class Entry(NamedTuple):
    """A stored comment; `place` is where, in the store's own reckoning."""

    row: Row
    key: bytes  # the id's 16 bytes
    order: int  # microseconds since 1970
    place: int
    document: bytes

    @property
    def shown_on(self) -> SectionId | None:
        """The section where readers may see it; see Comment.is_public."""
        row = self.row
        if row.erased is not None or row.state is State.WITHDRAWN:
            return None
        shown = row.public and row.visibility is Visibility.PUBLIC
        return SectionId(row.section) if shown else None

    @property
    def original(self) -> bytes | None:
        """The key of the comment it was merged into."""
        merge = self.row.decision
        if merge is None or merge.duplicate_of is None or self.row.erased is not None:
            return None
        return key_of(merge.duplicate_of)


def entry(document: bytes, place: int) -> Entry:
    """Of a document that was checked."""
    row = _decoder.decode(document)
    order = (row.submitted_at - _EPOCH) // _MICROSECOND
    return Entry(row, key_of(row.id), order, place, document)


def rank(document: bytes) -> tuple[datetime, str]:
    """What a comment is ordered by."""
    ranked = _rank_decoder.decode(document)
    return ranked.submitted_at, ranked.id
