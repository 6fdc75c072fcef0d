"""What became of webhooks: in memory for the board, on disk for after a restart."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime

from feedback_api.domain.errors import StoreError
from feedback_api.domain.identity import CommentId
from feedback_api.services.webhook_attempts import (
    ATTEMPTS_KEPT,
    Attempt,
    ErasureDue,
    Line,
    WebhookLog,
    WebhookRecord,
)

_log = logging.getLogger(__name__)


class Journal:
    """For the event loop alone; only `keep` waits for the disk, and in a thread."""

    def __init__(self, log: WebhookLog, channels: Sequence[str], now: datetime) -> None:
        """A channel that was not there is told nothing of before `now`; one gone is forgotten."""
        record = log.read()
        known = {line.channel: line.since for line in record.lines}
        self._log = log
        self._since = {channel: known.get(channel, now) for channel in channels}
        self._attempts = deque(record.attempts)
        self._last = {(one.channel, one.event): one for one in record.attempts}
        self._erasures = {
            (one.channel, one.comment): one for one in record.erasures if one.channel in self._since
        }
        self._writing = asyncio.Lock()
        self._is_kept = False

    @property
    def since(self) -> Mapping[str, datetime]:
        """Of each channel: from when on it is told what happens."""
        return self._since

    def attempts(self) -> Sequence[Attempt]:
        """Those of the channels in use, newest first."""
        return [one for one in reversed(self._attempts) if one.channel in self._since]

    def last(self, channel: str, event: str) -> Attempt | None:
        """The last attempt to tell the channel of this event."""
        return self._last.get((channel, event))

    def note(self, attempt: Attempt) -> None:
        """Add it; the oldest one goes."""
        self._attempts.append(attempt)
        self._last[attempt.channel, attempt.event] = attempt
        if len(self._attempts) > ATTEMPTS_KEPT:
            gone = self._attempts.popleft()
            if self._last[gone.channel, gone.event] is gone:
                del self._last[gone.channel, gone.event]
        self._is_kept = False

    def erase(self, comment: CommentId, at: datetime) -> None:
        """Forget what was told of it; each channel has to be told that it is erased."""
        self._attempts = deque(one for one in self._attempts if one.comment != comment)
        self._last = {(one.channel, one.event): one for one in self._attempts}
        for channel in self._since:
            due = ErasureDue(channel=channel, comment=comment, at=at)
            self._erasures.setdefault((channel, comment), due)
        self._is_kept = False

    def erasure(self, channel: str, comment: CommentId) -> ErasureDue | None:
        """The one of which the channel has still to be told."""
        return self._erasures.get((channel, comment))

    def erasures(self) -> Sequence[ErasureDue]:
        """All of which some channel has still to be told."""
        return tuple(self._erasures.values())

    def erasure_told(self, channel: str, comment: CommentId) -> None:
        """The channel knows, or was given up."""
        self._erasures.pop((channel, comment), None)
        self._is_kept = False

    async def keep(self) -> None:
        """Write what changed. A disk that fails costs the record, not the telling."""
        async with self._writing:
            if self._is_kept:
                return
            self._is_kept = True
            record = WebhookRecord(
                lines=tuple(Line(channel=name, since=at) for name, at in self._since.items()),
                erasures=tuple(self._erasures.values()),
                attempts=tuple(self._attempts),
            )
            try:
                await asyncio.to_thread(self._log.keep, record)
            except StoreError as error:
                self._is_kept = False
                _log.error("The record of webhooks could not be written: %s", error.code)
