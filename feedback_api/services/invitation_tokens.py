"""Links and proofs: what an invitation says, signed, so that nobody makes or changes one.

    link.7Q2M9XW4.staff.2027-1.1801526400.5nH…

A link may be opened by many. A proof is what a browser keeps once an invitation was redeemed: it is
the same for everybody invited at once, so that no two comments are told to be of one person by it.
"""

import base64
import hmac
import re
from datetime import UTC, datetime
from enum import StrEnum

from feedback_api.domain.comment import Role
from feedback_api.domain.identity import CycleId
from feedback_api.domain.invitation import InvitationId, Proof
from feedback_api.domain.invitation_errors import InvitationForged, InvitationMalformed
from feedback_api.services.ports import Secrets

_SEAL_BYTES = 16  # RFC 2104, section 5: a truncated HMAC keeps at least half of its bytes
_TOKEN = re.compile(
    r"(?P<kind>link|proof)\.(?P<id>[0-9A-Z]{8})\.(?P<role>[a-z]{1,20})\."
    r"(?P<cycle>[0-9]{4}-[0-9]{1,2})\.(?P<until>[0-9]{1,11})\.(?P<seal>[A-Za-z0-9_-]{22})"
)


class TokenKind(StrEnum):
    """What a token is for; the seal of one does not fit the other."""

    LINK = "link"
    PROOF = "proof"


def token(kind: TokenKind, proof: Proof, secrets: Secrets) -> str:
    """Some 60 characters that need no quoting in a URL or a cookie."""
    said = _said(proof)
    return f"{kind}.{said}.{_seal(kind, said, secrets)}"


def is_token(text: str) -> bool:
    """Whether it is meant to be one, rather than a printed code."""
    return text.startswith(tuple(f"{kind}." for kind in TokenKind))


def read_token(text: str, secrets: Secrets) -> Proof:
    """What a token says; whether that still holds, its invitation knows.

    Raises InvitationMalformed, InvitationForged.
    """
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise InvitationMalformed
    kind, seal = TokenKind(found["kind"]), found["seal"]
    said = text.removeprefix(f"{kind}.").removesuffix(f".{seal}")
    if not hmac.compare_digest(seal, _seal(kind, said, secrets)):
        raise InvitationForged
    return Proof(
        invitation=InvitationId(found["id"]),
        role=Role(found["role"]),
        cycle=CycleId(found["cycle"]),
        expires_at=datetime.fromtimestamp(int(found["until"]), UTC),
    )


def _said(proof: Proof) -> str:
    until = int(proof.expires_at.timestamp())
    return f"{proof.invitation}.{proof.role}.{proof.cycle}.{until}"


def _seal(kind: TokenKind, said: str, secrets: Secrets) -> str:
    sealed = secrets.keyed_hash(f"invitation-{kind}", said)[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")
