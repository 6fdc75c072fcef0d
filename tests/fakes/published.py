"""A small published code in two invented languages, one of them missing a translation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from feedback_api.domain.errors import (
    RetiredSection,
    UnknownLanguage,
    UnknownPage,
    UnknownSection,
    UnknownWording,
)
from feedback_api.domain.identity import (
    CommentId,
    CommitHash,
    Fingerprint,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.domain.publication import Changes, mark_of
from feedback_api.domain.section import (
    Language,
    Revision,
    SectionEntry,
    SectionText,
    TranslationState,
    Wording,
)

SOURCE = LanguageCode("aa")
OTHER = LanguageCode("bb")
PAGE = PageId("complaints")
TOP = SectionId("complaints")
SECTION = SectionId("complaints-acknowledge")
UNTRANSLATED = SectionId("complaints-answer")
RETIRED = SectionId("complaints-old")
WORDING = Fingerprint("0123456789abcdef")
EARLIER_WORDING = Fingerprint("00000000000000ee")
MARKDOWN = "The complaints officer **must** acknowledge a complaint within 3 working days.\n"
TEXT = "The complaints officer must acknowledge a complaint within 3 working days."


class FixedText:
    """See PublishedText."""

    def __init__(self) -> None:
        self._sections = tuple(_sections())
        self._earlier = {
            (section, SOURCE, EARLIER_WORDING): Wording(
                section=section,
                page=PAGE,
                language=SOURCE,
                text_language=SOURCE,
                fingerprint=EARLIER_WORDING,
                title="As it was",
                text="Earlier text.",
                markdown="Earlier text.\n",
            )
            for section in (SECTION, RETIRED)
        }

    def section(self, section: SectionId) -> SectionEntry:
        for entry in self._sections:
            if entry.id == section:
                return entry
        if section == RETIRED:
            raise RetiredSection(section=section, successor=SECTION)
        raise UnknownSection(section=section)

    def wording(
        self, section: SectionId, language: LanguageCode, fingerprint: Fingerprint
    ) -> Wording:
        if language not in {SOURCE, OTHER}:
            raise UnknownLanguage(language=language)
        if (section, language, fingerprint) in self._earlier:
            return self._earlier[section, language, fingerprint]
        text = self.section(section).languages[language]
        if text.fingerprint != fingerprint:
            raise UnknownWording(section=section, wording=fingerprint)
        return Wording(
            section=section,
            page=PAGE,
            language=language,
            text_language=text.text_language,
            fingerprint=fingerprint,
            title=text.title,
            text=text.text,
            markdown=text.markdown,
        )

    def languages(self) -> tuple[Language, ...]:
        return (
            Language(code=SOURCE, name="Aa", tag="aa", direction="ltr", source=True),
            Language(code=OTHER, name="Bb", tag="bb", direction="ltr", source=False),
        )

    def page(self, page: PageId) -> tuple[SectionEntry, ...]:
        if page != PAGE:
            raise UnknownPage(page=page)
        return self._sections

    def all_sections(self) -> tuple[SectionEntry, ...]:
        return self._sections

    def revision(self) -> Revision:
        return Revision(
            commit=None, built_at=datetime(2026, 11, 21, tzinfo=UTC), company="the Company"
        )


class FixedChanges:
    """See PublishedChanges; `deploy` publishes a revision."""

    def __init__(self) -> None:
        self._changes: Changes | None = None

    def deploy(
        self, applied: Mapping[CommentId, str], reverts: Mapping[CommentId, int] | None = None
    ) -> None:
        self._changes = Changes(
            applied={mark_of(comment): CommitHash(commit) for comment, commit in applied.items()},
            reverts={mark_of(comment): number for comment, number in (reverts or {}).items()},
        )

    def changes(self) -> Changes | None:
        return self._changes


def _sections() -> Iterable[SectionEntry]:
    current = SectionText(
        title="Acknowledging a complaint",
        url="/aa/complaints/#complaints-acknowledge",
        fingerprint=WORDING,
        markdown=MARKDOWN,
        text=TEXT,
        state=TranslationState.CURRENT,
        text_language=SOURCE,
    )
    translated = replace(
        current,
        url="/bb/complaints/#complaints-acknowledge",
        fingerprint=Fingerprint("00000000000000bb"),
        text_language=OTHER,
    )
    missing = replace(current, state=TranslationState.MISSING)
    for section, other in (
        (TOP, translated),
        (SECTION, translated),
        (UNTRANSLATED, missing),
    ):
        yield SectionEntry(
            id=section,
            page=PAGE,
            parent=None if section == TOP else TOP,
            level=1 if section == TOP else 2,
            number="8",
            owner="complaints officer",
            retired=(RETIRED,) if section == SECTION else (),
            languages={SOURCE: current, OTHER: other},
        )
