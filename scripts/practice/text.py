"""The whole code of practice as read from docs/: pages and sections, in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from markdown_it.token import Token

from practice.blocks import inline_words, read_blocks
from practice.fingerprint import Fingerprint, fingerprint
from practice.front_matter import FrontMatter, SectionId
from practice.grammar import page_problems
from practice.languages import Language, LanguageCode, read_languages
from practice.links import link_problems, link_targets
from practice.menu import ClauseCounter, page_numbers, read_menu
from practice.page_source import PageId, PageSource, headings, read_page_source
from practice.plain_text import plain_text
from practice.problem import Problem, ProblemsFoundError
from practice.structure import same_name_problems, structure_problems

__all__ = [
    "Code",
    "Fingerprint",
    "FrontMatter",
    "Language",
    "LanguageCode",
    "Page",
    "PageId",
    "Section",
    "SectionId",
    "read_again",
    "read_code",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of level 1 to 3 with an id, and its own text up to the next heading.

    `line` is the heading's, from 1; the own text is lines `line + 1` to `end_line - 1`.
    `title` bears neither id nor number; `markdown` is the own text's exact source.
    """

    id: SectionId
    page: PageId
    parent: SectionId | None
    level: int
    number: str
    title: str
    language: LanguageCode
    path: Path
    line: int
    end_line: int
    markdown: str
    text: str
    fingerprint: Fingerprint
    tokens: tuple[Token, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page in one language; `sections` in the order of the file, the page's own first."""

    id: PageId
    language: LanguageCode
    path: Path
    title: str
    front_matter: FrontMatter
    sections: tuple[Section, ...]
    source: PageSource = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Everything under docs/; `problems` is what the grammar and the comparison of ids refuse."""

    languages: tuple[Language, ...]
    pages: Mapping[LanguageCode, Mapping[PageId, Page]]
    order: tuple[PageId, ...]
    problems: tuple[Problem, ...]

    @property
    def source(self) -> Language:
        """The language the others are translated from."""
        return next(language for language in self.languages if language.source)

    def sections(self, language: LanguageCode) -> Iterator[Section]:
        """Every section of a language in reading order."""
        for page in self.order:
            if page in self.pages[language]:
                yield from self.pages[language][page].sections

    def section(self, language: LanguageCode, section: SectionId) -> Section | None:
        """The section in that language; None where its translation is missing."""
        return next((s for s in self.sections(language) if s.id == section), None)


def read_code(root: Path) -> Code:
    """Read docs/ below `root`; text that breaks the rules is still read, as far as it goes.

    Raises ProblemsFoundError only where languages/ or mkdocs.yml cannot be understood.
    """
    languages = read_languages(root)
    menu, menu_problems = read_menu(root)
    files = {language.code: _files(root, language) for language in languages}
    sources = {name: {file.id: file for file in read} for name, read in files.items()}
    problems = [
        *menu_problems,
        *(p for read in files.values() for p in same_name_problems(read)),
        *(p for pages in sources.values() for page in pages.values() for p in page.problems),
        *(p for pages in sources.values() for page in pages.values() for p in page_problems(page)),
        *structure_problems(languages, menu, sources),
        *_link_problems(root, languages, sources),
    ]
    order = tuple(entry.page for entry in menu)
    return Code(
        languages=languages,
        pages=_pages(languages, order, sources),
        order=order,
        problems=tuple(sorted(set(problems))),
    )


def read_again(root: Path, code: Code, page: Page) -> Code:
    """`code` with one page as its file is now; quick, and right while ids and order are the same.

    Its `problems` are those of this page alone.
    """
    language = next(one for one in code.languages if one.code == page.language)
    source = read_page_source(root, page.path, language)
    clauses = {section.id: section.number for section in code.sections(code.source.code)}
    new = _page(source, page_numbers(code.order).get(page.id, ""), clauses)
    own = {**code.pages[page.language], page.id: new}
    known = {**code.pages, page.language: MappingProxyType(own)}
    sources = {name: {one: known[name][one].source for one in known[name]} for name in known}
    targets = link_targets(
        root, language, code.source, own=sources[page.language], originals=sources[code.source.code]
    )
    problems = (*source.problems, *page_problems(source), *link_problems(source, targets))
    return replace(code, pages=MappingProxyType(known), problems=tuple(sorted(set(problems))))


def require_sound(code: Code) -> None:
    """Raise ProblemsFoundError unless the text obeys its grammar."""
    if code.problems:
        raise ProblemsFoundError(code.problems)


def _link_problems(
    root: Path,
    languages: tuple[Language, ...],
    sources: Mapping[LanguageCode, Mapping[PageId, PageSource]],
) -> Iterator[Problem]:
    first = next(language for language in languages if language.source)
    for language in languages:
        own, originals = sources[language.code], sources[first.code]
        targets = link_targets(root, language, first, own=own, originals=originals)
        for page in own.values():
            yield from link_problems(page, targets)


def _files(root: Path, language: Language) -> list[PageSource]:
    paths = sorted((root / language.pages_folder).rglob("*.md"))
    return [read_page_source(root, path.relative_to(root), language) for path in paths]


def _pages(
    languages: tuple[Language, ...],
    order: tuple[PageId, ...],
    sources: Mapping[LanguageCode, Mapping[PageId, PageSource]],
) -> Mapping[LanguageCode, Mapping[PageId, Page]]:
    """A section bears the source language's number, so that a gap in a translation shifts none."""
    numbers = page_numbers(order)
    clauses: dict[SectionId, str] = {}
    pages: dict[LanguageCode, Mapping[PageId, Page]] = {}
    for language in sorted(languages, key=lambda language: not language.source):
        read: dict[PageId, Page] = {}
        for source in sources[language.code].values():
            page = _page(source, numbers.get(source.id, ""), clauses)
            read[page.id] = page
            if language.source:
                clauses.update({section.id: section.number for section in page.sections})
        pages[language.code] = MappingProxyType(
            {page: read[page] for page in (*order, *read) if page in read}
        )
    return MappingProxyType({language.code: pages[language.code] for language in languages})


def _page(source: PageSource, page_number: str, clauses: Mapping[SectionId, str]) -> Page:
    sections = tuple(_sections(source, ClauseCounter(page_number), clauses))
    return Page(
        id=source.id,
        language=source.language.code,
        path=source.path,
        title=source.front_matter.title,
        front_matter=source.front_matter,
        sections=sections,
        source=source,
    )


def _sections(
    source: PageSource, counter: ClauseCounter, clauses: Mapping[SectionId, str]
) -> Iterator[Section]:
    found = [heading for heading in headings(source) if heading.level <= 3]
    parents: dict[int, SectionId] = {}
    seen: set[SectionId] = set()
    for heading, following in zip(found, [*found[1:], None], strict=True):
        number = counter.number(heading.level)
        if heading.id is None or heading.id in seen:
            continue
        seen.add(heading.id)
        parents = {level: name for level, name in parents.items() if level < heading.level}
        tokens = source.tokens[heading.index + 3 : following.index if following else None]
        end_line = following.line if following else len(source.lines)
        title = inline_words(heading.inline.children or ())
        blocks = read_blocks(tokens)
        yield Section(
            id=heading.id,
            page=source.id,
            parent=parents[max(parents)] if parents else None,
            level=heading.level,
            number=clauses.get(heading.id, number),
            title=title,
            language=source.language.code,
            path=source.path,
            line=heading.line + 1,
            end_line=end_line + 1,
            markdown="\n".join(source.lines[heading.line + 1 : end_line]).strip("\n"),
            text=plain_text(blocks),
            fingerprint=fingerprint(title, blocks),
            tokens=tokens,
        )
        parents[heading.level] = heading.id
