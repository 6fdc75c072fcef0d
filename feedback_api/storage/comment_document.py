"""How a comment looks in its TinyDB document.

Left out are absent options, and the event of submission, which `submitted_at` tells.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from feedback_api.domain.comment import (
    About,
    Comment,
    Idempotency,
    Kind,
    Role,
    Visibility,
)
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import WAITING, CycleId
from feedback_api.domain.publication import Published
from feedback_api.domain.remarks import (
    Addition,
    Delivered,
    Erasure,
    Gloss,
    Note,
    Objection,
    Question,
    Way,
)
from feedback_api.domain.section import TranslationState

_UUID_CHARACTERS = 36

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
    commit: str | None = None
    repeated: bool = False


class DecisionRow(_Row, frozen=True):
    """See domain Decision."""

    outcome: State
    reason: str
    reason_language: str
    by: str
    at: Moment
    cycle: str = WAITING
    duplicate_of: str | None = None
    deferred_to: str | None = None


class AdditionRow(_Row, frozen=True):
    """See domain Addition."""

    at: Moment
    body: str


class NoteRow(_Row, frozen=True):
    """See domain Note."""

    at: Moment
    by: str
    body: str


class GlossRow(_Row, frozen=True):
    """See domain Gloss."""

    at: Moment
    by: str
    language: str
    text: str


class QuestionRow(_Row, frozen=True):
    """See domain Question."""

    at: Moment
    by: str
    language: str
    body: str


class DeliveredRow(_Row, frozen=True):
    """See domain Delivered."""

    channel: str
    events: int


class ErasureRow(_Row, frozen=True):
    """See domain Erasure."""

    at: Moment
    by: str
    way: Way = Way.RECEIPT
    why: str = ""


class IdempotencyRow(_Row, frozen=True):
    """See domain Idempotency."""

    key_hash: str
    body_hash: str


class PublishedRow(_Row, frozen=True):
    """See domain Published."""

    commit: str
    at: Moment


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
    earlier_decisions: tuple[DecisionRow, ...] = ()
    prepared: DecisionRow | None = None
    additions: tuple[AdditionRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    gloss: GlossRow | None = None
    objection: AdditionRow | None = None
    assignee: str | None = None
    collected_by: str | None = None
    agenda: str | None = None
    seconds: tuple[str, ...] = ()
    email_confirmed_at: Moment | None = None
    delivered: tuple[DeliveredRow, ...] = ()
    erased: ErasureRow | None = None
    events: tuple[EventRow, ...] = ()
    idempotency: IdempotencyRow | None = None
    published: PublishedRow | None = None
    publication_turn: Annotated[int, msgspec.Meta(ge=0)] = 0
    translation_state: TranslationState | None = None
    version: Version = 1


_NESTED: Mapping[str, Any] = {
    "decision": Decision,
    "earlier_decisions": tuple[Decision, ...],
    "prepared": Decision,
    "additions": tuple[Addition, ...],
    "notes": tuple[Note, ...],
    "questions": tuple[Question, ...],
    "gloss": Gloss,
    "objection": Objection,
    "delivered": tuple[Delivered, ...],
    "erased": Erasure,
    "idempotency": Idempotency,
    "published": Published,
}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CommentDocument)
_checked_decoder = msgspec.json.Decoder(Comment)


def canonical_comment(document: bytes, cycle: CycleId) -> bytes:
    """The document as this module writes it.

    Raises msgspec.DecodeError, and ValueError for an id that is no UUID or for another cycle's.
    """
    row = _decoder.decode(document)
    key_of(row.id)
    if row.cycle != cycle:
        raise ValueError(f"it is of cycle {row.cycle}")
    canonical = _encoder.encode(row)
    return document if canonical == document else canonical


def key_of(comment_id: str) -> bytes:
    """The 16 bytes of an id. Raises ValueError if it is no UUID."""
    key = bytes.fromhex(comment_id.replace("-", ""))
    if len(key) != 16 or len(comment_id) != _UUID_CHARACTERS:
        raise ValueError(f"{comment_id!r} is no UUID")
    return key


def decode_comment(document: bytes) -> Comment:
    """Raises msgspec.DecodeError."""
    row = _decoder.decode(document)
    submitted = Event(
        what=EventKind.SUBMITTED, at=row.submitted_at, by=BY_COMMENTER, after=State.RECEIVED
    )
    fields = msgspec.structs.asdict(row)
    fields["events"] = (submitted, *_converted(row.events, tuple[Event, ...]))
    for name, kind in _NESTED.items():
        if fields[name]:
            fields[name] = _converted(fields[name], kind)
    return Comment(**fields)


def decode_checked(document: bytes) -> Comment:
    """The same for less, of a document that was checked when it was read."""
    comment = _checked_decoder.decode(document)
    submitted = Event(
        what=EventKind.SUBMITTED, at=comment.submitted_at, by=BY_COMMENTER, after=State.RECEIVED
    )
    # Nobody else has seen it yet: it is not changed, its making ends here.
    object.__setattr__(comment, "events", (submitted, *comment.events))
    return comment


def encode_comment(comment: Comment) -> bytes:
    """Raises ValueError for what could not be read back."""
    submitted = comment.events[0] if comment.events else None
    if submitted is None or (submitted.what, submitted.at) != (
        EventKind.SUBMITTED,
        comment.submitted_at,
    ):
        raise ValueError("the first event of a comment is its submission")
    document = _converted(comment, CommentDocument)
    told = msgspec.structs.replace(document, events=document.events[1:])
    encoded = _encoder.encode(told)
    return bytes(memoryview(encoded))  # the encoder's own bytes keep a third of slack in memory


_Target = TypeVar("_Target")


def _converted(source: object, target: type[_Target]) -> _Target:
    """The same fields in another type, nested ones too."""
    return msgspec.convert(source, target, from_attributes=True)
