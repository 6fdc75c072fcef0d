"""The fixed grammar of a page (DESIGN, Sections): what both Markdown parsers read alike.

Pure generators of Problems, one concern each; `page_problems` is all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from practice.blocks import inline_words
from practice.front_matter import ID
from practice.grammar_blocks import block_problems
from practice.grammar_inline import inline_problems
from practice.page_source import Heading, PageSource, headings
from practice.problem import Problem

_HASHES_WITHOUT_SPACE = re.compile(r"^ {0,3}#{1,6}[^#\s]")
_INDENTED_HASHES = re.compile(r"^ +#{1,6}(?:\s|$)")
_LEADING_TAB = re.compile(r"^ *\t")
_SNIPPET = re.compile(r"-{1,}8<-{1,}")
# No script of the world piles more of them on one letter; browsers draw them over other lines.
_MOST_MARKS = 8
_PILED = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")


def page_problems(source: PageSource) -> Iterator[Problem]:
    """Everything in one page that its grammar refuses, without a look at other pages."""
    if not ID.match(source.id):
        message = "The name of a page is made of a-z, 0-9 and single hyphens: rename the file."
        yield Problem(source.path, 1, "page-name", message)
    yield from _line_problems(source)
    yield from _title_problems(source)
    for heading in headings(source):
        yield from _heading_problems(source, heading)
    yield from _outline_problems(source)
    yield from block_problems(source)
    yield from inline_problems(source)


def _line_problems(source: PageSource) -> Iterator[Problem]:
    code = {
        line
        for token in source.tokens
        if token.type in ("fence", "code_block") and token.map
        for line in range(*token.map)
    }
    for number in source.body.lines:
        line = source.lines[number] if number < len(source.lines) else ""
        if _SNIPPET.search(line):
            message = "Text is not included from other files: write it here."
            yield Problem(source.path, number + 1, "snippet", message)
        if any(_piled(found.group()) for found in _PILED.finditer(line)):
            message = f"More than {_MOST_MARKS} marks are piled on one letter: remove them."
            yield Problem(source.path, number + 1, "piled-marks", message)
        if number in code:
            continue
        if _LEADING_TAB.match(line):
            message = "Indent with spaces, 4 for each level."
            yield Problem(source.path, number + 1, "tab", message)
        elif _INDENTED_HASHES.match(line):
            message = "A heading begins at the first column: remove the spaces before it."
            yield Problem(source.path, number + 1, "indented-heading", message)
        elif _HASHES_WITHOUT_SPACE.match(line):
            message = "Put a space after the hashes of a heading, or a backslash before the first."
            yield Problem(source.path, number + 1, "heading-space", message)


def _piled(text: str) -> bool:
    """Whether a run of characters that are no letters holds too many combining marks in a row."""
    count = 0
    for character in text:
        count = count + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if count > _MOST_MARKS:
            return True
    return False


def _title_problems(source: PageSource) -> Iterator[Problem]:
    found = list(headings(source))
    if not found or found[0].level != 1:
        message = f"The page lacks its title: begin with “# Title {{ #{source.id} }}”."
        line = found[0].line + 1 if found else 1
        yield Problem(source.path, line, "missing-h1", message)
        return
    if found[0].index > 0:
        message = "Text stands before the page's title: move it below."
        first = source.tokens[0].map or [0]
        yield Problem(source.path, first[0] + 1, "text-before-h1", message)
    title = inline_words(found[0].inline.children or ())
    if source.front_matter.title and title != source.front_matter.title:
        message = (
            f"The heading differs from “title: {source.front_matter.title}” in the front matter:"
            " make them the same."
        )
        yield Problem(source.path, found[0].line + 1, "title-differs", message)


def _heading_problems(source: PageSource, heading: Heading) -> Iterator[Problem]:
    faults = [*_heading_faults(source, heading)]
    if heading.level <= 3:
        faults += _id_faults(source, heading)
    for code, message in faults:
        yield Problem(source.path, heading.line + 1, code, message)


def _heading_faults(source: PageSource, heading: Heading) -> Iterator[tuple[str, str]]:
    if source.tokens[heading.index].markup in ("=", "-"):
        yield "setext-heading", "Write the heading with hashes, not underlined."
    if heading.level > 3:
        yield "heading-level", "Headings go down to ###: raise this one or make it text."
    if any(child.type != "text" for child in heading.inline.children or ()):
        message = "A heading is plain words: remove emphasis, code, links and escapes."
        yield "heading-markup", message
    if not heading.inline.content.strip():
        yield "heading-empty", "Write the words of the heading."


def _id_faults(source: PageSource, heading: Heading) -> Iterator[tuple[str, str]]:
    if heading.id is None:
        form = source.id if heading.level == 1 else f"{source.id}-name"
        yield "heading-without-id", f"End the heading with an id: “ {{ #{form} }}”."
    elif not ID.match(heading.id):
        message = f"“{heading.id}” is not a section id: use a-z, 0-9 and single hyphens."
        yield "heading-id-form", message
    elif heading.level == 1 and str(heading.id) != source.id:
        yield "heading-id-page", f"The page's own heading has the page's id: #{source.id}."
    elif heading.level > 1 and not heading.id.startswith(f"{source.id}-"):
        message = f"The ids of this page begin with “{source.id}-”: rename “{heading.id}”."
        yield "heading-id-prefix", message


def _outline_problems(source: PageSource) -> Iterator[Problem]:
    above = 0
    for heading in headings(source):
        if heading.level == 1 and above:
            message = "A page has one heading with a single hash: use ## here."
            yield Problem(source.path, heading.line + 1, "second-h1", message)
        elif above and heading.level > above + 1:
            message = f"A level is skipped: use {'#' * (above + 1)} here."
            yield Problem(source.path, heading.line + 1, "heading-jump", message)
        above = heading.level
