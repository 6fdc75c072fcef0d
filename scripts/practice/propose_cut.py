"""Keeps a text within what a forge takes."""

from __future__ import annotations

from collections.abc import Sequence

from practice.messages import Messages

_PRINT = "scripts/review propose --print"
_CUT = "The rest is too long for a pull request: %(command)s shows it."


def cut(blocks: Sequence[str], end: str, messages: Messages, longest: int) -> str:
    """Whole blocks from the beginning, and the end, in at most `longest` UTF-16 units.

    A note stands where other blocks would.
    """
    text = "\n\n".join([*blocks, end]) + "\n"
    if _units(text) <= longest:
        return text
    note = messages.text(_CUT, command=f"`{_PRINT}`")
    kept: list[str] = []
    room = longest - _units(f"{note}\n\n{end}\n")
    for block in blocks:
        room -= _units(block) + 2
        if room < 0:
            break
        kept.append(block)
    return "\n\n".join([*kept, note, end]) + "\n"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
