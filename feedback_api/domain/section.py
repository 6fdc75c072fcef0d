"""Pages, sections and wordings, as the build publishes them in sections.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.identity import Fingerprint, LanguageCode, PageId, SectionId


class TranslationState(StrEnum):
    """How a wording stands to the source language's; the source itself is always current."""

    CURRENT = "current"
    BEHIND = "behind"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language the code is published in."""

    code: LanguageCode
    name: str  # what its readers call it
    tag: str  # BCP 47, for html lang
    direction: str
    source: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """A section in one language as published now.

    Where the translation is missing, everything but `url` is the source's, and `text_language`
    says so.
    """

    title: str
    url: str
    fingerprint: Fingerprint
    markdown: str
    text: str
    state: TranslationState
    text_language: LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEntry:
    """A section as published now, in all languages."""

    id: SectionId
    page: PageId
    parent: SectionId | None
    level: int
    number: str
    owner: str
    retired: tuple[SectionId, ...]
    languages: Mapping[LanguageCode, SectionText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The text of one section in one language at one moment; kept for as long as the store is."""

    section: SectionId
    page: PageId
    language: LanguageCode
    text_language: LanguageCode
    fingerprint: Fingerprint
    title: str
    text: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A published state of the whole code; `commit` is None when built outside git.

    `digest` differs whenever anything in it does.
    """

    commit: str | None
    built_at: datetime
    company: str
    digest: str = ""
