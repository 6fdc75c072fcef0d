"""Puts another wording in the place of a section's own text; every other byte stays."""

from __future__ import annotations

import re

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(rb"(?:\r\n|\r|\n)\Z")


def plain_lines(text: str) -> str:
    """`text` with plain line ends, without blank lines above and below."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def with_wording(content: bytes, *, line: int, end_line: int, wording: str) -> bytes:
    """The file with `wording` as the own text of the section whose heading is on `line`, from 1.

    `end_line` is the line after its own text. Blank lines around the text stay as they are; the
    new lines end like those that they replace, and the file ends as it did.
    """
    lines = _LINE.findall(content)
    above, own, below = lines[:line], lines[line : end_line - 1], lines[end_line - 1 :]
    blank_above, core, blank_below = _around(own)
    end = _line_end([*core, *own, *reversed(above), *below])
    new = [text.encode() + end for text in plain_lines(wording).split("\n")]
    if core:
        new[-1] = new[-1].removesuffix(end) + _end_of(core[-1])
        return b"".join([*above, *blank_above, *new, *blank_below, *below])
    return b"".join(_inserted(above, own, new, below, end=end))


def _inserted(
    above: list[bytes], own: list[bytes], new: list[bytes], below: list[bytes], *, end: bytes
) -> list[bytes]:
    """Where there was no text, it stands between blank lines."""
    if not own and above and not _end_of(above[-1]):
        above = [*above[:-1], above[-1] + end]
        new = [*new[:-1], new[-1].removesuffix(end)]
    gap, rest = (own[:1], own[1:]) if own and _end_of(own[0]) else ([end], own)
    if below and not rest:
        rest = [end]
    return [*above, *gap, *new, *rest, *below]


def _around(own: list[bytes]) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Blank lines above, the text, blank lines below; without text, all is above."""
    full = [place for place, line in enumerate(own) if line.decode("utf-8", "replace").strip()]
    if not full:
        return own, [], []
    return own[: full[0]], own[full[0] : full[-1] + 1], own[full[-1] + 1 :]


def _line_end(lines: list[bytes]) -> bytes:
    """That of the first line that has one."""
    return next((end for line in lines if (end := _end_of(line))), b"\n")


def _end_of(line: bytes) -> bytes:
    found = _END.search(line)
    return found.group() if found else b""
