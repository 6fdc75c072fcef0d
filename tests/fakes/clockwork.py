"""Time, randomness and secrets that a test can foretell."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from feedback_api.domain.identity import CommentId
from feedback_api.domain.invitation import (
    InvitationCode,
    InvitationId,
    code_from_bits,
    id_from_bits,
)
from feedback_api.domain.receipt import Receipt, receipt_from_bits

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class SteppingClock:
    """See Clock; a minute passes at each look."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        now = self.time
        self.time += timedelta(minutes=1)
        return now


class StandingClock:
    """See Clock; no time passes, however often it is looked at."""

    def now(self) -> datetime:
        return START


class CountingRandomness:
    """See Randomness, InvitationRandomness."""

    def __init__(self) -> None:
        self.count = 0

    def comment_id(self) -> CommentId:
        self.count += 1
        return CommentId(str(uuid.UUID(int=self.count, version=4)))

    def receipt(self) -> Receipt:
        self.count += 1
        return receipt_from_bits(self.count)

    def template_id(self) -> str:
        self.count += 1
        return str(uuid.UUID(int=self.count, version=4))

    def invitation_id(self) -> InvitationId:
        self.count += 1
        return id_from_bits(self.count)

    def invitation_code(self) -> InvitationCode:
        self.count += 1
        return code_from_bits(self.count)


class OpenSecrets:
    """See Secrets."""

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        return hashlib.sha256(f"{purpose}\0{text}".encode()).digest()
