"""Webhooks of several replicas: one of them tells, on all of them the board shows what was told."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from feedback_api.domain.errors import StoreError
from feedback_api.outgoing.webhooks import Webhooks
from feedback_api.services.webhook_attempts import Attempt, Result, WebhookLog
from feedback_api.services.webhooks import Target

_LOOK_SECONDS = 1.0


class Repeats(Protocol):
    """What editors want to be sent again; both methods raise StoreError."""

    def add(self, attempt: Attempt) -> None:
        """Have it sent."""

    def take(self) -> Sequence[Attempt]:
        """What is to be sent now, given to one who asks only."""


class SharedDeliveries:
    """See Deliveries; every method but `hosts` waits for the store."""

    def __init__(self, targets: Sequence[Target], log: WebhookLog, repeats: Repeats) -> None:
        self._targets = targets
        self._log = log
        self._repeats = repeats

    def hosts(self) -> Sequence[str]:
        """See Deliveries."""
        return [target.host for target in self._targets]

    def waiting(self) -> int:
        """See Deliveries; as far as the one who tells has noted it."""
        last = {(one.channel, one.comment): one.result for one in reversed(self.attempts())}
        failed = {comment for (_, comment), result in last.items() if result is Result.FAILED}
        return len(failed | {due.comment for due in self._log.read().erasures})

    def attempts(self) -> Sequence[Attempt]:
        """See Deliveries."""
        channels = {target.channel for target in self._targets}
        return [one for one in reversed(self._log.read().attempts) if one.channel in channels]

    def send_again(self, attempt: Attempt) -> None:
        """See Deliveries."""
        self._repeats.add(attempt)


class TellingReplica:
    """The webhooks of the replica that tells; see background.Worker."""

    def __init__(self, open_webhooks: Callable[[], Webhooks], repeats: Repeats) -> None:
        """`open_webhooks` reads what the one before noted."""
        self._open_webhooks = open_webhooks
        self._repeats = repeats

    async def __call__(self, stopping: asyncio.Event) -> None:
        """Tell until the event is set."""
        webhooks = await asyncio.to_thread(self._open_webhooks)
        repeating = asyncio.create_task(self._repeat(webhooks))
        try:
            await webhooks(stopping)
        finally:
            repeating.cancel()

    async def _repeat(self, webhooks: Webhooks) -> None:
        while True:
            with suppress(StoreError):
                for attempt in await asyncio.to_thread(self._repeats.take):
                    webhooks.send_again(attempt)
            await asyncio.sleep(_LOOK_SECONDS)
