"""What editors answer to a comment, and which states there are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.identity import (
    WAITING,
    CommentId,
    CycleId,
    EditorName,
    LanguageCode,
)


class State(StrEnum):
    """Where a comment stands; see DESIGN "States"."""

    RECEIVED = "received"
    IN_REVIEW = "in-review"
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted-in-part"
    DECLINED = "declined"
    ANSWERED = "answered"
    DUPLICATE = "duplicate"
    DEFERRED = "deferred"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


UNDECIDED = frozenset({State.RECEIVED, State.IN_REVIEW})
OUTCOMES = (
    State.ACCEPTED,
    State.ACCEPTED_IN_PART,
    State.DECLINED,
    State.ANSWERED,
    State.DUPLICATE,
    State.DEFERRED,
)
"""What a decision may say, in the order a form offers it."""
CLOSED = frozenset({State.PUBLISHED, State.WITHDRAWN})
"""Nobody decides, adds or withdraws any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """A decision as an editor sends it, not yet checked."""

    outcome: State
    reason: str
    reason_language: LanguageCode
    duplicate_of: CommentId | None = None
    deferred_to: CycleId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision in force, taken in `cycle`: the commenter can read the reason."""

    outcome: State
    reason: str
    reason_language: LanguageCode
    by: EditorName
    at: datetime
    cycle: CycleId = WAITING
    duplicate_of: CommentId | None = None
    deferred_to: CycleId | None = None
