"""What whoever reads a mail about a comment does by its links: confirm the address, end it."""

from dataclasses import replace
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownComment, UnknownEmailLink
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.services import Services
from feedback_api.services.email_links import Purpose, comment_of
from feedback_api.services.erasing import without_address
from feedback_api.services.ports import Step


def confirm_email(token: str, *, services: Services) -> Comment:
    """Agree to be told of the comment; doing it twice is no error.

    Raises UnknownEmailLink, StoreError.
    """
    comment = comment_of(token, Purpose.CONFIRM, services=services)
    now = services.clock.now()
    return _change(comment, lambda present: _confirmed(present, comment.email, now), services)


def remove_email(token: str, *, services: Services) -> Comment:
    """Forget the address: nothing is mailed any more, and every link to it is dead.

    Raises UnknownEmailLink, StoreError.
    """
    comment = comment_of(token, Purpose.UNSUBSCRIBE, services=services)
    now = services.clock.now()
    return _change(comment, lambda present: _removed(present, now), services)


def _change(comment: Comment, step: Step, services: Services) -> Comment:
    try:
        return services.comments.change(comment.id, step)
    except UnknownComment:  # erased between the two looks
        raise UnknownEmailLink from None


def _confirmed(comment: Comment, email: str | None, now: datetime) -> Comment:
    if comment.email != email:  # removed between the two looks
        raise UnknownEmailLink
    if comment.email_confirmed_at is not None:
        return comment
    event = Event(what=EventKind.EMAIL_CONFIRMED, at=now, by=BY_COMMENTER)
    return replace(comment, email_confirmed_at=now, events=(*comment.events, event))


def _removed(comment: Comment, now: datetime) -> Comment:
    return without_address(comment, Event(what=EventKind.EMAIL_REMOVED, at=now, by=BY_COMMENTER))
