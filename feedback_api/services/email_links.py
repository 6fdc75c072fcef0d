"""Links in mails: each names a comment to this service alone, for as long as its address is there.

A token is a synthetic initialisation vector (RFC 5297): a keyed hash of purpose, comment and
address, and the comment's id under a pad that follows from that hash. So there is no list of
tokens, nobody else can read or make one, and it dies with the address.
"""

import base64
import binascii
import hmac
import uuid
from enum import StrEnum

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownComment, UnknownEmailLink
from feedback_api.domain.identity import CommentId
from feedback_api.services import Services
from feedback_api.services.ports import Secrets

_HALF_BYTES = 16
_CHARACTERS = 43


class Purpose(StrEnum):
    """What a link does; the token of one does nothing else."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


def link_token(comment: Comment, purpose: Purpose, secrets: Secrets) -> str:
    """43 characters that need no quoting in a URL."""
    proof = _proof(comment, purpose, secrets)
    identity = uuid.UUID(comment.id).bytes
    return base64.urlsafe_b64encode(proof + _padded(identity, proof, purpose, secrets)).decode()[
        :_CHARACTERS
    ]


def comment_of(token: str, purpose: Purpose, *, services: Services) -> Comment:
    """The comment a token was made for; it has an address still.

    Raises UnknownEmailLink for all others alike: never made, outlived, of another purpose.
    """
    try:
        made = base64.b64decode(f"{token}=".encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise UnknownEmailLink from None
    if len(token) != _CHARACTERS or len(made) != 2 * _HALF_BYTES:
        raise UnknownEmailLink
    proof, padded = made[:_HALF_BYTES], made[_HALF_BYTES:]
    identity = _padded(padded, proof, purpose, services.secrets)
    try:
        comment = services.comments.get(CommentId(str(uuid.UUID(bytes=identity))))
    except UnknownComment:
        raise UnknownEmailLink from None
    expected = _proof(comment, purpose, services.secrets)
    if comment.email is None or not hmac.compare_digest(proof, expected):
        raise UnknownEmailLink
    return comment


def _proof(comment: Comment, purpose: Purpose, secrets: Secrets) -> bytes:
    about = f"{comment.id} {comment.email}"
    return secrets.keyed_hash(f"email-{purpose}", about)[:_HALF_BYTES]


def _padded(half: bytes, proof: bytes, purpose: Purpose, secrets: Secrets) -> bytes:
    """Covers an id, and uncovers it again."""
    pad = secrets.keyed_hash(f"email-{purpose}-pad", proof.hex())[:_HALF_BYTES]
    return bytes(a ^ b for a, b in zip(half, pad, strict=True))
