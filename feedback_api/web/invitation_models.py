"""An invitation as it is presented, and what is answered to a program."""

from typing import Annotated, Literal

from msgspec import Meta

from feedback_api.domain.comment import Role
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Invitation, Posted
from feedback_api.web.shown_models import Moment, Shown


class InvitationPosted(Posted, frozen=True, kw_only=True):
    """An invitation to be used."""

    invitation: Invitation


class InvitationEntered(InvitationPosted, frozen=True, kw_only=True):
    """The same in a form, with the key of the page and the section to go on to."""

    key: str | None = None
    section: str | None = None


class ForgettingEntered(Posted, frozen=True, kw_only=True):
    """A form, which always says something."""

    confirm: Literal["yes"]


class ProofShown(Shown, frozen=True, kw_only=True):
    """What was proved; the same for everybody invited at once."""

    role: Role
    cycle: str
    expires_at: Moment
    proof: Annotated[
        str,
        Meta(description=mark("To be sent as “invitation” with any number of comments.")),
    ]
