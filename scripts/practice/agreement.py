"""Both parsers' readings of a page, compared block by block (DESIGN, Sections).

Python-Markdown renders what people read; markdown-it parses what fingerprints, checks and the
service take for the text. Where they differ, a comment would quote what nobody saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from practice.blocks import Block, read_blocks
from practice.problem import Problem
from practice.rendered_blocks import RenderedSection, read_rendered
from practice.text import Section

CODE = "read-differently"
_ADVICE = (
    "Use the plain forms: an empty line around lists and tables, 4 spaces for each level,"
    " no leading spaces, no loose markup."
)


def page_agreement(sections: Sequence[Section], markup: str) -> Iterator[Problem]:
    """Differences between the sections as parsed and `markup`, the page's HTML as rendered."""
    page = read_rendered(markup)
    if page.before:
        yield _problem(sections[0], sections[0].line, _named(page.before[0]), "nothing")
    for section, shown in zip_longest(sections, page.sections):
        if section is None or shown is None or not _same_heading(section, shown):
            yield _heading_problem(section, shown, near=section or sections[-1])
            return
    notes: list[Block] = []
    for section, shown in zip(sections, page.sections, strict=True):
        parsed = read_blocks(section.tokens)
        notes += [block for block in parsed if block.kind == "footnote"]
        text = [block for block in parsed if block.kind != "footnote"]
        yield from _compare(section, text, shown.blocks)
    yield from _compare(sections[-1], notes, page.footnotes)


def _same_heading(section: Section, shown: RenderedSection) -> bool:
    heading = (shown.id, shown.heading.detail, shown.heading.words)
    return heading == (section.id, str(section.level), section.title)


def _heading_problem(
    section: Section | None, shown: RenderedSection | None, *, near: Section
) -> Problem:
    parsed_words = f"the heading “{section.title}” with the id {section.id}" if section else "none"
    shown_words = "no heading"
    if shown:
        heading = shown.heading
        shown_words = f"“{heading.words}” on level {heading.detail} with the id {shown.id}"
    return _problem(near, near.line, shown_words, parsed_words)


def _compare(
    section: Section, parsed: Sequence[Block], shown: Sequence[Block]
) -> Iterator[Problem]:
    difference = _first_difference(parsed, shown)
    if difference:
        line, here, there = difference
        yield _problem(section, line if line else section.line, there, here)


def _first_difference(
    parsed: Sequence[Block], shown: Sequence[Block]
) -> tuple[int, str, str] | None:
    """Line (from 1; 0 where unknown), what is parsed and what is shown there."""
    line = 0
    for here, there in zip_longest(parsed, shown):
        line = here.line + 1 if here and here.line else line
        if here is None or there is None:
            return line, _named(here), _named(there)
        if (here.kind, here.detail, here.words) != (there.kind, there.detail, there.words):
            return line, _named(here), _named(there)
        if below := _first_difference(here.children, there.children):
            return below[0] or line, below[1], below[2]
    return None


def _named(block: Block | None) -> str:
    if block is None:
        return "nothing"
    words = next(_all_words(block), "")
    excerpt = words if len(words) <= 60 else words[:59] + "…"
    return f"{block.kind} “{excerpt}”" if excerpt else block.kind


def _all_words(block: Block) -> Iterator[str]:
    if block.words:
        yield block.words
    for child in block.children:
        yield from _all_words(child)


def _problem(section: Section, line: int, shown: str, parsed: str) -> Problem:
    message = f"The site would show {shown}, the tools read {parsed}. {_ADVICE}"
    return Problem(section.path, line, CODE, message)
