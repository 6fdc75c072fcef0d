"""Prepared decisions announced together: what an editor sends, and what became of each."""

from typing import Annotated

from msgspec import Meta

from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Posted, Version
from feedback_api.web.shown_models import Shown

ANNOUNCED_LIMIT = 500


class PickPosted(Posted, frozen=True, kw_only=True):
    """A comment in the version the editor saw."""

    id: str
    version: Version


class AnnouncementPosted(Posted, frozen=True, kw_only=True):
    """The comments whose prepared decisions are put in force."""

    comments: Annotated[
        list[PickPosted],
        Meta(
            description=mark("Each with the version that was seen."),
            extra_json_schema={"minItems": 1, "maxItems": ANNOUNCED_LIMIT, "uniqueItems": True},
        ),
    ]


class RefusedShown(Shown, frozen=True, kw_only=True):
    """Why one decision was not announced; it stays prepared."""

    id: str
    code: str
    detail: str


class AnnouncedShown(Shown, frozen=True, kw_only=True):
    """Ids of the comments whose decisions are in force now, and what was refused."""

    announced: list[str]
    refused: list[RefusedShown]
