"""What comes in as JSON, forms and queries: msgspec Structs that validate and document at once.

Lengths are documented here from the rules of the domain, which alone enforces them: it counts
characters after line ends are made one, a schema cannot.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from feedback_api.domain.comment import About, Draft, Kind, Role, Visibility
from feedback_api.domain.decision import OUTCOMES, DecisionDraft, State
from feedback_api.domain.identity import (
    CycleId,
    Fingerprint,
    LanguageCode,
    SectionId,
)
from feedback_api.domain.text import BODY, EMAIL, NAME, REASON, SUGGESTION, TextRule
from feedback_api.services.ports import LIST_LIMIT, Order
from feedback_api.services.standing import TextStanding
from feedback_api.web.comment_names import named_comment
from feedback_api.web.messages import mark

OFFSET_LIMIT = 1_000_000
SEARCH_LENGTH = 200
INVITATION_LENGTH = 1_000
"""Characters: more than any link with a long address around it."""


def at_most(rule: TextRule) -> dict[str, object]:
    """The lengths of a field, for its schema."""
    return {"maxLength": rule.limit, "minLength": int(rule.required)}


Section = Annotated[str, Meta(description=mark("Id of a section, the same in every language."))]
Language = Annotated[str, Meta(description=mark("Code of a language of the site."))]
Wording = Annotated[
    str,
    Meta(
        description=mark("Fingerprint of the wording that was read: 16 hexadecimal digits."),
        extra_json_schema={"pattern": "^[0-9a-f]{16}$"},
    ),
]
Body = Annotated[
    str,
    Meta(
        description=mark("Plain text; it is never shown as Markdown or HTML."),
        extra_json_schema=at_most(BODY),
    ),
]
Suggestion = Annotated[
    str,
    Meta(
        description=mark("The wording that should stand there instead."),
        extra_json_schema=at_most(SUGGESTION),
    ),
]
Name = Annotated[
    str,
    Meta(
        description=mark("Shown beside the comment wherever that is shown."),
        extra_json_schema=at_most(NAME),
    ),
]
Email = Annotated[
    str,
    Meta(
        description=mark("For the editors only; never published."),
        extra_json_schema=at_most(EMAIL),
    ),
]
Invitation = Annotated[
    str,
    Meta(
        description=mark(
            "A code, a link or a proof that the service gave out; it verifies the role, or the "
            "comment is refused. A code works once: send an Idempotency-Key with it."
        ),
        extra_json_schema={"maxLength": INVITATION_LENGTH},
    ),
]
Reason = Annotated[
    str,
    Meta(
        description=mark("What the commenter will read: why this was decided."),
        extra_json_schema=at_most(REASON),
    ),
]
Cycle = Annotated[
    str, Meta(description=mark("Id of the review cycle it was made in; “waiting” for none."))
]
Agenda = Annotated[
    str, Meta(description=mark("Id of the review cycle that answers it now, or “waiting”."))
]
Assignee = Annotated[
    str, Meta(description=mark("Name of an editor; “@me” for one’s own, “@nobody” for nobody’s."))
]
Outcome = Annotated[State, Meta(extra_json_schema={"enum": list(OUTCOMES)})]
Version = Annotated[
    int,
    # RFC 8259, section 6: above 2**53 a JSON number is no longer the same everywhere.
    Meta(
        ge=1,
        le=2**53 - 1,
        description=mark("Version of the comment: one higher with each change."),
    ),
]


class Posted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body, a form or a query; unknown fields are refused, so that a misspelt one is noticed."""


class CommentPosted(Posted, frozen=True, kw_only=True):
    """A comment as posted."""

    section: Section
    language: Language
    wording: Wording
    role: Role
    kind: Kind
    about: About
    body: Body
    visibility: Visibility
    suggestion: Suggestion | None = None
    name: Name | None = None
    email: Email | None = None
    invitation: Invitation | None = None

    def draft(self) -> Draft:
        return Draft(
            section=SectionId(self.section),
            language=LanguageCode(self.language),
            wording=Fingerprint(self.wording),
            role=self.role,
            kind=self.kind,
            about=self.about,
            body=self.body,
            visibility=self.visibility,
            suggestion=self.suggestion,
            name=self.name,
            email=self.email,
        )


class ReceiptPosted(Posted, frozen=True, kw_only=True):
    """A receipt may travel in the body where a client cannot set headers."""

    receipt: str | None = None


class ReplyPosted(Posted, frozen=True, kw_only=True):
    """What a commenter adds to the comment."""

    body: Body
    receipt: str | None = None


class ReceiptEntered(Posted, frozen=True, kw_only=True):
    """A receipt in a form, where it must be."""

    receipt: str


class ReplyEntered(ReceiptEntered, frozen=True, kw_only=True):
    """What a commenter adds, in a form."""

    body: Body


class WithdrawalEntered(ReceiptEntered, frozen=True, kw_only=True):
    """A withdrawal in a form; without `confirm` it is only asked about."""

    confirm: Literal["yes"] | None = None


class DecisionPosted(Posted, frozen=True, kw_only=True):
    """A decision, and the version of the comment on which it was made."""

    outcome: Outcome
    reason: Reason
    reason_language: Language
    version: Version
    duplicate_of: str | None = None
    deferred_to: str | None = None

    def draft(self) -> DecisionDraft:
        return DecisionDraft(
            outcome=self.outcome,
            reason=self.reason,
            reason_language=LanguageCode(self.reason_language),
            duplicate_of=named_comment(self.duplicate_of) if self.duplicate_of else None,
            deferred_to=CycleId(self.deferred_to) if self.deferred_to else None,
        )


class SignInPosted(Posted, frozen=True, kw_only=True):
    """A local account's name and passphrase."""

    name: str
    passphrase: str


class SignInEntered(SignInPosted, frozen=True, kw_only=True):
    """The same in a form, with its secret and the page to go on to."""

    csrf: str = ""
    next: str = ""


class CommentListQuery(Posted, frozen=True, kw_only=True):
    """Which comments to list; an absent filter lets everything through."""

    state: State | None = None
    cycle: Cycle | None = None
    agenda: Agenda | None = None
    assignee: Assignee | None = None
    prepared: bool | None = None
    page: str | None = None
    section: str | None = None
    language: str | None = None
    role: Role | None = None
    verified: (
        Annotated[
            bool,
            Meta(description=mark("Whether an invitation proved the role; else it is as stated.")),
        ]
        | None
    ) = None
    kind: Kind | None = None
    about: About | None = None
    visibility: Visibility | None = None
    public: bool | None = None
    standing: TextStanding | None = None
    text: Annotated[str, Meta(max_length=SEARCH_LENGTH)] | None = None
    order: Order = Order.OLDEST_FIRST
    offset: Annotated[int, Meta(ge=0, le=OFFSET_LIMIT)] = 0
    limit: Annotated[int, Meta(ge=1, le=LIST_LIMIT)] = 50
