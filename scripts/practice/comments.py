"""Takes HTML comments out of Markdown before any parser sees it, and remembers the lines.

A comment must not change what readers get, yet left in place it splits paragraphs and lists,
and the two parsers disagree on where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CODE_OR_COMMENT = re.compile(
    r"^[ ]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]*(?P=fence)[`~]*[ ]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|(?P<comment><!--.*?-->)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFree:
    """`lines[i]` is the line of the source, counted from 0, that line `i` of `text` came from."""

    text: str
    lines: tuple[int, ...]

    def source_line(self, line: int) -> int:
        """The source line of a line of `text`; past the end, the line after the last one."""
        if line < len(self.lines):
            return self.lines[line]
        return self.lines[-1] + 1 if self.lines else 0

    def line_above(self, source_line: int) -> str:
        """What stands above a line of the source, comments left out; empty above the first."""
        place = self.lines.index(source_line)
        return self.text.split("\n")[place - 1] if place else ""


def without_comments(text: str) -> CommentFree:
    """`text` without its comments; lines that held nothing else are gone; code is untouched."""
    lines = text.split("\n")
    if "<!--" not in text:
        return CommentFree(text=text, lines=tuple(range(len(lines))))
    kept: list[tuple[int, str]] = []
    start = 0
    spans = [m.span() for m in _CODE_OR_COMMENT.finditer(text) if m["comment"]]
    for number, line in enumerate(lines):
        rest = _outside(line, start, spans)
        start += len(line) + 1
        if rest == line or rest.strip():
            kept.append((number, rest))
    return CommentFree(
        text="\n".join(line for _, line in kept), lines=tuple(number for number, _ in kept)
    )


def _outside(line: str, start: int, spans: list[tuple[int, int]]) -> str:
    """What of `line`, which begins at offset `start`, lies in none of the `spans`."""
    end = start + len(line)
    pieces, position = [], start
    for first, last in spans:
        if first < end and last > start:
            pieces.append(line[position - start : max(first, start) - start])
            position = min(last, end)
            if _ends_in_space(pieces) and position < end and line[position - start] == " ":
                position += 1
    pieces.append(line[position - start :])
    return "".join(pieces) if position != start or len(pieces) > 1 else line


def _ends_in_space(pieces: list[str]) -> bool:
    before = "".join(pieces)
    return not before or before[-1] == " "
