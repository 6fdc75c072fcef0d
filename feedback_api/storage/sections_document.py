"""sections.json as the build writes it (see `feedback_api/sections.schema.json`), read and checked.

Fields the service does not use may be there; those it uses must be right.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

import msgspec

from feedback_api.domain.cycle import Cycle
from feedback_api.domain.identity import (
    CommitHash,
    Fingerprint,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.domain.publication import Changes
from feedback_api.domain.section import (
    Language,
    Revision,
    SectionEntry,
    SectionText,
    TranslationState,
    Wording,
)
from feedback_api.storage.cycles_document import CycleRecord, read_cycles

SCHEMA = 1

_Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=200)]
_Code = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$", max_length=35)]
_Fingerprint = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
_Mark = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
_Commit = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}$")]
_Word = Annotated[str, msgspec.Meta(min_length=1)]


class _Revision(msgspec.Struct, frozen=True):
    commit: str | None
    built_at: Annotated[datetime, msgspec.Meta(tz=True)]


class _Language(msgspec.Struct, frozen=True):
    code: _Code
    name: _Word
    tag: _Code
    direction: Annotated[str, msgspec.Meta(pattern="^(ltr|rtl)$")]
    source: bool


class _Text(msgspec.Struct, frozen=True):
    title: _Word
    url: _Word
    fingerprint: _Fingerprint
    markdown: str
    text: str
    state: TranslationState
    text_language: _Code


class _Section(msgspec.Struct, frozen=True):
    id: _Id
    page: _Id
    parent: _Id | None
    level: Annotated[int, msgspec.Meta(ge=1, le=3)]
    number: str
    owner: str
    retired: tuple[_Id, ...]
    languages: dict[_Code, _Text]


class _Document(msgspec.Struct, frozen=True):
    company: str
    revision: _Revision
    languages: tuple[_Language, ...]
    sections: tuple[_Section, ...]
    retired: dict[_Id, _Id | None] = {}
    cycles: tuple[CycleRecord, ...] = ()
    applied: dict[_Mark, _Commit] | None = None
    reverts: dict[_Mark, Annotated[int, msgspec.Meta(ge=1)]] = {}


class _Version(msgspec.Struct, frozen=True):
    schema: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCode:
    """All of sections.json, ready to be asked."""

    revision: Revision
    languages: tuple[Language, ...]
    sections: tuple[SectionEntry, ...]
    by_id: Mapping[SectionId, SectionEntry]
    by_page: Mapping[PageId, tuple[SectionEntry, ...]]
    retired: Mapping[SectionId, SectionId | None]
    cycles: tuple[Cycle, ...]
    changes: Changes | None = None

    def wording(self, section: SectionEntry, language: LanguageCode) -> Wording:
        """The present one."""
        text = section.languages[language]
        return Wording(
            section=section.id,
            page=section.page,
            language=language,
            text_language=text.text_language,
            fingerprint=text.fingerprint,
            title=text.title,
            text=text.text,
            markdown=text.markdown,
        )


def decode_sections(content: bytes) -> PublishedCode:
    """Raises ValueError (msgspec.DecodeError is one) that says what is wrong, without the path."""
    version = msgspec.json.decode(content, type=_Version).schema
    if version != SCHEMA:
        raise ValueError(f"schema version {version}; this release of the service reads {SCHEMA}")
    document = msgspec.json.decode(content, type=_Document)
    _check(document)
    sections = tuple(_entry(section) for section in document.sections)
    by_page: dict[PageId, tuple[SectionEntry, ...]] = {}
    for section in sections:
        by_page[section.page] = (*by_page.get(section.page, ()), section)
    return PublishedCode(
        revision=Revision(
            commit=document.revision.commit,
            built_at=document.revision.built_at,
            company=document.company,
            digest=hashlib.sha256(content).hexdigest(),
        ),
        languages=tuple(
            msgspec.convert(language, Language, from_attributes=True)
            for language in document.languages
        ),
        sections=sections,
        by_id=MappingProxyType({section.id: section for section in sections}),
        by_page=MappingProxyType(by_page),
        retired=_retired(document),
        cycles=read_cycles(document.cycles, _source(document)),
        changes=_changes(document),
    )


def _changes(document: _Document) -> Changes | None:
    """None where the build knew no history: an older one, or one outside git."""
    applied = document.applied
    if applied is None or (not applied and document.revision.commit is None):
        return None
    return Changes(
        applied=MappingProxyType({mark: CommitHash(commit) for mark, commit in applied.items()}),
        reverts=MappingProxyType(document.reverts),
    )


def _source(document: _Document) -> LanguageCode:
    return LanguageCode(next(language.code for language in document.languages if language.source))


def _check(document: _Document) -> None:
    codes = [language.code for language in document.languages]
    _refuse_repeated("language", codes)
    if sum(language.source for language in document.languages) != 1:
        raise ValueError("exactly one language must be the source")
    ids = [section.id for section in document.sections]
    if not ids:
        raise ValueError("there are no sections")
    _refuse_repeated("section", ids)
    known = set(ids)
    for section in document.sections:
        if set(section.languages) != set(codes):
            raise ValueError(f"section {section.id} is not there in each of the languages")
        if section.parent is not None and section.parent not in known:
            raise ValueError(f"section {section.id} has an unknown parent {section.parent}")
        if section.page not in known:
            raise ValueError(f"section {section.id} is on an unknown page {section.page}")
        for text in section.languages.values():
            if text.text_language not in codes:
                raise ValueError(f"section {section.id} is written in an unknown language")


def _refuse_repeated(what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name} is there twice")
        seen.add(name)


def _entry(section: _Section) -> SectionEntry:
    return SectionEntry(
        id=SectionId(section.id),
        page=PageId(section.page),
        parent=None if section.parent is None else SectionId(section.parent),
        level=section.level,
        number=section.number,
        owner=section.owner,
        retired=tuple(map(SectionId, section.retired)),
        languages=MappingProxyType(
            {LanguageCode(code): _text(text) for code, text in section.languages.items()}
        ),
    )


def _text(text: _Text) -> SectionText:
    return SectionText(
        title=text.title,
        url=text.url,
        fingerprint=Fingerprint(text.fingerprint),
        markdown=text.markdown,
        text=text.text,
        state=text.state,
        text_language=LanguageCode(text.text_language),
    )


def _retired(document: _Document) -> Mapping[SectionId, SectionId | None]:
    """From the list of all, and from what sections say they took the place of."""
    successors = {
        SectionId(old): SectionId(section.id)
        for section in document.sections
        for old in section.retired
    }
    listed = {
        SectionId(old): None if new is None else SectionId(new)
        for old, new in document.retired.items()
    }
    return MappingProxyType({**successors, **listed})
