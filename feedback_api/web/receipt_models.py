"""What travels between a commenter and the service by receipt: msgspec Structs, in and out."""

from typing import Annotated, Literal

from msgspec import Meta

from feedback_api.domain.identity import CycleId
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Body, Language, Posted, ReceiptEntered
from feedback_api.web.redline import Change
from feedback_api.web.shown_models import DecisionShown, Moment, OwnCommentShown, Shown


class ObjectionPosted(Posted, frozen=True, kw_only=True):
    """What a commenter holds against the decision of a closed cycle."""

    body: Body
    receipt: str | None = None


class ObjectionEntered(ReceiptEntered, frozen=True, kw_only=True):
    """The same in a form; without `confirm` it is only asked about."""

    body: Body
    confirm: Literal["yes"] | None = None


class ErasureEntered(ReceiptEntered, frozen=True, kw_only=True):
    """An erasure in a form; without `confirm` it is only asked about."""

    confirm: Literal["yes"] | None = None


class QuestionShown(Shown, frozen=True, kw_only=True):
    """What editors asked the commenter."""

    at: Moment
    language: Language
    body: str


class ObjectionShown(Shown, frozen=True, kw_only=True):
    """What the commenter held against a decision."""

    at: Moment
    body: str


class RunShown(Shown, frozen=True, kw_only=True):
    """Some words of the section that were kept, removed or added since the comment."""

    change: Change
    text: str


class RedlineShown(Shown, frozen=True, kw_only=True):
    """The section then and now, line by line; `title` only where it changed."""

    title: list[RunShown] | None
    lines: list[list[RunShown]]


class PossibleShown(Shown, frozen=True, kw_only=True):
    """What the commenter can do now; `object` before `object_before`."""

    reply: bool
    withdraw: bool
    object: bool
    object_before: Moment | None


class FollowedShown(OwnCommentShown, frozen=True, kw_only=True):
    """The comment of a receipt with all that came of it."""

    cycle: Annotated[CycleId, Meta(description=mark("The review cycle that answers it."))]
    deferred_to: CycleId | None
    merged_into: Annotated[
        str | None, Meta(description=mark("The comment that answers for it, if that is public."))
    ]
    support: Annotated[int, Meta(description=mark("How many others support the comment."))]
    questions: list[QuestionShown]
    earlier_decisions: list[DecisionShown]
    objection: ObjectionShown | None
    redline: RedlineShown | None
    possible: PossibleShown


class ToldShown(Shown, frozen=True, kw_only=True):
    """What left the service about the comment: a mail, or a webhook, which says no words of it."""

    by: Annotated[
        Literal["email-opt-in", "email", "email-refused", "webhook"],
        Meta(description=mark("How; “email-refused”: the address took no mail.")),
    ]
    events: Annotated[
        int, Meta(description=mark("How many of the comment’s events, from the first, it told of."))
    ]


Hashed = Literal["receipt", "idempotency-key", "idempotency-body", "supporters"]


class OwnDataShown(FollowedShown, frozen=True, kw_only=True):
    """All that is stored of a comment and is its commenter's; times are UTC."""

    made_in: Annotated[
        CycleId, Meta(description=mark("The review cycle it was made in; “waiting” for none."))
    ]
    page: str
    number: str
    title: str
    wording_text: str
    email: str | None
    email_confirmed_at: Moment | None
    collected: Annotated[
        bool, Meta(description=mark("Whether an editor wrote it down for the commenter."))
    ]
    told: list[ToldShown]
    hashes: Annotated[
        list[Hashed],
        Meta(
            description=mark("What is kept only as a keyed hash, from which nothing can be read.")
        ),
    ]
