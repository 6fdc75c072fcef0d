"""Erasing: one tombstone, one place where it is made, and doing again what a restore undid.

The tombstone is the comment's own document, so an erasure is one write that is there or is not.
The acts (what, when, by whom, why) are read from tombstones and events, never kept beside them.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from feedback_api.domain.act import Act, What, acts_of
from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Erased, IdempotencyMismatch, InvalidRemark, UnknownComment
from feedback_api.domain.event import BY_COMMENTER, BY_RETENTION, Event, EventKind
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.remarks import Erasure, Way
from feedback_api.domain.text import WHY
from feedback_api.services import Services
from feedback_api.services.ports import CommentQuery, CommentStore


class HasComments(Protocol):
    """The part of Services that doing erasures again needs; a restore has no more."""

    @property
    def comments(self) -> CommentStore:
        """See Services."""


def erased(comment: Comment, erasure: Erasure) -> Comment:
    """What stays of a comment: its id, its place, and the hashed key that a late retry brings."""
    submitted = comment.events[0]
    return Comment(
        id=comment.id,
        page=comment.page,
        cycle=comment.cycle,
        section=comment.section,
        language=comment.language,
        wording=comment.wording,
        role=comment.role,
        kind=comment.kind,
        about=comment.about,
        body="",
        visibility=comment.visibility,
        submitted_at=comment.submitted_at,
        receipt_hash="",
        events=(submitted, Event(what=EventKind.ERASED, at=erasure.at, by=erasure.by)),
        state=comment.state,
        erased=erasure,
        idempotency=comment.idempotency,
        version=comment.version,
    )


def without_contact(comment: Comment, event: Event) -> Comment:
    """The comment without name and address; `event` tells of it. The same object if it had none."""
    if comment.name is None and comment.email is None:
        return comment
    events = (*comment.events, event)
    return replace(comment, name=None, email=None, email_confirmed_at=None, events=events)


def without_address(comment: Comment, event: Event) -> Comment:
    """The comment without its address; `event` tells of it. The same object if it had none."""
    if comment.email is None:
        return comment
    return replace(comment, email=None, email_confirmed_at=None, events=(*comment.events, event))


def erase_by_editor(
    comment_id: CommentId, why: str, *, editor: EditorName, services: Services
) -> None:
    """Erase a comment at somebody's request; `why` is kept, so it must not repeat what was said.

    Raises InvalidRemark, UnknownComment, StoreError.
    """
    said = WHY.tidy_or(InvalidRemark, why)
    erasure = Erasure(at=services.clock.now(), by=editor, way=Way.EDITOR, why=said)
    services.comments.change(comment_id, lambda comment: erased(comment, erasure))


def erasures(services: Services) -> Sequence[Act]:
    """Every act of erasure there was, newest first; reads every comment, so call it in a thread."""
    found = [
        act
        for query in (CommentQuery(erased=True), CommentQuery())
        for comment in services.reads.every(query)
        for act in acts_of(comment)
    ]
    return sorted(found, key=lambda act: (act.at, act.comment), reverse=True)


def apply_erasures(acts: Iterable[Act], services: HasComments) -> int:
    """Do again what a restore undid: how many acts changed something. Running it twice is no error.

    An erased comment that the store never had gets its tombstone, so that no late retry makes it
    anew. Raises StoreError.
    """
    return sum(_apply(act, services) for act in acts)


def _apply(act: Act, services: HasComments) -> bool:
    try:
        present = services.comments.get(act.comment)
    except UnknownComment:
        return _keep_tombstone(act, services)
    changed = _done_again(present, act)
    if changed is present:
        return False
    try:
        services.comments.change(act.comment, lambda comment: _done_again(comment, act))
    except UnknownComment:  # erased between the two looks
        return False
    return True


def _done_again(comment: Comment, act: Act) -> Comment:
    if act.what is What.COMMENT:
        return erased(comment, Erasure(at=act.at, by=act.by, way=act.way, why=act.why))
    if act.what is What.CONTACT:
        event = Event(what=EventKind.CONTACT_ERASED, at=act.at, by=BY_RETENTION)
        return without_contact(comment, event)
    return without_address(comment, Event(what=EventKind.EMAIL_REMOVED, at=act.at, by=BY_COMMENTER))


def _keep_tombstone(act: Act, services: HasComments) -> bool:
    if act.tombstone is None:
        return False
    with suppress(Erased, IdempotencyMismatch):  # its tombstone is there, or its key is another's
        stored = services.comments.add(act.tombstone)
        if stored.id != act.comment:  # the same words, which a retry had brought under another id
            services.comments.change(stored.id, lambda comment: _done_again(comment, act))
        return True
    return False
