"""Keeps strangers from flooding somebody's mailbox with questions for a confirmation."""

from collections import deque
from datetime import datetime, timedelta

LIMIT = 20
"""More in a day than anybody comments, and fewer than would be worth an attack."""
_DAY = timedelta(days=1)
_ADDRESSES_LIMIT = 10_000


class Restraint:
    """Counts in memory alone: nothing of an address is kept anywhere."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[datetime]] = {}

    def allows(self, address: str, now: datetime) -> bool:
        """Whether one more may go to the address now; then it counts as sent."""
        sent = self._sent.pop(address.casefold(), deque(maxlen=LIMIT))
        self._sent[address.casefold()] = sent  # the one asked about last stands last
        if len(self._sent) > _ADDRESSES_LIMIT:
            del self._sent[next(iter(self._sent))]
        if len(sent) == LIMIT and now - sent[0] < _DAY:
            return False
        sent.append(now)
        return True

    def take_back(self, address: str) -> None:
        """What counted last was not sent after all."""
        if sent := self._sent.get(address.casefold()):
            sent.pop()
