"""A section as the service's pages name and quote it, whether it still stands or was retired."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback_api.domain.errors import RetiredSection, UnknownWording
from feedback_api.domain.identity import Fingerprint, LanguageCode, PageId, SectionId
from feedback_api.domain.section import SectionText, TranslationState, Wording
from feedback_api.services.ports import PublishedText


class Standing(StrEnum):
    """How the wording quoted stands to the one published now."""

    PRESENT = "present"
    EARLIER = "earlier"
    MISSING = "missing"  # present, but the translation is missing and the source is quoted
    UNKNOWN = "unknown"  # the one asked for never existed; the present one is quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """`present` and `url` are None for a retired section."""

    id: SectionId
    page: PageId
    language: LanguageCode
    tag: str  # of the language its title is in
    number: str
    title: str
    url: str | None
    present: SectionText | None

    @property
    def form_path(self) -> str:
        return f"/feedback/{self.language}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The wording a comment will be about."""

    wording: Wording
    tag: str
    standing: Standing


def language_tags(text: PublishedText) -> Mapping[LanguageCode, str]:
    """BCP 47 tags, for `lang`; a language that is no longer published keeps its code."""
    return _Tags({language.code: language.tag for language in text.languages()})


class _Tags(dict[LanguageCode, str]):
    def __missing__(self, code: LanguageCode) -> str:
        return code


def view_section(section: SectionId, language: LanguageCode, text: PublishedText) -> SectionView:
    """The section as published now. Raises UnknownSection, RetiredSection."""
    entry = text.section(section)
    present = entry.languages[language]
    return SectionView(
        id=entry.id,
        page=entry.page,
        language=language,
        tag=language_tags(text)[present.text_language],
        number=entry.number,
        title=present.title,
        url=present.url,
        present=present,
    )


def view_successor(
    section: SectionId, language: LanguageCode, text: PublishedText
) -> SectionView | None:
    """What took the place of a retired section. Raises UnknownSection."""
    try:
        text.section(section)
    except RetiredSection as retired:
        if retired.successor is not None:
            return view_section(SectionId(retired.successor), language, text)
    return None


def view_wording(wording: Wording, text: PublishedText) -> SectionView:
    """The section of a wording: as published now, else as it was called then."""
    try:
        return view_section(wording.section, wording.language, text)
    except RetiredSection:
        return SectionView(
            id=wording.section,
            page=wording.page,
            language=wording.language,
            tag=language_tags(text)[wording.text_language],
            number="",
            title=wording.title,
            url=None,
            present=None,
        )


def quote(
    section: SectionId, language: LanguageCode, asked: str | None, text: PublishedText
) -> Quoted:
    """The wording the reader saw if it is known, else the present one.

    Raises UnknownSection; RetiredSection unless a wording of it is asked for that is known.
    """
    wording = _known_wording(section, language, asked, text)
    unknown = asked and wording is None
    if wording is None:
        present = text.section(section).languages[language]
        wording = text.wording(section, language, present.fingerprint)
    standing = Standing.UNKNOWN if unknown else _standing(wording, text)
    return Quoted(
        wording=wording, tag=language_tags(text)[wording.text_language], standing=standing
    )


def _known_wording(
    section: SectionId, language: LanguageCode, asked: str | None, text: PublishedText
) -> Wording | None:
    if not asked:
        return None
    try:
        return text.wording(section, language, Fingerprint(asked))
    except UnknownWording:
        return None


def _standing(wording: Wording, text: PublishedText) -> Standing:
    present = view_wording(wording, text).present
    if present is None or present.fingerprint != wording.fingerprint:
        return Standing.EARLIER
    missing = present.state is TranslationState.MISSING
    return Standing.MISSING if missing else Standing.PRESENT
