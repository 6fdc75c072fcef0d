"""A comment: what somebody said about one wording of one section."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import InvalidComment
from feedback_api.domain.event import Event
from feedback_api.domain.fault import Fault
from feedback_api.domain.identity import (
    CommentId,
    CommitHash,
    CycleId,
    EditorName,
    Fingerprint,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.domain.publication import Published
from feedback_api.domain.remarks import (
    Addition,
    Delivered,
    Erasure,
    Gloss,
    Note,
    Objection,
    Question,
)
from feedback_api.domain.section import TranslationState, Wording
from feedback_api.domain.text import BODY, EMAIL, NAME, SUGGESTION, TextRule

ADDITIONS_LIMIT = 20


class Role(StrEnum):
    """Who the commenter says they are."""

    STAFF = "staff"
    MANAGEMENT = "management"
    CUSTOMER = "customer"


class Kind(StrEnum):
    """What the comment is."""

    QUESTION = "question"
    PROBLEM = "problem"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class About(StrEnum):
    """Whether the rule is meant, or only how it is put in this language."""

    RULE = "rule"
    TRANSLATION = "translation"


class Visibility(StrEnum):
    """Who the commenter allows to read it."""

    PUBLIC = "public"
    REVIEWERS = "reviewers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A comment as posted: of the right types, checked neither for form nor against the text."""

    section: SectionId
    language: LanguageCode
    wording: Fingerprint
    role: Role
    kind: Kind
    about: About
    body: str
    visibility: Visibility
    suggestion: str | None = None
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """Keyed hashes of an Idempotency-Key and of the body that came with it."""

    key_hash: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as stored; a change makes a new one with `version` one higher.

    `cycle` is where it was made, `agenda` the later cycle that answers it, if one does.
    `public` says that an editor let readers see it, `is_public` whether they may now.
    `prepared` waits to be announced, and is nobody's business but the editors'.
    `earlier_decisions` are those that stood at the closing of a cycle and do so no more.
    `seconds` are keyed hashes of whoever seconds it.
    `published` while it is; `publication_turn` is the furthest its publication has come, see
    `domain.publication`. `translation_state`: of the text when it was made, if that was known.
    `receipt_hash` and `idempotency` are for the store alone and never leave the service.
    """

    id: CommentId
    page: PageId
    cycle: CycleId
    section: SectionId
    language: LanguageCode
    wording: Fingerprint
    role: Role
    kind: Kind
    about: About
    body: str
    visibility: Visibility
    submitted_at: datetime
    receipt_hash: str
    events: tuple[Event, ...] = ()
    suggestion: str | None = None
    name: str | None = None
    email: str | None = None
    role_verified: bool = False
    state: State = State.RECEIVED
    public: bool = False
    decision: Decision | None = None
    earlier_decisions: tuple[Decision, ...] = ()
    prepared: Decision | None = None
    additions: tuple[Addition, ...] = ()
    notes: tuple[Note, ...] = ()
    questions: tuple[Question, ...] = ()
    gloss: Gloss | None = None
    objection: Objection | None = None
    assignee: EditorName | None = None
    collected_by: EditorName | None = None
    agenda: CycleId | None = None
    seconds: tuple[str, ...] = ()
    email_confirmed_at: datetime | None = None
    delivered: tuple[Delivered, ...] = ()
    erased: Erasure | None = None
    idempotency: Idempotency | None = None
    published: Published | None = None
    publication_turn: int = 0
    translation_state: TranslationState | None = None
    version: int = 1

    @property
    def commit(self) -> CommitHash | None:
        """Of the change that came of it, while that is part of the published text."""
        return self.published.commit if self.published else None

    @property
    def translation_was_behind(self) -> bool | None:
        """Whether its writer saw a translation behind the source; None where nobody knows."""
        if self.translation_state is None:
            return None
        return self.translation_state is TranslationState.BEHIND

    @property
    def is_public(self) -> bool:
        """Whether readers may see it: never when meant for reviewers, withdrawn or erased."""
        return (
            self.public
            and self.visibility is Visibility.PUBLIC
            and self.state is not State.WITHDRAWN
            and self.erased is None
        )


def is_new_version(before: Comment, after: Comment) -> bool:
    """Whether editors must learn of the change before they make another.

    What readers and postmen leave behind is none: it would make editors conflict with strangers.
    """
    aside = replace(before, seconds=after.seconds, delivered=after.delivered)
    return aside != after


def tidied(draft: Draft) -> Draft:
    """The draft with tidy texts, empty optional ones as None.

    Raises InvalidComment with every fault at once.
    """
    faults: list[Fault] = []
    body = _tidy(BODY, draft.body, faults)
    suggestion = _tidy(SUGGESTION, draft.suggestion, faults)
    name = _tidy(NAME, draft.name, faults)
    email = _tidy(EMAIL, draft.email, faults)
    if faults:
        raise InvalidComment(*faults)
    tidy = (body, suggestion or None, name or None, email or None)
    if tidy == (draft.body, draft.suggestion, draft.name, draft.email):
        return draft
    return replace(draft, body=body, suggestion=tidy[1], name=tidy[2], email=tidy[3])


def without_echo(draft: Draft, wording: Wording) -> Draft:
    """The draft without a suggestion that only repeats the wording the form was filled with."""
    if draft.suggestion is None:
        return draft
    said = draft.suggestion.split()
    if said in (wording.markdown.split(), wording.text.split()):
        return replace(draft, suggestion=None)
    return draft


def _tidy(rule: TextRule, raw: str | None, faults: list[Fault]) -> str:
    """The tidy text, "" when absent or faulty; a fault goes to `faults`."""
    if raw is None and not rule.required:
        return ""
    return rule.tidy_into(faults, raw or "")
