"""What webhooks tell, described for whoever receives it; a test holds the sender to it."""

from typing import Annotated

from msgspec import Meta

from feedback_api.domain.decision import State
from feedback_api.web.messages import mark
from feedback_api.web.shown_models import Moment, Shown

_Kind = Annotated[
    str,
    Meta(
        description=mark("What happened, after “comment.”: for example comment.decided."),
        pattern=r"^comment\.[a-z-]+$",
    ),
]


class NoticeDataShown(Shown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of an erased comment nothing is left but its id."""

    comment: Annotated[str, Meta(description=mark("Id of a comment."))]
    event: Annotated[
        int, Meta(description=mark("Which event of the comment, from 1; 0 is its erasure."))
    ]
    section: str | None
    page: str | None
    language: str | None
    cycle: str | None
    state: State | None


class NoticeShown(Shown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something happened to a comment: ids and states, never what anybody wrote."""

    id: Annotated[
        str, Meta(description=mark("The same in every repetition; also the header webhook-id."))
    ]
    type: _Kind
    timestamp: Moment
    data: NoticeDataShown
