"""Readers who second a published comment; seconding never decides anything."""

import base64
from dataclasses import replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId
from feedback_api.services import Services
from feedback_api.services.duplicates import merged_into

_HASH_BYTES = 16


def second(comment_id: CommentId, supporter: str, *, services: Services) -> Comment:
    """Second a comment that readers may see; again is no error and counts once.

    `supporter` is what tells one browser or identity from another; it is not stored. Raises
    UnknownComment (also for one that readers may not see), StoreError.
    """

    def step(comment: Comment) -> Comment:
        _refuse_hidden(comment)
        mark = _mark(comment, supporter, services)
        if mark in comment.seconds:
            return comment
        return replace(comment, seconds=(*comment.seconds, mark))

    return services.comments.change(comment_id, step)


def take_back_second(comment_id: CommentId, supporter: str, *, services: Services) -> Comment:
    """Second it no longer; again is no error. Raises as `second`."""

    def step(comment: Comment) -> Comment:
        _refuse_hidden(comment)
        mark = _mark(comment, supporter, services)
        if mark not in comment.seconds:
            return comment
        return replace(comment, seconds=tuple(one for one in comment.seconds if one != mark))

    return services.comments.change(comment_id, step)


def has_seconded(comment: Comment, supporter: str, services: Services) -> bool:
    """Whether this browser or identity seconds the comment."""
    return _mark(comment, supporter, services) in comment.seconds


def support_of(comment: Comment, services: Services, *, everything: bool = False) -> int:
    """How many stand behind a comment beside its commenter.

    Those who second it, and those who made or second one that was merged into it. Only published
    ones count unless `everything`, which is for editors.
    """
    merged = [one for one in merged_into(comment, services) if everything or one.is_public]
    marks = {mark for one in (comment, *merged) for mark in one.seconds}
    return len(marks) + len(merged)


def _mark(comment: Comment, supporter: str, services: Services) -> str:
    """Another for each section: merged comments count a person once, and nobody can gather more."""
    hashed = services.secrets.keyed_hash("second", f"{comment.section}\0{supporter}")
    return base64.urlsafe_b64encode(hashed[:_HASH_BYTES]).rstrip(b"=").decode("ascii")


def _refuse_hidden(comment: Comment) -> None:
    if not comment.is_public:
        raise UnknownComment
