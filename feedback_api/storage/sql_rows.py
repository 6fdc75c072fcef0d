"""A comment as a row: its document, and the columns that find and order it."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId
from feedback_api.storage.comment_document import encode_comment, key_of
from feedback_api.storage.sql_tables import COMMENTS
from feedback_api.storage.text_search import searched

_SAME_NAME = (
    "cycle",
    "submitted_at",
    "page",
    "section",
    "language",
    "role",
    "kind",
    "about",
    "visibility",
    "state",
    "public",
    "agenda",
)
Row = dict[str, Any]


def uuid_of(comment_id: CommentId) -> uuid.UUID:
    """Raises UnknownComment."""
    try:
        return uuid.UUID(bytes=key_of(comment_id))
    except ValueError:
        raise UnknownComment from None


def row_of(comment: Comment, *, edition: int) -> Row:
    """Raises ValueError for what could not be read back."""
    document = encode_comment(comment)
    erased = comment.erased is not None
    return {
        **{name: getattr(comment, name) for name in _SAME_NAME},
        "id": uuid.UUID(bytes=key_of(comment.id)),
        "verified": comment.role_verified,
        "shown": comment.is_public,
        "erased": erased,
        "prepared": comment.prepared is not None,
        "assignee": comment.assignee or "",
        "original": original_of(comment),
        "receipt_hash": None if erased else comment.receipt_hash,
        "searched": searched(document).replace("\0", ""),  # PostgreSQL's text has no NUL
        "document": document.decode(),
        "edition": edition,
    }


def original_of(comment: Comment) -> uuid.UUID | None:
    """The comment it was merged into, if it still says anything itself."""
    decision = comment.decision
    if comment.erased is not None or decision is None or decision.duplicate_of is None:
        return None
    return uuid.UUID(bytes=key_of(decision.duplicate_of))


def is_row_of(comment: Comment) -> ColumnElement[bool]:
    """By the whole key: one shard answers."""
    return and_(
        COMMENTS.c.cycle == comment.cycle, COMMENTS.c.id == uuid.UUID(bytes=key_of(comment.id))
    )
