"""How a comment looks in its TinyDB document.

Left out are absent options, and the event of submission, which `submitted_at` tells.
"""

import dataclasses
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from feedback_api.domain.comment import (
    About,
    Addition,
    Comment,
    Idempotency,
    Kind,
    Role,
    Visibility,
)
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=1)]


class _Row(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class EventRow(_Row, frozen=True):
    """See domain Event."""

    what: EventKind
    at: Moment
    by: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None


class DecisionRow(_Row, frozen=True):
    """See domain Decision."""

    outcome: State
    reason: str
    reason_language: str
    by: str
    at: Moment
    duplicate_of: str | None = None
    deferred_to: str | None = None


class AdditionRow(_Row, frozen=True):
    """See domain Addition."""

    at: Moment
    body: str


class IdempotencyRow(_Row, frozen=True):
    """See domain Idempotency."""

    key_hash: str
    body_hash: str


class CommentDocument(_Row, frozen=True):
    """See domain Comment."""

    id: str
    cycle: str
    page: str
    section: str
    language: str
    wording: str
    role: Role
    kind: Kind
    about: About
    visibility: Visibility
    submitted_at: Moment
    state: State
    body: str
    receipt_hash: str
    suggestion: str | None = None
    name: str | None = None
    email: str | None = None
    role_verified: bool = False
    public: bool = False
    decision: DecisionRow | None = None
    additions: tuple[AdditionRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    idempotency: IdempotencyRow | None = None
    version: Version = 1


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CommentDocument)


def canonical_comment(document: bytes) -> bytes:
    """The document as this module writes it. Raises msgspec.DecodeError."""
    canonical = _encoder.encode(_decoder.decode(document))
    return document if canonical == document else canonical


def decode_comment(document: bytes) -> Comment:
    """Raises msgspec.DecodeError."""
    row = _decoder.decode(document)
    submitted = Event(
        what=EventKind.SUBMITTED, at=row.submitted_at, by=BY_COMMENTER, after=State.RECEIVED
    )
    fields = msgspec.structs.asdict(row)
    fields["events"] = (submitted, *_converted(row.events, tuple[Event, ...]))
    if row.decision:
        fields["decision"] = _converted(row.decision, Decision)
    if row.additions:
        fields["additions"] = _converted(row.additions, tuple[Addition, ...])
    if row.idempotency:
        fields["idempotency"] = _converted(row.idempotency, Idempotency)
    return Comment(**fields)


def encode_comment(comment: Comment) -> bytes:
    """Raises ValueError for what could not be read back."""
    submitted, *later = comment.events
    if (submitted.what, submitted.at) != (EventKind.SUBMITTED, comment.submitted_at):
        raise ValueError("the first event of a comment is its submission")
    told = dataclasses.replace(comment, events=tuple(later))
    encoded = _encoder.encode(_converted(told, CommentDocument))
    return bytes(memoryview(encoded))  # the encoder's own bytes keep a third of slack in memory


_Target = TypeVar("_Target")


def _converted(source: object, target: type[_Target]) -> _Target:
    """The same fields in another type, nested ones too."""
    return msgspec.convert(source, target, from_attributes=True)
