"""From an invitation to a proved role.

A code works once, so it is marked as used before anything else is stored, by one write of one
record. What a crash then leaves is found again by whoever sends the same request with the same
Idempotency-Key: the mark holds a keyed hash of code and key, the claim. A comment holds neither,
so that not even the operator, who has the list of codes and the secret, learns whose code made it.
"""

import base64
from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreBusy, StoreFull, StoreReadOnly
from feedback_api.domain.identity import WAITING, CycleId, SectionId
from feedback_api.domain.invitation import (
    USED,
    InvitationCode,
    Proof,
    given_back,
    proof_of,
    read_code,
    redeemed,
    refuse_over,
    refuse_used,
)
from feedback_api.domain.invitation_errors import (
    InvitationForeignCycle,
    InvitationForged,
    InvitationOtherRole,
    InvitationRevoked,
    UnknownInvitation,
)
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_at, next_cycle
from feedback_api.services.invitation_ports import Inviting
from feedback_api.services.invitation_tokens import TokenKind, is_token, read_token, token
from feedback_api.services.ports import Secrets

LINK_PATH = "/feedback/invitation/"
NOT_STORED = (StoreFull, StoreReadOnly, StoreBusy)
"""Failures after which it is certain that nothing was stored."""

_HASH_BYTES = 16  # RFC 2104, section 5: a truncated HMAC keeps at least half of its bytes


def look_at_invitation(typed: str, *, key: str | None = None, services: Inviting) -> Proof:
    """What a code, a link or a proof kept says now; nothing is used up.

    `key` is that of the request which may have used the code already. Raises InvitationRefused.
    """
    text = _meant(typed)
    now = services.clock.now()
    if is_token(text):
        proof = read_token(text, services.secrets)
        try:
            invitation = services.invitations.get(proof.invitation)
        except UnknownInvitation:
            raise InvitationRevoked from None
        refuse_over(invitation, now)
        return proof
    code = read_code(text)
    hashed = code_hash(code, services.secrets)
    try:
        invitation = services.invitations.of_code(hashed)
    except UnknownInvitation:
        raise InvitationForged from None
    refuse_over(invitation, now)
    refuse_used(invitation, hashed, _claim(code, key, services.secrets))
    return proof_of(invitation)


def redeem(typed: str, *, key: str | None, services: Inviting) -> Proof:
    """The same, and a printed code is used up; of any number of requests at once one succeeds.

    Raises InvitationRefused, StoreError.
    """
    proof = look_at_invitation(typed, key=key, services=services)
    text = _meant(typed)
    if is_token(text):
        return proof
    code = read_code(text)
    hashed = code_hash(code, services.secrets)
    claim = _claim(code, key, services.secrets)
    try:
        services.invitations.change(
            proof.invitation, lambda invitation: redeemed(invitation, hashed, claim)
        )
    except UnknownInvitation:  # taken away between the two looks
        raise InvitationForged from None
    return proof


def give_back(typed: str, *, services: Inviting) -> None:
    """Let a code be used that was redeemed without a key for what could not be stored.

    Raises InvitationMalformed, UnknownInvitation, StoreError.
    """
    text = _meant(typed)
    if is_token(text):
        return
    hashed = code_hash(read_code(text), services.secrets)
    invitation = services.invitations.of_code(hashed)
    services.invitations.change(invitation.id, lambda one: given_back(one, hashed))


def proof_token(proof: Proof, secrets: Secrets) -> str:
    """What a browser or a program keeps, and presents with each comment."""
    return token(TokenKind.PROOF, proof, secrets)


def verified(comment: Comment, typed: str, *, key: str | None, services: Services) -> Comment:
    """The comment with its role proved; a printed code is used up.

    Raises InvitationRefused, StoreError.
    """
    proof = look_at_invitation(typed, key=key, services=services)
    refuse_misfit(proof, comment, services)
    redeem(typed, key=key, services=services)
    return replace(comment, role_verified=True)


def refuse_misfit(proof: Proof, comment: Comment, services: Services) -> None:
    """Raises InvitationForeignCycle, InvitationOtherRole."""
    if answering(comment.section, comment.submitted_at, services) != proof.cycle:
        raise InvitationForeignCycle(cycle=proof.cycle)
    if proof.role is not comment.role:
        raise InvitationOtherRole(role=proof.role)


def answering(section: SectionId, at: datetime, services: Services) -> CycleId | None:
    """The cycle that a comment made at `at` belongs to: the open one, else the next announced."""
    present = cycle_at(section, at, services.cycles)
    if present != WAITING:
        return present
    following = next_cycle(section, at, services.cycles)
    return None if following is None else following.id


def code_hash(code: InvitationCode, secrets: Secrets) -> str:
    """The only form in which a code is ever stored."""
    return _short(secrets.keyed_hash("invitation-code", code))


def _claim(code: InvitationCode, key: str | None, secrets: Secrets) -> str:
    """Of the key itself: of its hash, which the comment holds, the operator could make it."""
    if key is None:
        return USED
    return _short(secrets.keyed_hash("invitation-claim", f"{code}\0{key}"))


def _meant(typed: str) -> str:
    """Of a whole link the part that counts."""
    text = typed.strip()
    if LINK_PATH in text:
        text = text.rpartition(LINK_PATH)[2].partition("?")[0].partition("#")[0]
    return text


def _short(keyed_hash: bytes) -> str:
    return base64.urlsafe_b64encode(keyed_hash[:_HASH_BYTES]).rstrip(b"=").decode("ascii")
