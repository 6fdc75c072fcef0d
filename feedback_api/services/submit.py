"""Taking a comment from a reader."""

import base64
import json
from dataclasses import dataclass, fields, replace

from feedback_api.domain.comment import Comment, Draft, Idempotency, tidied, without_echo
from feedback_api.domain.decision import State
from feedback_api.domain.errors import IdempotencyMismatch, InvalidComment, Unknown
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.domain.receipt import RECEIPT_BITS, Receipt, receipt_from_bits
from feedback_api.domain.section import Wording
from feedback_api.domain.text import IDEMPOTENCY_KEY
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_at
from feedback_api.services.ports import Secrets
from feedback_api.services.redeem import NOT_STORED, give_back, verified
from feedback_api.services.standing import translation_state

_HASH_BYTES = 16  # RFC 2104, section 5: a truncated HMAC keeps at least half of its bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What the commenter gets; `repeated` when this was a retry and nothing new is stored."""

    comment: Comment
    receipt: Receipt
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A comment that is still to be stored, and the receipt that it will have."""

    comment: Comment
    receipt: Receipt
    key: str | None

    def told(self, stored: Comment) -> Submitted:
        """What the commenter gets once the store has it, or had it already."""
        is_other = stored.id != self.comment.id
        return Submitted(comment=stored, receipt=self.receipt, repeated=is_other)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    """The receipt a comment will get, and how a retry of it is known."""

    receipt: Receipt
    idempotency: Idempotency | None
    key: str | None = None


def submit(
    draft: Draft,
    *,
    idempotency_key: str | None,
    services: Services,
    collected_by: EditorName | None = None,
    agenda: CycleId | None = None,
    invitation: str | None = None,
) -> Submitted:
    """Store a comment on the wording its writer saw.

    A retry with the same key and body gets the same comment and receipt. `collected_by` is the
    editor who sends it for somebody, `agenda` the cycle that answers it, where that takes no more
    by itself. `invitation` is the code, link or proof by which the role is verified; a code is used
    up. Raises InvalidComment, UnknownSection, UnknownLanguage, UnknownWording,
    IdempotencyMismatch, Erased, InvitationRefused, StoreError.
    """
    begun = begin(
        draft, idempotency_key=idempotency_key, services=services, is_invited=invitation is not None
    )
    if isinstance(begun, Submitted):
        return begun
    comment = begun.comment
    if collected_by is not None:
        comment = replace(comment, collected_by=collected_by, agenda=agenda)
    if invitation is not None:
        comment = verified(comment, invitation, key=begun.key, services=services)
    try:
        stored = services.comments.add(comment)
    except NOT_STORED:
        if invitation is not None and begun.key is None:
            give_back(invitation, services=services)
        raise
    return begun.told(stored)


def begin(
    draft: Draft, *, idempotency_key: str | None, services: Services, is_invited: bool = False
) -> Begun | Submitted:
    """All of submitting but the store's part, from what stores and text have in memory.

    Submitted, where that is the answer to a retry. Raises as `submit`.
    """
    draft = tidied(draft)
    ticket = _ticket(draft, idempotency_key, services, is_invited=is_invited)
    if is_invited and (earlier := _earlier(ticket, services)):
        return Submitted(comment=earlier, receipt=ticket.receipt, repeated=True)
    try:
        wording = services.text.wording(draft.section, draft.language, draft.wording)
    except Unknown:
        if earlier := _earlier(ticket, services):
            return Submitted(comment=earlier, receipt=ticket.receipt, repeated=True)
        raise
    comment = _comment(without_echo(draft, wording), wording, ticket, services)
    return Begun(comment=comment, receipt=ticket.receipt, key=ticket.key)


def stored_earlier(draft: Draft, *, idempotency_key: str, services: Services) -> Comment | None:
    """The comment that submitting would only repeat.

    Raises InvalidComment, IdempotencyMismatch, Erased.
    """
    return _earlier(_ticket(tidied(draft), idempotency_key, services), services)


def receipt_hash(receipt: Receipt, secrets: Secrets) -> str:
    """The only form in which a receipt is ever stored."""
    return _short(secrets.keyed_hash("receipt", receipt))


def _ticket(
    draft: Draft, key: str | None, services: Services, *, is_invited: bool = False
) -> _Ticket:
    """The invitation itself stays out of every hash: whoever has its codes could try them all."""
    if key is None:
        return _Ticket(receipt=services.randomness.receipt(), idempotency=None)
    key = IDEMPOTENCY_KEY.tidy_or(InvalidComment, key)
    said = {one.name: getattr(draft, one.name) for one in fields(draft)}  # asdict copies deeply
    if is_invited:
        said["verified"] = True
    body = json.dumps(said, sort_keys=True, ensure_ascii=False)
    seed = services.secrets.keyed_hash("receipt-of-key", json.dumps([key, body]))
    return _Ticket(
        receipt=receipt_from_bits(int.from_bytes(seed, "big") >> (8 * len(seed) - RECEIPT_BITS)),
        idempotency=Idempotency(
            key_hash=_short(services.secrets.keyed_hash("idempotency-key", key)),
            body_hash=_short(services.secrets.keyed_hash("idempotency-body", body)),
        ),
        key=key,
    )


def _earlier(ticket: _Ticket, services: Services) -> Comment | None:
    """The comment a retry means, where the store must not be left to find it when it adds.

    A code must not be used up for it, and the text may have moved on meanwhile. Raises
    IdempotencyMismatch, Erased.
    """
    if ticket.idempotency is None:
        return None
    stored = services.comments.by_idempotency_key(ticket.idempotency.key_hash)
    if stored is not None and stored.idempotency != ticket.idempotency:
        raise IdempotencyMismatch
    return stored


def _comment(draft: Draft, wording: Wording, ticket: _Ticket, services: Services) -> Comment:
    now = services.clock.now()
    submitted = Event(what=EventKind.SUBMITTED, at=now, by=BY_COMMENTER, after=State.RECEIVED)
    return Comment(
        id=services.randomness.comment_id(),
        page=wording.page,
        cycle=cycle_at(draft.section, now, services.cycles),
        section=draft.section,
        language=draft.language,
        wording=draft.wording,
        role=draft.role,
        kind=draft.kind,
        about=draft.about,
        body=draft.body,
        visibility=draft.visibility,
        submitted_at=now,
        receipt_hash=receipt_hash(ticket.receipt, services.secrets),
        events=(submitted,),
        suggestion=draft.suggestion,
        name=draft.name,
        email=draft.email,
        idempotency=ticket.idempotency,
        translation_state=translation_state(wording, services.text),
    )


def _short(keyed_hash: bytes) -> str:
    return base64.urlsafe_b64encode(keyed_hash[:_HASH_BYTES]).rstrip(b"=").decode("ascii")
