"""One's own data by e-mail: a link, mailed to the address alone, to all comments made with it.

Whoever asks learns nothing: the answer is the same for every address, and the mail goes only to one
that comments were made with. Nothing is kept of the asking: the token carries the address under a
pad that follows from its keyed hash (as in email_links), and when it ends.
"""

import base64
import binascii
import hmac
import string
from datetime import datetime, timedelta
from typing import Protocol

from feedback_api.domain.comment import Comment
from feedback_api.domain.data_link_errors import UnknownDataLink
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.event import BY_COMMENTER
from feedback_api.domain.identity import CommentId, LanguageCode
from feedback_api.domain.remarks import Erasure, Way
from feedback_api.services import Services
from feedback_api.services.erasing import erased
from feedback_api.services.ports import CommentQuery, Secrets

LINK_HOURS = 2
_PROOF_BYTES = 16
_END_BYTES = 5
_PAD_BYTES = 32
_MOST_CHARACTERS = 600
_PURPOSE = "own-data"
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class DataDesk(Protocol):
    """Takes requests for one's own data; what comes of them comes by mail."""

    def ask(self, email: str, language: LanguageCode) -> None:
        """Answers at once, whether the address is known or not."""


class NoDataDesk:
    """Where no mail is sent."""

    def ask(self, email: str, language: LanguageCode) -> None:
        """See DataDesk."""


def data_token(email: str, *, now: datetime, secrets: Secrets) -> str:
    """For a link that ends after LINK_HOURS; needs no quoting in a URL."""
    ends = int((now + timedelta(hours=LINK_HOURS)).timestamp())
    said = ends.to_bytes(_END_BYTES, "big") + _folded(email).encode()
    proof = secrets.keyed_hash(_PURPOSE, said.hex())[:_PROOF_BYTES]
    token = base64.urlsafe_b64encode(proof + _padded(said, proof, secrets))
    return token.rstrip(b"=").decode("ascii")


def address_of(token: str, *, services: Services) -> str:
    """The address a token was made for, in small letters.

    Raises UnknownDataLink for all others alike: never made, mangled, ended.
    """
    proof, said = _read(token, services.secrets)
    expected = services.secrets.keyed_hash(_PURPOSE, said.hex())[:_PROOF_BYTES]
    if not hmac.compare_digest(proof, expected):
        raise UnknownDataLink  # before its end is read: a stranger's may be in no year we know
    if services.clock.now().timestamp() >= int.from_bytes(said[:_END_BYTES], "big"):
        raise UnknownDataLink
    return said[_END_BYTES:].decode()


def comments_with(email: str, *, services: Services) -> tuple[Comment, ...]:
    """Every comment made with the address, oldest first; reads them all: call it in a thread."""
    wanted = _folded(email)
    return tuple(
        comment
        for comment in services.reads.every(CommentQuery())
        if comment.email is not None and _folded(comment.email) == wanted
    )


def erase_with(email: str, comment_id: CommentId, *, services: Services) -> None:
    """Erase a comment made with the address. Again, or a stranger's, is no error: nothing happens.

    Raises StoreError.
    """
    wanted = _folded(email)
    erasure = Erasure(at=services.clock.now(), by=BY_COMMENTER, way=Way.EMAIL)

    def step(comment: Comment) -> Comment:
        is_theirs = comment.email is not None and _folded(comment.email) == wanted
        return erased(comment, erasure) if is_theirs else comment

    try:
        services.comments.change(comment_id, step)
    except UnknownComment:
        return


def _read(token: str, secrets: Secrets) -> tuple[bytes, bytes]:
    """Proof, and end with address. Raises UnknownDataLink."""
    try:
        quantum = "=" * (-len(token) % 4)
        made = base64.b64decode(f"{token}{quantum}".encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise UnknownDataLink from None
    if len(token) > _MOST_CHARACTERS or len(made) <= _PROOF_BYTES + _END_BYTES:
        raise UnknownDataLink
    proof = made[:_PROOF_BYTES]
    return proof, _padded(made[_PROOF_BYTES:], proof, secrets)


def _padded(said: bytes, proof: bytes, secrets: Secrets) -> bytes:
    """Covers what a token says, and uncovers it again."""
    blocks = range(-(-len(said) // _PAD_BYTES))
    pad = b"".join(secrets.keyed_hash(f"{_PURPOSE}-pad", f"{proof.hex()} {n}") for n in blocks)
    return bytes(a ^ b for a, b in zip(said, pad, strict=False))


def _folded(email: str) -> str:
    """Only A to Z: Unicode's own folding makes one address of two people's (ß and ss, K and k)."""
    return email.strip().translate(_SMALL)
