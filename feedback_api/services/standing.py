"""How what was commented on stands to what is published now.

Only ids and fingerprints decide: nothing is ever taken for another section because it reads alike.
"""

from feedback_api.domain.errors import UnknownSection
from feedback_api.domain.identity import Fingerprint, LanguageCode, SectionId
from feedback_api.services.ports import PublishedText


def is_on_current_wording(
    section: SectionId, language: LanguageCode, wording: Fingerprint, text: PublishedText
) -> bool:
    """Whether the section still reads so; never for a retired one."""
    try:
        published = text.section(section).languages.get(language)
    except UnknownSection:
        return False
    return published is not None and published.fingerprint == wording
