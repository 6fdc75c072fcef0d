"""What an editor sees of a comment as JSON: everything but what is the store's alone.

It takes nothing from what commenters and readers are shown, so that neither can ever widen the
other.
"""

from typing import Annotated

from msgspec import Meta

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.event import EventKind
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Agenda, Language, Section, Version, Wording
from feedback_api.web.shown_models import (
    AdditionShown,
    Commit,
    Moment,
    Shown,
    Standing,
    Successor,
    TranslationBehind,
)

_Support = Annotated[int, Meta(description=mark("How many stand behind it beside its commenter."))]


class ReviewedDecisionShown(Shown, frozen=True, kw_only=True):
    """A decision as editors see it."""

    outcome: State
    reason: str
    reason_language: Language
    at: Moment
    by: str
    cycle: str
    duplicate_of: str | None
    deferred_to: str | None


class ReviewedEventShown(Shown, frozen=True, kw_only=True):
    """What happened to a comment.

    `before` and `after` are states; of an assignment, names of editors; of a proposal, `after` is
    its branch.
    """

    what: EventKind
    at: Moment
    by: str
    before: str | None
    after: str | None
    reason: str | None
    commit: str | None


class NoteShown(Shown, frozen=True, kw_only=True):
    """What an editor wrote for the others."""

    at: Moment
    by: str
    body: str


class GlossShown(Shown, frozen=True, kw_only=True):
    """One line that says what the comment says."""

    at: Moment
    by: str
    language: Language
    text: str


class QuestionShown(Shown, frozen=True, kw_only=True):
    """What an editor asked the commenter."""

    at: Moment
    by: str
    language: Language
    body: str


class ObjectionShown(Shown, frozen=True, kw_only=True):
    """What the commenter held against a decision after its cycle was closed."""

    at: Moment
    body: str


class ReviewedCommentShown(Shown, frozen=True, kw_only=True):
    """What an editor sees of a comment."""

    id: str
    section: Section
    page: str
    language: Language
    wording: Wording
    on_current_wording: bool
    standing: Standing
    successor: Successor
    translation_behind: TranslationBehind
    role: Role
    role_verified: bool
    kind: Kind
    about: About
    body: str
    suggestion: str | None
    visibility: Visibility
    public: bool
    name: str | None
    email: str | None
    submitted_at: Moment
    collected_by: str | None
    state: State
    commit: Commit
    published_at: Moment | None
    cycle: str
    agenda: Agenda
    assignee: str | None
    decision: ReviewedDecisionShown | None
    prepared: ReviewedDecisionShown | None
    earlier_decisions: list[ReviewedDecisionShown]
    objection: ObjectionShown | None
    gloss: GlossShown | None
    notes: list[NoteShown]
    questions: list[QuestionShown]
    additions: list[AdditionShown]
    support: _Support
    events: list[ReviewedEventShown]
    version: Version


class CommentListShown(Shown, frozen=True, kw_only=True):
    """One part of a list; `next` is the URL of the next, if there is one."""

    total: int
    offset: int
    next: str | None
    comments: list[ReviewedCommentShown]
