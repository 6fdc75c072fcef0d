"""One Markdown file as read from disk: its lines, its front matter and its tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NewType

from markdown_it.token import Token

from practice.comments import CommentFree, without_comments
from practice.front_matter import FrontMatter, SectionId, read_front_matter
from practice.languages import Language
from practice.markdown_parser import parse
from practice.problem import Problem

PageId = NewType("PageId", str)

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """`lines` are the file's own; `tokens` know neither front matter nor comments.

    A token's `map` has been turned back into lines of the file, counted from 0.
    """

    id: PageId
    language: Language
    path: Path
    lines: tuple[str, ...]
    front_matter: FrontMatter
    body: CommentFree
    tokens: tuple[Token, ...] = field(repr=False)
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading outside lists, quotes and admonitions; `index` is its place in the tokens."""

    index: int
    level: int
    id: SectionId | None
    inline: Token
    line: int


def page_id(path: Path) -> PageId:
    """`checklists/call-centre.md`, below a language's pages, is `checklists-call-centre`."""
    return PageId("-".join(path.with_suffix("").parts))


def read_page_source(root: Path, path: Path, language: Language) -> PageSource:
    """The page at `root / path`; whatever is wrong with the file is among its problems."""
    written = _written((root / path).read_bytes(), path)
    return PageSource(
        id=page_id(path.relative_to(language.pages_folder)),
        language=language,
        path=path,
        lines=written.lines,
        front_matter=written.front_matter,
        body=written.body,
        tokens=written.tokens,
        problems=written.problems,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What of a PageSource its file alone decides."""

    lines: tuple[str, ...]
    front_matter: FrontMatter
    body: CommentFree
    tokens: tuple[Token, ...]
    problems: tuple[Problem, ...]


# Whoever tries one change after the other reads the pages between them many times over.
@lru_cache(maxsize=128)
def _written(content: bytes, path: Path) -> _Written:
    text, problems = _decoded(content, path)
    matter = read_front_matter(text, path)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    body = without_comments("\n" * matter.lines + "\n".join(lines[matter.lines :]))
    return _Written(
        lines=tuple(lines),
        front_matter=matter.front_matter,
        body=body,
        tokens=tuple(_with_source_lines(parse(body.text), body)),
        problems=(*problems, *matter.problems),
    )


def headings(source: PageSource) -> Iterator[Heading]:
    """Every heading on the page's own level, whatever its depth, in order."""
    for index, token in enumerate(source.tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            name = token.attrGet("id")
            yield Heading(
                index=index,
                level=int(token.tag[1:]),
                id=SectionId(str(name)) if name else None,
                inline=source.tokens[index + 1],
                line=token.map[0],
            )


def inline_tokens(source: PageSource) -> Iterator[tuple[int, Token]]:
    """Every token inside paragraphs, items, cells and headings, with its line, from 1."""
    for token in source.tokens:
        line = token.map[0] + 1 if token.map else 1
        for child in token.children or ():
            yield line, child
            if child.type in ("softbreak", "hardbreak"):
                line += 1


def _decoded(content: bytes, path: Path) -> tuple[str, tuple[Problem, ...]]:
    """The text with plain line ends; other platforms' line ends are not the text's business."""
    problems = []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = "This file is not UTF-8 from here on: save it again as UTF-8."
        problems.append(Problem(path, line, "not-utf-8", message))
        text = content.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        message = "The file begins with a byte order mark: save it as UTF-8 without one."
        problems.append(Problem(path, 1, "byte-order-mark", message))
        text = text.removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"The line holds the invisible character U+{ord(match.group()):04X}: remove it."
        problems.append(Problem(path, line, "control-character", message))
    return CONTROL.sub("", text), tuple(problems)


def _with_source_lines(tokens: list[Token], body: CommentFree) -> Iterator[Token]:
    for token in tokens:
        if token.map:
            first, end = token.map
            # The end is where the last line ends, not where the next one begins: a comment
            # between them belongs to neither.
            token.map = [body.source_line(first), body.source_line(end - 1) + 1]
        yield token
