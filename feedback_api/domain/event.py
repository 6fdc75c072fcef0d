"""What happened to a comment, one row per change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BY_COMMENTER = "commenter"


class EventKind(StrEnum):
    """What happened; a permanent word, translated by whoever shows it."""

    SUBMITTED = "submitted"
    ADDED_TO = "added-to"
    REVIEW_BEGUN = "review-begun"
    DECIDED = "decided"
    MADE_PUBLIC = "made-public"
    KEPT_TO_REVIEWERS = "kept-to-reviewers"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change: `before` and `after` are states.

    `by` is an editor's name or BY_COMMENTER; `reason` is the one given with a decision, so that a
    decision changed later still shows what was said first.
    """

    what: EventKind
    at: datetime
    by: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None
