"""What became of each attempt to tell an editors' system something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import CommentId

ATTEMPTS_KEPT = 1_000


class Result(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"  # the receiver answered 2xx
    FAILED = "failed"  # it is tried again
    GIVEN_UP = "given-up"  # it is not, unless an editor says so


class Trouble(StrEnum):
    """Why there was no answer."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request: `status` is None where no answer came; `attempt` counts from 1.

    `happened_at` is the event's own time, `at` the request's.
    """

    event: str  # id of the notice
    kind: EventKind
    happened_at: datetime
    comment: CommentId
    number: int
    channel: str
    host: str
    at: datetime
    attempt: int
    result: Result
    status: int | None = None
    trouble: Trouble | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A channel in use, and since when: of what happened before it is told nothing."""

    channel: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDue:
    """An erasure of which a channel has to be told; the comment itself can tell no more."""

    channel: str
    comment: CommentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """All that is kept: `attempts` oldest first, at most ATTEMPTS_KEPT."""

    lines: tuple[Line, ...] = ()
    erasures: tuple[ErasureDue, ...] = ()
    attempts: tuple[Attempt, ...] = ()


class WebhookLog(Protocol):
    """The record on disk."""

    def read(self) -> WebhookRecord:
        """From memory; empty if nothing was kept yet."""

    def keep(self, record: WebhookRecord) -> None:
        """Durable on return. Raises StoreError."""


class Deliveries(Protocol):
    """What the board shows of webhooks; from memory."""

    def hosts(self) -> Sequence[str]:
        """Of the targets that are configured."""

    def waiting(self) -> int:
        """How many comments some target has still to be told of."""

    def attempts(self) -> Sequence[Attempt]:
        """The last ones to these targets, newest first."""

    def send_again(self, attempt: Attempt) -> None:
        """Try it once more as soon as may be; the id stays the same."""


class NoDeliveries:
    """Where no webhook is configured."""

    def hosts(self) -> Sequence[str]:
        """See Deliveries."""
        return ()

    def waiting(self) -> int:
        """See Deliveries."""
        return 0

    def attempts(self) -> Sequence[Attempt]:
        """See Deliveries."""
        return ()

    def send_again(self, attempt: Attempt) -> None:
        """See Deliveries; there is nothing to be sent."""


NO_DELIVERIES = NoDeliveries()
