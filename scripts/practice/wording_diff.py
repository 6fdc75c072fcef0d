"""What changed between two wordings of a section, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from practice.blocks import Block

_PIECE = re.compile(r"(?:\w+|[^\w\s])\s*")
_WORD = re.compile(r"\w+")
_LIKENESS = 0.4
_SIZES = ((5, "XS"), (25, "S"), (80, "M"))


class Change(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some words in a row that were kept, added or removed together."""

    change: Change
    text: str


# One line of the text (a paragraph, an item, a cell), as runs.
Line = tuple[Run, ...]


def changed_lines(
    before: tuple[str, Sequence[Block]], after: tuple[str, Sequence[Block]]
) -> tuple[Line, ...]:
    """Each line that differs between two wordings (title and blocks), in reading order."""
    old, new = list(_lines(*before)), list(_lines(*after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    lines: list[Line] = []
    for operation, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if operation != "equal":
            lines.extend(_paired(old[old_start:old_end], new[new_start:new_end]))
    return tuple(lines)


def words_changed(lines: Sequence[Line]) -> int:
    """How many words were added or removed, whichever are more: a replaced word counts once."""
    counts = {change: 0 for change in Change}
    for run in (run for line in lines for run in line):
        counts[run.change] += len(_WORD.findall(run.text))
    return max(counts[Change.ADDED], counts[Change.REMOVED])


def size(words: int) -> str:
    """XS up to 5 words changed, S up to 25, M up to 80, L above."""
    return next((name for limit, name in _SIZES if words <= limit), "L")


def word_count(title: str, blocks: Sequence[Block]) -> int:
    """The words of a whole wording."""
    return sum(len(_WORD.findall(line)) for line in _lines(title, blocks))


def _lines(title: str, blocks: Sequence[Block]) -> Iterator[str]:
    yield title
    yield from _block_lines(blocks)


def _block_lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if block.words:
            yield block.words
        yield from _block_lines(block.children)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that resemble each other word by word; the others removed or added as a whole."""
    remaining = list(old)
    for line in new:
        partner = next((place for place, left in enumerate(remaining) if _alike(left, line)), None)
        if partner is None:
            yield (Run(change=Change.ADDED, text=line),)
            continue
        for gone in remaining[:partner]:
            yield (Run(change=Change.REMOVED, text=gone),)
        yield tuple(_runs(remaining[partner], line))
        del remaining[: partner + 1]
    for gone in remaining:
        yield (Run(change=Change.REMOVED, text=gone),)


def _alike(old: str, new: str) -> bool:
    return _matcher(_pieces(old), _pieces(new)).ratio() >= _LIKENESS


def _runs(old: str, new: str) -> Iterator[Run]:
    left, right = _pieces(old), _pieces(new)
    for operation, old_start, old_end, new_start, new_end in _matcher(left, right).get_opcodes():
        removed, added = "".join(left[old_start:old_end]), "".join(right[new_start:new_end])
        if operation == "equal":
            # The space before a removed word is the old wording's.
            kept = (
                max(pair, key=len)
                for pair in zip(left[old_start:old_end], right[new_start:new_end], strict=True)
            )
            yield Run(change=Change.KEPT, text="".join(kept))
            continue
        if removed:
            yield Run(change=Change.REMOVED, text=removed)
        if added:
            yield Run(change=Change.ADDED, text=added)


def _pieces(line: str) -> list[str]:
    return _PIECE.findall(line)


def _matcher(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    """A piece is the same whether or not white space follows it."""
    left, right = [piece.rstrip() for piece in old], [piece.rstrip() for piece in new]
    return SequenceMatcher(None, left, right, autojunk=False)
