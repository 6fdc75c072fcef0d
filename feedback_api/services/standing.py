"""How what was commented on stands to what is published now.

Only ids and fingerprints decide: nothing is ever taken for another section because it reads alike.
"""

from dataclasses import dataclass
from enum import StrEnum

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import RetiredSection, UnknownSection
from feedback_api.domain.identity import Fingerprint, LanguageCode, SectionId
from feedback_api.domain.section import TranslationState, Wording
from feedback_api.services.ports import PublishedText


class TextStanding(StrEnum):
    """Where the wording is that a comment is about."""

    CURRENT = "current"
    EARLIER = "earlier"
    MOVED = "moved"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """`successor`: the published section that took the place of one that MOVED."""

    standing: TextStanding
    successor: SectionId | None = None


def stands(comment: Comment, text: PublishedText) -> Stands:
    """How the comment stands to the text as published now."""
    try:
        published = text.section(comment.section).languages.get(comment.language)
    except RetiredSection as retired:
        if retired.successor is None:
            return Stands(standing=TextStanding.RETIRED)
        return Stands(standing=TextStanding.MOVED, successor=SectionId(retired.successor))
    except UnknownSection:
        return Stands(standing=TextStanding.RETIRED)
    is_current = published is not None and published.fingerprint == comment.wording
    return Stands(standing=TextStanding.CURRENT if is_current else TextStanding.EARLIER)


def is_on_current_wording(
    section: SectionId, language: LanguageCode, wording: Fingerprint, text: PublishedText
) -> bool:
    """Whether the section still reads so; never for a retired one."""
    try:
        published = text.section(section).languages.get(language)
    except UnknownSection:
        return False
    return published is not None and published.fingerprint == wording


def translation_state(wording: Wording, text: PublishedText) -> TranslationState | None:
    """As published now; None for a wording that is not, of which nobody knows any more."""
    try:
        published = text.section(wording.section).languages.get(wording.language)
    except UnknownSection:
        return None
    is_present = published is not None and published.fingerprint == wording.fingerprint
    return published.state if published is not None and is_present else None
