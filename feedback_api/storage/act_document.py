"""Acts of erasure as JSON, for a list of them that travels beside a backup."""

from collections.abc import Iterable, Sequence

import msgspec

from feedback_api.domain.act import Act, What
from feedback_api.domain.comment import Comment
from feedback_api.domain.identity import CommentId, SectionId
from feedback_api.domain.remarks import Way
from feedback_api.storage.comment_document import (
    Moment,
    decode_comment,
    encode_comment,
    key_of,
)
from feedback_api.storage.comment_shelves import can_be_cycle

_NOTHING = msgspec.Raw(b"null")


class _ActRow(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """See domain Act."""

    what: What
    comment: str
    section: str
    at: Moment
    by: str
    way: Way
    why: str = ""
    tombstone: msgspec.Raw = _NOTHING


_decoder = msgspec.json.Decoder(list[_ActRow])


def encode_acts(acts: Iterable[Act]) -> bytes:
    """A JSON list, one act a line."""
    rows = [msgspec.json.encode(_row(act)) for act in acts]
    return b"[\n" + b",\n".join(rows) + b"\n]\n" if rows else b"[]\n"


def decode_acts(document: bytes) -> Sequence[Act]:
    """Raises msgspec.DecodeError, and ValueError for an act that contradicts itself."""
    return [_act(row) for row in _decoder.decode(document)]


def _row(act: Act) -> _ActRow:
    left = act.tombstone
    return _ActRow(
        what=act.what,
        comment=act.comment,
        section=act.section,
        at=act.at,
        by=act.by,
        way=act.way,
        why=act.why,
        tombstone=msgspec.Raw(encode_comment(left)) if left else _NOTHING,
    )


def _act(row: _ActRow) -> Act:
    key_of(row.comment)
    left = None if row.tombstone == _NOTHING else decode_comment(bytes(row.tombstone))
    if left is not None and not _is_tombstone(left, row.comment):
        raise ValueError(f"the tombstone of {row.comment} is none")
    return Act(
        what=row.what,
        comment=CommentId(row.comment),
        section=SectionId(row.section),
        at=row.at,
        by=row.by,
        way=row.way,
        why=row.why,
        tombstone=left,
    )


def _is_tombstone(left: Comment, of: str) -> bool:
    """The name of its cycle becomes that of a folder."""
    is_empty = left.erased is not None and not left.body
    return is_empty and left.id == of and can_be_cycle(left.cycle)
