"""Invitations: what proves the role of a commenter, and nothing else about the commenter.

A shared link may be used by many; a printed code works once. A code has 18 letters in three groups
of six, so that nobody takes it for a receipt: 85 random bits, and a check letter by which a
mistyped code is told from one that was never made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NewType

from feedback_api.domain.comment import Role
from feedback_api.domain.crockford import ALPHABET, BITS_OF_LETTER, grouped, meant, written
from feedback_api.domain.identity import CycleId
from feedback_api.domain.invitation_errors import (
    InvitationExpired,
    InvitationMalformed,
    InvitationRevoked,
    InvitationUsed,
)

InvitationId = NewType("InvitationId", str)
"""Of all that was made at once: eight letters of base 32."""
InvitationCode = NewType("InvitationCode", str)
"""As printed: three groups of six, upper case, with hyphens."""

USED = ""
"""In place of a claim, where the redeeming request had no key by which to know it again."""

_LETTERS = 18
_GROUP = 6
_ID_LETTERS = 8

CODE_BITS = (_LETTERS - 1) * BITS_OF_LETTER
ID_BITS = _ID_LETTERS * BITS_OF_LETTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """All that one call made: a shared link, or any number of printed codes.

    `expires_at` is the first moment at which it proves nothing any more. `codes`: the keyed hash of
    each code, with the claim of the request that redeemed it, and None while none did; empty for
    a link. A claim is a keyed hash, too: it lets that request be repeated, and names nobody.
    """

    id: InvitationId
    role: Role
    cycle: CycleId
    made_on: date
    expires_at: datetime
    codes: Mapping[str, str | None] = field(default_factory=dict)
    is_revoked: bool = False

    @property
    def is_link(self) -> bool:
        return not self.codes

    @property
    def used(self) -> int:
        """How many of its codes were redeemed."""
        return sum(claim is not None for claim in self.codes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an invitation says about whoever holds it; the same for everybody who does."""

    invitation: InvitationId
    role: Role
    cycle: CycleId
    expires_at: datetime


def proof_of(invitation: Invitation) -> Proof:
    """What it proves, while it does."""
    return Proof(
        invitation=invitation.id,
        role=invitation.role,
        cycle=invitation.cycle,
        expires_at=invitation.expires_at,
    )


def refuse_over(invitation: Invitation, now: datetime) -> None:
    """Raises InvitationRevoked, InvitationExpired."""
    if invitation.is_revoked:
        raise InvitationRevoked
    if now >= invitation.expires_at:
        raise InvitationExpired


def refuse_used(invitation: Invitation, code_hash: str, claim: str) -> None:
    """Raises InvitationUsed, unless the very request that comes again had used it."""
    if invitation.codes[code_hash] not in (None, claim or None):
        raise InvitationUsed


def redeemed(invitation: Invitation, code_hash: str, claim: str) -> Invitation:
    """The invitation with one code used up; the same object for a repetition.

    Raises InvitationUsed.
    """
    refuse_used(invitation, code_hash, claim)
    if invitation.codes[code_hash] == claim:
        return invitation
    return replace(invitation, codes={**invitation.codes, code_hash: claim})


def given_back(invitation: Invitation, code_hash: str) -> Invitation:
    """The invitation with one code unused again."""
    return replace(invitation, codes={**invitation.codes, code_hash: None})


def id_from_bits(bits: int) -> InvitationId:
    """The id for a number below 2**40."""
    return InvitationId(written(bits, _ID_LETTERS))


def code_from_bits(bits: int) -> InvitationCode:
    """The code for a number below 2**85."""
    letters = written(bits, _LETTERS - 1)
    return InvitationCode(grouped(letters + _check(letters), _GROUP))


def read_code(typed: str) -> InvitationCode:
    """The code a person meant, see crockford.meant. Raises InvitationMalformed."""
    letters = meant(typed)
    if letters is None or len(letters) != _LETTERS or _check(letters[:-1]) != letters[-1]:
        raise InvitationMalformed
    return InvitationCode(grouped(letters, _GROUP))


def _check(letters: str) -> str:
    """Luhn mod 32: tells each wrong letter, and nearly each two letters that changed places."""
    return ALPHABET[-sum(_weighed(letters)) % len(ALPHABET)]


def _weighed(letters: str) -> Iterator[int]:
    for place, letter in enumerate(reversed(letters)):
        high, low = divmod(ALPHABET.index(letter) * (2 - place % 2), len(ALPHABET))
        yield high + low
