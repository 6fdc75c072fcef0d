"""Which comments stand in the text that is published now, as the git history of the text tells."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.identity import CommentId, CommitHash

_MARK_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where the change that came of a comment stands: its commit, published since `at`."""

    commit: CommitHash
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the history of the text published now says of comments, each named by its mark.

    `applied`: the commit that carries it and was not taken back. `reverts`: how many commits took
    back, or gave again, one that carries it; it only grows from a revision to its successors.
    """

    applied: Mapping[str, CommitHash]
    reverts: Mapping[str, int]

    def commit_of(self, comment: CommentId) -> CommitHash | None:
        """None if the comment does not stand in the text."""
        return self.applied.get(mark_of(comment))

    def turn_of(self, comment: CommentId) -> int:
        """How far its story has come: published 1, taken back 2, published again 3 and so on.

        A revision that is older than another never has a higher one.
        """
        mark = mark_of(comment)
        return 2 * self.reverts.get(mark, 0) + (mark in self.applied)


def mark_of(comment: CommentId) -> str:
    """The name of a comment in sections.json, which must not tell readers its id."""
    return hashlib.sha256(comment.lower().encode()).hexdigest()[:_MARK_DIGITS]
