"""Time and randomness from the operating system."""

import secrets
import uuid
from datetime import UTC, datetime

from feedback_api.domain.identity import CommentId
from feedback_api.domain.invitation import (
    CODE_BITS,
    ID_BITS,
    InvitationCode,
    InvitationId,
    code_from_bits,
    id_from_bits,
)
from feedback_api.domain.receipt import RECEIPT_BITS, Receipt, receipt_from_bits


class SystemClock:
    """See Clock."""

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)


class SystemRandomness:
    """See Randomness, InvitationRandomness."""

    def comment_id(self) -> CommentId:
        """See Randomness."""
        return CommentId(str(uuid.uuid4()))

    def receipt(self) -> Receipt:
        """See Randomness."""
        return receipt_from_bits(secrets.randbits(RECEIPT_BITS))

    def template_id(self) -> str:
        """See Randomness."""
        return str(uuid.uuid4())

    def invitation_id(self) -> InvitationId:
        """See InvitationRandomness."""
        return id_from_bits(secrets.randbits(ID_BITS))

    def invitation_code(self) -> InvitationCode:
        """See InvitationRandomness."""
        return code_from_bits(secrets.randbits(CODE_BITS))
