"""What travels when somebody asks for their own data by e-mail: msgspec Structs, in and out."""

from feedback_api.web.posted_models import Email, Posted
from feedback_api.web.receipt_models import OwnDataShown
from feedback_api.web.shown_models import Moment, Shown


class DataAsked(Posted, frozen=True, kw_only=True):
    """The address whose comments somebody wants to see."""

    email: Email


class AllOwnDataShown(Shown, frozen=True, kw_only=True):
    """Every comment made with one address, oldest first."""

    email: str
    at: Moment
    comments: list[OwnDataShown]
