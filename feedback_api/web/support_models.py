"""What a reader sends to second a comment, and what is answered."""

from typing import Literal

from feedback_api.web.posted_models import Posted
from feedback_api.web.shown_models import Shown


class SupportPosted(Posted, frozen=True, kw_only=True):
    """Nothing: the URL says which comment, the cookie which browser."""


class SupportEntered(Posted, frozen=True, kw_only=True):
    """A form, which always says something; `part` asks for the list alone."""

    confirm: Literal["yes"]
    part: Literal["1"] | None = None


class SupportShown(Shown, frozen=True, kw_only=True):
    """How many support a comment, and whether this browser seconds it."""

    comment: str
    support: int
    seconded: bool
