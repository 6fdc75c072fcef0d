"""One wording of a section, present or earlier: what a comment was about."""

import msgspec

from feedback_api.domain.errors import RetiredSection, UnknownWording
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import Fingerprint, LanguageCode, SectionId
from feedback_api.domain.section import Wording
from feedback_api.services.ports import PublishedText
from feedback_api.services.standing import is_on_current_wording
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.visit import Visit
from feedback_api.web.wording_models import WordingShown


async def wording(visit: Visit) -> CachedAnswer:
    """A wording, present or earlier, of a section, published or retired."""
    named = visit.request.path_params
    section = SectionId(named["section"])
    language = LanguageCode(named["language"])
    fingerprint = Fingerprint(named["fingerprint"])
    text = visit.services.text

    def make() -> bytes:
        return msgspec.json.encode(_shown(_found(section, language, fingerprint, text), text))

    key = f"{section}/{language}/{fingerprint}"
    return visit.web.wordings.get(key, (text.revision(),), make)


def _found(
    section: SectionId, language: LanguageCode, fingerprint: Fingerprint, text: PublishedText
) -> Wording:
    """Raises UnknownSection, UnknownLanguage, UnknownWording; of a retired section, too."""
    try:
        return text.wording(section, language, fingerprint)
    except RetiredSection:
        raise UnknownWording(section=shown(section), wording=shown(fingerprint)) from None


def _shown(found: Wording, text: PublishedText) -> WordingShown:
    return WordingShown(
        section=found.section,
        language=found.language,
        fingerprint=found.fingerprint,
        title=found.title,
        markdown=found.markdown,
        text=found.text,
        text_language=found.text_language,
        is_current=is_on_current_wording(found.section, found.language, found.fingerprint, text),
    )
