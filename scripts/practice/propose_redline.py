"""What changes in a section, word by word, in Markdown that every forge shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from practice.blocks import read_blocks
from practice.propose_inert import GAP, inert
from practice.text import Section
from practice.wording_diff import Change, Run, changed_lines

_MARKS = {Change.ADDED: "**", Change.REMOVED: "~~"}


def redline(
    before: Section | None, after: Section | None, cleaned: Callable[[str], str]
) -> tuple[str, ...]:
    """One quotation for each line that changes, `~~so~~` before and `**so**` after.

    `cleaned` takes out of the words what nobody should read there.
    """
    old = (before.title, read_blocks(before.tokens)) if before else ("", ())
    new = (after.title, read_blocks(after.tokens)) if after else ("", ())
    lines = changed_lines(old, new)
    shown = ("".join(part for run in line for part in _part(run, cleaned)) for line in lines)
    return tuple(f"> {line.strip()}" for line in shown if line.strip())


def _part(run: Run, cleaned: Callable[[str], str]) -> Iterator[str]:
    """Marks stand close to words, and white space outside, or they would be read as text."""
    words = cleaned(run.text).strip()
    if not words:
        yield " " if run.text else ""
        return
    yield " " if run.text[0].isspace() else ""
    mark = _MARKS.get(run.change, "")
    shown = inert(words)
    if mark:
        before = GAP if _is_mark(words[0]) else ""
        after = GAP if _is_mark(words[-1]) else ""
        shown = f"{mark}{before}{shown}{after}{mark}"
    yield shown
    yield " " if run.text[-1].isspace() else ""


def _is_mark(character: str) -> bool:
    """Whether CommonMark (6.2) would doubt that emphasis begins or ends beside it."""
    return unicodedata.category(character)[0] in "PS"
