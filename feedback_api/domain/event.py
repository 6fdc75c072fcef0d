"""What happened to a comment, one row per change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.identity import CommitHash

BY_COMMENTER = "commenter"
BY_DEPLOYMENT = "deployment"
BY_RETENTION = "retention"


class EventKind(StrEnum):
    """What happened; a permanent word, translated by whoever shows it."""

    SUBMITTED = "submitted"
    EMAIL_CONFIRMED = "email-confirmed"
    EMAIL_REMOVED = "email-removed"
    CONTACT_ERASED = "contact-erased"
    ADDED_TO = "added-to"
    REVIEW_BEGUN = "review-begun"
    ASSIGNED = "assigned"
    NOTED = "noted"
    GLOSSED = "glossed"
    QUESTION_ASKED = "question-asked"
    PREPARED = "prepared"
    PREPARATION_DROPPED = "preparation-dropped"
    DECIDED = "decided"
    PROPOSED = "proposed"
    DECISION_UNDONE = "decision-undone"
    OBJECTED = "objected"
    PUBLISHED = "published"
    PUBLICATION_UNDONE = "publication-undone"
    MADE_PUBLIC = "made-public"
    KEPT_TO_REVIEWERS = "kept-to-reviewers"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


INTERNAL = frozenset(
    {
        EventKind.ASSIGNED,
        EventKind.NOTED,
        EventKind.GLOSSED,
        EventKind.PREPARED,
        EventKind.PREPARATION_DROPPED,
        EventKind.PROPOSED,
    }
)
"""For editors alone: neither commenters nor readers ever see these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change: `before` and `after` are states.

    `by` is an editor's name, BY_COMMENTER, BY_DEPLOYMENT or BY_RETENTION; `reason` is the one given
    with a decision, so that a decision changed later still shows what was said first. `commit` is
    the one published, or published no more.
    `repeated`: it was so before, an older or newer revision only showed it again; nobody is told.
    """

    what: EventKind
    at: datetime
    by: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    commit: CommitHash | None = None
    repeated: bool = False
