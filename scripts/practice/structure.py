"""What the pages must agree on: the menu, ids across the code, the languages among themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from practice.front_matter import FrontMatter, SectionId
from practice.languages import Language, LanguageCode
from practice.menu import CONFIGURATION, MenuEntry
from practice.page_source import Heading, PageId, PageSource, headings
from practice.problem import Problem

Sources = Mapping[LanguageCode, Mapping[PageId, PageSource]]


def structure_problems(
    languages: Sequence[Language], menu: Sequence[MenuEntry], sources: Sources
) -> Iterator[Problem]:
    """Every disagreement between pages, languages and menu."""
    first = next(language for language in languages if language.source)
    yield from _menu_problems(menu, sources[first.code], first)
    for language in languages:
        pages = sources[language.code]
        yield from _duplicate_ids(pages)
        yield from _retired_problems(pages, sources[first.code])
        if language.source:
            yield from _unlisted_pages(menu, pages)
            continue
        for page in pages.values():
            if page.id in sources[first.code]:
                yield from _translation_problems(page, sources[first.code][page.id])
            else:
                message = (
                    f"docs/{first.code} has no page “{page.id}”: add it there, or remove this one."
                )
                yield Problem(page.path, 1, "page-not-in-source", message)


def same_name_problems(files: Sequence[PageSource]) -> Iterator[Problem]:
    """Two files with one page id: `a-b.md` and `a/b.md`."""
    seen: dict[PageId, PageSource] = {}
    for file in files:
        if file.id in seen:
            message = (
                f"{seen[file.id].path.as_posix()} has the page id “{file.id}” too: rename one."
            )
            yield Problem(file.path, 1, "page-id-twice", message)
        seen.setdefault(file.id, file)


def _menu_problems(
    menu: Sequence[MenuEntry], pages: Mapping[PageId, PageSource], source: Language
) -> Iterator[Problem]:
    for entry in menu:
        if entry.page not in pages:
            message = (
                f"The menu names {entry.path}, which {source.pages_folder} does not hold:"
                " write the page or take it out of “nav”."
            )
            yield Problem(CONFIGURATION, entry.line, "menu-page-missing", message)


def _unlisted_pages(
    menu: Sequence[MenuEntry], pages: Mapping[PageId, PageSource]
) -> Iterator[Problem]:
    listed = {entry.page for entry in menu}
    for page in pages.values():
        if page.id not in listed:
            message = "This page is not in the menu: add it to “nav” in mkdocs.yml."
            yield Problem(page.path, 1, "page-not-in-menu", message)


def _named(page: PageSource) -> Iterator[tuple[SectionId, Heading]]:
    for heading in headings(page):
        if heading.id is not None:
            yield heading.id, heading


def _duplicate_ids(pages: Mapping[PageId, PageSource]) -> Iterator[Problem]:
    seen: dict[SectionId, str] = {}
    for page in pages.values():
        for name, heading in _named(page):
            place = f"{page.path.as_posix()}:{heading.line + 1}"
            if name in seen:
                message = f"The id “{name}” already stands at {seen[name]}: give this one another."
                yield Problem(page.path, heading.line + 1, "duplicate-id", message)
            seen.setdefault(name, place)


def _retired_problems(
    pages: Mapping[PageId, PageSource], originals: Mapping[PageId, PageSource]
) -> Iterator[Problem]:
    """`originals` are the source's pages: a successor may still wait for its translation."""
    live = {name: page for page in pages.values() for name, _ in _named(page)}
    known = live.keys() | {name for page in originals.values() for name, _ in _named(page)}
    retired: dict[SectionId, PageSource] = {}
    for page in pages.values():
        for old, successor in page.front_matter.retired.items():
            line = _line_of(page, old)
            if old in retired:
                message = f"The id “{old}” is retired in {retired[old].path} too: keep one entry."
                yield Problem(page.path, line, "retired-twice", message)
            retired.setdefault(old, page)
            if successor is not None and successor not in known and not _retires(pages, successor):
                message = f"The successor “{successor}” of “{old}” is no section: correct it."
                yield Problem(page.path, line, "retired-successor", message)
    for name in retired.keys() & live.keys():
        page = live[name]
        line = next(heading.line for own, heading in _named(page) if own == name) + 1
        message = (
            f"The id “{name}” is retired in {retired[name].path.as_posix()} and is never used"
            " again: choose another."
        )
        yield Problem(page.path, line, "retired-id-reused", message)


def _retires(pages: Mapping[PageId, PageSource], name: SectionId) -> bool:
    return any(name in page.front_matter.retired for page in pages.values())


def _line_of(page: PageSource, text: str) -> int:
    return next((number for number, line in enumerate(page.lines, 1) if text in line), 1)


def _translation_problems(page: PageSource, source: PageSource) -> Iterator[Problem]:
    yield from _front_matter_problems(page, source)
    expected = {name: (place, h.level) for place, (name, h) in enumerate(_named(source))}
    last = -1
    for name, heading in _named(page):
        line = heading.line + 1
        if name not in expected:
            message = (
                f"{source.path.as_posix()} has no section “{name}”:"
                " use the id of the section that this one translates, or add the section there."
            )
            yield Problem(page.path, line, "section-not-in-source", message)
            continue
        place, level = expected[name]
        if level != heading.level:
            message = f"“{name}” has level {level} in {source.path.as_posix()}: use it here too."
            yield Problem(page.path, line, "section-level", message)
        if place < last:
            message = f"“{name}” stands earlier in {source.path.as_posix()}: use the same order."
            yield Problem(page.path, line, "section-order", message)
        last = max(last, place)


def _front_matter_problems(page: PageSource, source: PageSource) -> Iterator[Problem]:
    for key in (field.name for field in fields(FrontMatter) if field.name != "title"):
        mine, theirs = getattr(page.front_matter, key), getattr(source.front_matter, key)
        if mine != theirs:
            message = (
                f"“{key}” differs from {source.path.as_posix()}:"
                " front matter is the same in every language, the title apart."
            )
            line = next((n for n, t in enumerate(page.lines, 1) if t.startswith(f"{key}:")), 1)
            yield Problem(page.path, line, "front-matter-differs", message)
