"""Time and randomness from the operating system."""

import os
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

_DRAW_BYTES = 16
_DRAWS = 128


class SystemClock:
    """See Clock."""

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)


class SystemRandomness:
    """See Randomness, InvitationRandomness; for any number of threads.

    The system is asked for many at once: each asking lets other threads run, and a comment that is
    on its way waits until they let it go on.
    """

    def __init__(self) -> None:
        self._drawn: list[bytes] = []

    def comment_id(self) -> CommentId:
        """See Randomness."""
        return CommentId(self._uuid())

    def receipt(self) -> Receipt:
        """See Randomness."""
        return receipt_from_bits(self._bits(RECEIPT_BITS))

    def template_id(self) -> str:
        """See Randomness."""
        return self._uuid()

    def invitation_id(self) -> InvitationId:
        """See InvitationRandomness."""
        return id_from_bits(self._bits(ID_BITS))

    def invitation_code(self) -> InvitationCode:
        """See InvitationRandomness."""
        return code_from_bits(self._bits(CODE_BITS))

    def _uuid(self) -> str:
        return str(uuid.UUID(bytes=self._take(), version=4))

    def _bits(self, number: int) -> int:
        """So many, at most those of one draw."""
        return int.from_bytes(self._take(), "big") >> (8 * _DRAW_BYTES - number)

    def _take(self) -> bytes:
        """Each draw is given out once: nobody else gets what `pop` gave."""
        while True:
            try:
                return self._drawn.pop()
            except IndexError:
                drawn = os.urandom(_DRAW_BYTES * _DRAWS)
                starts = range(0, len(drawn), _DRAW_BYTES)
                self._drawn += [drawn[start : start + _DRAW_BYTES] for start in starts]
