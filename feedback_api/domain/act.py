"""Acts of erasure: that something was erased, when, by whom and why; never what it said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.comment import Comment
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CommentId, SectionId
from feedback_api.domain.remarks import Way


class What(StrEnum):
    """What was erased; a permanent word, translated by whoever shows it."""

    COMMENT = "comment"
    """All of it: only a tombstone is left."""
    CONTACT = "contact"
    """Name and e-mail address; the comment is there still."""
    ADDRESS = "address"
    """The e-mail address; the comment is there still."""


KINDS = {EventKind.CONTACT_ERASED: What.CONTACT, EventKind.EMAIL_REMOVED: What.ADDRESS}
"""The events of a comment that is there still which are acts of erasure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`by` is BY_COMMENTER, BY_RETENTION or an editor's name; `why` an editor's own words or "".

    `tombstone` is what is left of an erased comment: with it the erasure can be done again in a
    state of the store that does not even know the comment, and a late retry finds it there.
    """

    what: What
    comment: CommentId
    section: SectionId
    at: datetime
    by: str
    way: Way
    why: str = ""
    tombstone: Comment | None = None


def acts_of(comment: Comment) -> tuple[Act, ...]:
    """Every act a comment or a tombstone tells of, oldest first."""
    erasure = comment.erased
    if erasure is None:
        return tuple(_of_event(comment, one) for one in comment.events if one.what in KINDS)
    return (
        Act(
            what=What.COMMENT,
            comment=comment.id,
            section=comment.section,
            at=erasure.at,
            by=erasure.by,
            way=erasure.way,
            why=erasure.why,
            tombstone=comment,
        ),
    )


def _of_event(comment: Comment, event: Event) -> Act:
    what = KINDS[event.what]
    return Act(
        what=what,
        comment=comment.id,
        section=comment.section,
        at=event.at,
        by=event.by,
        way=Way.RETENTION if what is What.CONTACT else Way.EMAIL,
    )
