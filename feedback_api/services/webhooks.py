"""What editors' systems are told by webhook: that something happened to a comment.

Never what the comment says, nor who did it: a receiver that may know asks the API, as an editor.
"""

import hashlib
import ipaddress
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from feedback_api.domain.comment import Comment
from feedback_api.domain.event import INTERNAL, Event, EventKind
from feedback_api.domain.identity import CommentId, CycleId, LanguageCode, PageId, SectionId
from feedback_api.services.deliveries import Untold, numbered, pending

_OF_THE_COMMENTER = {
    EventKind.EMAIL_CONFIRMED,
    EventKind.EMAIL_REMOVED,
    EventKind.CONTACT_ERASED,
}
TOLD = frozenset(EventKind) - INTERNAL - _OF_THE_COMMENTER
"""What happened to the comment itself; the rest is between editors, or about an address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that the operator configured; the only kind of place anything is sent to."""

    url: str

    @property
    def channel(self) -> str:
        """As comments remember what it was told; of a URL that may itself be a secret."""
        return f"webhook-{hashlib.sha256(self.url.encode()).hexdigest()[:12]}"

    @property
    def host(self) -> str:
        """With the port, if one is named."""
        return urlsplit(self.url).netloc

    @property
    def shown(self) -> str:
        """All of the URL that is ever shown."""
        return f"{urlsplit(self.url).scheme}://{self.host}/…"


def target(url: str) -> Target:
    """Raises ValueError unless it is https, or http to this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.fragment or not url.isascii():
        raise ValueError(url)
    if not url.isprintable() or " " in url or parts.port == 0:
        raise ValueError(url)
    if parts.scheme != "https" and (parts.scheme != "http" or not _is_this_machine(parts.hostname)):
        raise ValueError(url)
    return Target(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event of one comment; `id` is the same however often and to whom it is told.

    `number` counts the comment's events from 1; it is 0 for the erasure, of which nothing is left
    but the comment's id.
    """

    id: str
    kind: EventKind
    at: datetime
    comment: CommentId
    number: int
    section: SectionId | None = None
    page: PageId | None = None
    language: LanguageCode | None = None
    cycle: CycleId | None = None
    state: str | None = None


def notices(comment: Comment, channel: str, since: datetime) -> Iterator[Notice]:
    """What the channel has still to be told, oldest first; nothing from before it was there."""
    for untold in pending(comment, channel):
        if untold.event.what in TOLD and untold.event.at >= since:
            yield _notice(comment, untold)


def notice(comment: Comment, number: int) -> Notice:
    """Of one event, whether told or not."""
    return _notice(comment, numbered(comment)[number - 1])


def erasure(comment: CommentId, at: datetime) -> Notice:
    """That a receiver should forget the comment, too."""
    kind = EventKind.ERASED
    return Notice(id=_id(comment, kind), kind=kind, at=at, comment=comment, number=0)


def _notice(comment: Comment, untold: Untold) -> Notice:
    return Notice(
        id=_id(comment.id, str(untold.number)),
        kind=untold.event.what,
        at=untold.event.at,
        comment=comment.id,
        number=untold.number,
        section=comment.section,
        page=comment.page,
        language=comment.language,
        cycle=comment.cycle,
        state=_state_after(comment.events[: untold.number]),
    )


def _state_after(events: tuple[Event, ...]) -> str | None:
    """Told from the event, not from the comment: a repetition must say the same."""
    states = (event.after for event in reversed(events) if event.what not in INTERNAL)
    return next((state for state in states if state), None)


def _id(comment: CommentId, name: str) -> str:
    return str(uuid.uuid5(uuid.UUID(comment), f"event {name}"))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
