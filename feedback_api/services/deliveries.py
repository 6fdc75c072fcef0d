"""Which events of a comment a channel has not yet been told of.

For whatever leaves the service on its own: e-mail, webhooks. A channel is a name; how far it has
been told is kept in the comment (`delivered`), so that a restart or a crash loses nothing. How to
use it:

- `storage.change_feed.ChangeFeed` names each comment that changed, right after the disk has it;
- at start look at every comment once, for what changed while nobody listened;
- tell what `pending` gives, oldest first; it holds INTERNAL events too, each channel picks its own;
- `mark` each as soon as it was told, or given up. A crash between the two tells it once more, so a
  repetition must be recognisable: by comment and number of the event.
- `services.retries.Retries` says when to try again what failed.
"""

from dataclasses import dataclass, replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.event import Event
from feedback_api.domain.identity import CommentId
from feedback_api.domain.remarks import Delivered
from feedback_api.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """An event a channel has to be told of; `number` counts a comment's events from 1."""

    number: int
    event: Event


def told(comment: Comment, channel: str) -> int:
    """How many of the comment's events, from the first on, the channel has been told of."""
    return next((one.events for one in comment.delivered if one.channel == channel), 0)


def numbered(comment: Comment) -> tuple[Untold, ...]:
    """Every event of the comment, oldest first."""
    return tuple(Untold(number=n, event=event) for n, event in enumerate(comment.events, start=1))


def pending(comment: Comment, channel: str) -> tuple[Untold, ...]:
    """What the channel has still to be told, oldest first."""
    return numbered(comment)[told(comment, channel) :]


def mark(comment_id: CommentId, channel: str, upto: int, *, services: Services) -> Comment:
    """Remember that the channel knows the first `upto` events; it never forgets some again.

    Raises UnknownComment (erased meanwhile, too), StoreError.
    """
    return services.comments.change(comment_id, lambda comment: marked(comment, channel, upto))


def marked(comment: Comment, channel: str, upto: int) -> Comment:
    """The comment with that remembered; the same object if it is nothing new."""
    if told(comment, channel) >= upto:
        return comment
    others = (one for one in comment.delivered if one.channel != channel)
    return replace(comment, delivered=(*others, Delivered(channel=channel, events=upto)))
