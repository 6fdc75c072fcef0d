"""A stored comment with the little of it that finds and orders it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from feedback_api.domain.comment import Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.identity import SectionId
from feedback_api.storage.comment_document import IdempotencyRow
from feedback_api.storage.facets import Facets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UUID_CHARACTERS = 36


class Row(Facets, frozen=True, kw_only=True):
    """The part of a stored comment that finds it."""

    id: str
    submitted_at: datetime
    receipt_hash: str
    idempotency: IdempotencyRow | None = None


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
        if row.public and row.visibility is Visibility.PUBLIC and row.state is not State.WITHDRAWN:
            return SectionId(row.section)
        return None


def entry(document: bytes, place: int) -> Entry:
    """Raises msgspec.DecodeError, or ValueError for an id that is no UUID."""
    row = _decoder.decode(document)
    order = (row.submitted_at - _EPOCH) // _MICROSECOND
    return Entry(row=row, key=key_of(row.id), order=order, place=place, document=document)


def rank(document: bytes) -> tuple[datetime, str]:
    """What a comment is ordered by. Raises msgspec.DecodeError."""
    ranked = _rank_decoder.decode(document)
    return ranked.submitted_at, ranked.id


def key_of(comment_id: str) -> bytes:
    """The 16 bytes of an id. Raises ValueError if it is no UUID."""
    key = bytes.fromhex(comment_id.replace("-", ""))
    if len(key) != 16 or len(comment_id) != _UUID_CHARACTERS:
        raise ValueError(f"{comment_id!r} is no UUID")
    return key
