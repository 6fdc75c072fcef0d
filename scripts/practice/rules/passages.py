"""A section as a row of passages: the pieces of running text between the marks of Markdown."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from markdown_it.token import Token

from practice.blocks import COMMENT
from practice.text import Section

_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
CODE_MARK = "\ufffc"
# Same length in and out: an offset in the folded text is an offset in the text.
_FOLDED = str.maketrans({"ё": "е", "Ё": "Е", "’": "'", "\u00a0": " ", "\u202f": " ", "‑": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`target` is an address, or `page#section` whatever folder the link stands in."""

    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`words` is on one line, inline code replaced by U+FFFC; `text` is the same, folded by `fold`.

    `code` is the text of that inline code; `starts` are the offsets in `text` at which the source
    lines `lines` begin; `binding` is False in admonitions and quotations, which bind nobody.
    `labels` are for a cell of a table: the first words of its row, and the head of its column.
    """

    kind: str
    words: str
    text: str
    code: str
    links: tuple[Link, ...]
    starts: tuple[int, ...]
    lines: tuple[int, ...]
    binding: bool
    labels: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """Where the passage begins, counted from 1 in its file."""
        return self.lines[0]

    def line_at(self, offset: int) -> int:
        """The line of the file that holds this offset of `text`."""
        return self.lines[bisect_right(self.starts, offset) - 1]


def fold(text: str) -> str:
    """`text` with the spellings that mean the same made one: ё as е, curly as straight, no ties."""
    return text.translate(_FOLDED)


@lru_cache(maxsize=4096)
def passages(section: Section) -> tuple[Passage, ...]:
    """The heading, then every passage of the section's own text, in order."""
    heading = Passage(
        kind="heading",
        words=section.title,
        text=fold(section.title),
        code="",
        links=(),
        starts=(0,),
        lines=(section.line,),
        binding=True,
    )
    return heading, *_body(section)


def _body(section: Section) -> Iterator[Passage]:
    depth = 0
    opened = "paragraph"
    table = _Table()
    for token in section.tokens:
        match token.type:
            case "admonition_open" | "blockquote_open":
                depth += 1
            case "admonition_close" | "blockquote_close":
                depth -= 1
            case "table_open":
                table = _Table()
            case "tr_open":
                table.row = []
            case "fence" | "code_block":
                yield _code_block(section, token, binding=depth == 0)
            case "inline":
                passage = _passage(section, token, opened, binding=depth == 0)
                yield table.labelled(passage) if opened in ("th", "td") else passage
        if token.nesting > 0:
            opened = token.type.removesuffix("_open")


class _Table:
    """Remembers what the columns of a table are called, and how its present row begins."""

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.row: list[str] = []

    def labelled(self, cell: Passage) -> Passage:
        self.row.append(cell.words)
        if cell.kind == "th":
            self.columns.append(cell.words)
            return cell
        place = len(self.row) - 1
        column = self.columns[place] if place < len(self.columns) else ""
        named = next((words for words in self.row[:place] if any(map(str.isalpha, words))), "")
        return replace(cell, labels=(named, column))


def _code_block(section: Section, token: Token, *, binding: bool) -> Passage:
    return Passage(
        kind="code",
        words="",
        text="",
        code=token.content,
        links=(),
        starts=(0,),
        lines=(token.map[0] + 1 if token.map else section.line,),
        binding=binding,
    )


def _passage(section: Section, token: Token, kind: str, *, binding: bool) -> Passage:
    line = token.map[0] + 1 if token.map else section.line
    reader = _Reader(section, line)
    reader.read(token.children or ())
    words = "".join(reader.text)
    return Passage(
        kind=kind,
        words=words,
        text=fold(words),
        code=" ".join(reader.code),
        links=tuple(reader.links),
        starts=tuple(reader.starts),
        lines=tuple(reader.lines),
        binding=binding,
    )


class _Reader:
    """Walks the inline tokens of one passage and keeps the place in the file."""

    def __init__(self, section: Section, line: int) -> None:
        self._section = section
        self._length = 0
        self.text: list[str] = []
        self.code: list[str] = []
        self.links: list[Link] = []
        self.starts = [0]
        self.lines = [line]

    def read(self, tokens: Sequence[Token]) -> None:
        autolink = False
        for token in tokens:
            match token.type:
                case "softbreak" | "hardbreak":
                    self._add(" ")
                    self.starts.append(self._length)
                    self.lines.append(self.lines[-1] + 1)
                case "code_inline":
                    self.code.append(token.content)
                    self._add(CODE_MARK)
                case "link_open":
                    autolink = token.info == "auto"
                    self._link(str(token.attrGet("href") or ""))
                case "link_close":
                    autolink = False
                case "image":
                    self._link(str(token.attrGet("src") or ""))
                    self._add(token.content)
                case "text" if autolink:
                    self._add(CODE_MARK)
                case "html_inline":
                    self._add("" if COMMENT.fullmatch(token.content) else " ")
                case _:
                    self._add(token.content)

    def _add(self, text: str) -> None:
        self.text.append(text)
        self._length += len(text)

    def _link(self, address: str) -> None:
        self.links.append(Link(target=link_target(address, self._section), line=self.lines[-1]))


def link_target(address: str, section: Section) -> str:
    """An outside address as it stands; an inside one as its file, below the language's folder."""
    if _ELSEWHERE.match(address) or address.startswith(("//", "/")):
        return address
    path, _, anchor = address.partition("#")
    pages = PurePosixPath("docs", section.language)
    own = PurePosixPath(section.path.as_posix())
    target = posixpath.normpath((own.parent / path).as_posix()) if path else own.as_posix()
    inside = target.removeprefix(f"{pages.as_posix()}/")
    return f"{inside}#{anchor}" if anchor else inside
