"""Erasures as editors see and ask for them: msgspec Structs, in and out."""

from typing import Annotated, Literal

from msgspec import Meta

from feedback_api.domain.act import What
from feedback_api.domain.remarks import Way
from feedback_api.domain.text import WHY
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import OFFSET_LIMIT, Posted, at_most
from feedback_api.web.shown_models import Moment, Shown

_Why = Annotated[
    str,
    Meta(
        description=mark("Why it is erased; it is kept, so it must not repeat what was said."),
        extra_json_schema=at_most(WHY),
    ),
]


class ErasurePosted(Posted, frozen=True, kw_only=True):
    """An erasure by an editor."""

    why: _Why


class ErasureForm(ErasurePosted, frozen=True, kw_only=True):
    """The same in a form; without `confirm` it is only asked about."""

    csrf: str
    version: str = ""
    confirm: Literal["yes"] | None = None


class ActsQuery(Posted, frozen=True, kw_only=True):
    """Which part of the list; `done`: an editor just erased something."""

    offset: Annotated[int, Meta(ge=0, le=OFFSET_LIMIT)] = 0
    done: Literal["erased"] | None = None


class ActShown(Shown, frozen=True, kw_only=True):
    """One erasure: never what was said."""

    what: What
    comment: str
    section: str
    at: Moment
    by: Annotated[str, Meta(description=mark("An editor’s name, “commenter”, or “retention”."))]
    way: Way
    why: Annotated[str, Meta(description=mark("What the editor wrote, or empty."))]


class ActsShown(Shown, frozen=True, kw_only=True):
    """A part of all erasures, newest first."""

    total: int
    offset: int
    acts: list[ActShown]
