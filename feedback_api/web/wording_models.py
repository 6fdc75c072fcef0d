"""A wording as JSON."""

from typing import Annotated

from msgspec import Meta

from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Language, Section, Wording
from feedback_api.web.shown_models import Shown


class WordingShown(Shown, frozen=True, kw_only=True):
    """The text of one section in one language at one moment."""

    section: Section
    language: Language
    fingerprint: Wording
    title: str
    markdown: str
    text: str
    text_language: Language
    is_current: Annotated[
        bool, Meta(description=mark("Whether the section reads so in the published text."))
    ]
