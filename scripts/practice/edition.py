"""What one language's site shows: its own wordings, and the source's where one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from practice.menu import HOME
from practice.text import Code, Language, Page, PageId, Section
from practice.translation_state import Standing, Standings, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """`section` is in another language than the site where the standing is *missing*."""

    section: Section
    standing: Standing

    @property
    def missing(self) -> bool:
        """Whether the reader gets the source's text."""
        return self.standing.state is State.MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """All pages of one language's site in reading order."""

    language: Language
    source: Language
    pages: Mapping[PageId, tuple[ShownSection, ...]]
    code: Code

    def sections(self) -> Iterator[ShownSection]:
        """Every section of the site in reading order."""
        for page in self.pages.values():
            yield from page

    def own_page(self, page: PageId) -> Page | None:
        """The page in this language; None where the whole page is missing."""
        return self.code.pages[self.language.code].get(page)

    def source_page(self, page: PageId) -> Page:
        """The page in the source language."""
        return self.code.pages[self.source.code][page]


def edition(code: Code, language: Language, standings: Standings) -> Edition:
    """The edition of a sound code: each of the source's sections is in it exactly once."""
    own = {section.id: section for section in code.sections(language.code)}
    source_pages = code.pages[code.source.code]
    pages = {
        page: tuple(
            ShownSection(
                section=own.get(section.id, section),
                standing=standings[section.id, language.code],
            )
            for section in source_pages[page].sections
        )
        for page in code.order
    }
    return Edition(language=language, source=code.source, pages=pages, code=code)


def page_address(page: Page) -> str:
    """Where the page is below its language: empty for the home page, else with a final slash."""
    if page.id == HOME:
        return ""
    return page.path.relative_to(*page.path.parts[:2]).with_suffix("").as_posix() + "/"
