"""What goes out as JSON: msgspec Structs, each with no more than its reader may know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import LanguageCode, SectionId
from feedback_api.domain.section import TranslationState
from feedback_api.services.standing import TextStanding
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Language, Section, Wording

Moment = Annotated[datetime, Meta(tz=True)]
Standing = Annotated[
    TextStanding,
    Meta(description=mark("How the wording commented on stands to the text published now.")),
]
Successor = Annotated[
    str | None, Meta(description=mark("The section that took the place of a retired one."))
]
TranslationBehind = Annotated[
    bool | None,
    Meta(description=mark("Whether the translation was behind when the comment was made.")),
]
Commit = Annotated[
    str | None,
    Meta(description=mark("The git commit of the change that came of it, while it is published.")),
]


class Shown(Struct, frozen=True, kw_only=True):
    """Something answered."""


class SectionWordingShown(Shown, frozen=True, kw_only=True):
    """A section in one language as published now."""

    title: str
    url: str
    fingerprint: Wording
    state: TranslationState
    text_language: Language


class DecisionShown(Shown, frozen=True, kw_only=True):
    """What editors answered to a comment."""

    outcome: State
    reason: str
    reason_language: Language
    at: Moment


class CommentShown(Shown, frozen=True, kw_only=True):
    """What any reader may see of a comment that editors made public."""

    id: str
    section: Section
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
    name: str | None
    submitted_at: Moment
    state: State
    commit: Commit
    published_at: Moment | None
    decision: DecisionShown | None


class PublishedCommentShown(CommentShown, frozen=True, kw_only=True):
    """A comment that readers see now."""

    support: Annotated[int, Meta(description=mark("How many others support the comment."))]


class SectionShown(Shown, frozen=True, kw_only=True):
    """A section, its present wording in every language, and the comments made public."""

    id: Section
    page: str
    level: int
    number: str
    counts: Mapping[SectionId, int]
    languages: Mapping[LanguageCode, SectionWordingShown]
    comments: list[PublishedCommentShown]


class CountsShown(Shown, frozen=True, kw_only=True):
    """How many comments readers may see, for each section of a page that has any."""

    page: str
    counts: Mapping[SectionId, int]


class SubmittedShown(Shown, frozen=True, kw_only=True):
    """The receipt is shown this once: it is the only way back to the comment."""

    id: str
    receipt: str
    status_url: str


class AdditionShown(Shown, frozen=True, kw_only=True):
    """What the commenter added later."""

    at: Moment
    body: str


class EventShown(Shown, frozen=True, kw_only=True):
    """What happened to a comment; `before` and `after` are states."""

    what: EventKind
    at: Moment
    by: str
    before: State | None = None
    after: State | None = None
    reason: str | None = None
    commit: str | None = None


class OwnCommentShown(CommentShown, frozen=True, kw_only=True):
    """What the commenter sees of the comment by its receipt."""

    visibility: Visibility
    public: bool
    additions: list[AdditionShown]
    events: list[EventShown]


class SessionShown(Shown, frozen=True, kw_only=True, omit_defaults=True):
    """A session: a program sends `token`, a page of ours `csrf` in the header X-CSRF-Token."""

    name: str
    csrf: str
    expires_at: Moment
    token: str | None = None


class HealthShown(Shown, frozen=True, kw_only=True):
    """That the service runs, or can do its work."""

    status: str
