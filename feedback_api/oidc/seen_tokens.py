"""Logout tokens that were taken before, so that none is taken twice."""

import threading
from datetime import datetime, timedelta

_KEPT = timedelta(minutes=10)
_MOST = 10_000


class SeenTokens:
    """Of this process; a token too old to be remembered here is too old to be taken."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def add(self, token: str, now: datetime) -> bool:
        """False if it was there already."""
        with self._lock:
            self._seen = {one: at for one, at in self._seen.items() if now - at < _KEPT}
            if token in self._seen or len(self._seen) >= _MOST:
                return False
            self._seen[token] = now
            return True

    def forget(self, token: str) -> None:
        """It did not do what it was for, and may come again."""
        with self._lock:
            self._seen.pop(token, None)
