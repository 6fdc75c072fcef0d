"""What became of a wording since somebody read it: line by line, word by word.

RapidFuzz finds the common words: for any two texts it takes rows × columns / 64 steps of machine
code, where the standard library's difflib takes seconds for 8,000 characters of few, often
repeated words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from feedback_api.domain.errors import UnknownLanguage, UnknownSection
from feedback_api.domain.section import Wording
from feedback_api.services.ports import PublishedText

_PIECE = re.compile(r"\s*(?:\w+|[^\w\s])\s*")
_WORD = re.compile(r"\w")
_LIKENESS = 0.4
"""From this share of common words on, two lines are the same line, changed."""
_PAIRS_LIMIT = 2_500
"""Lines to be compared with each other; above it none is taken for another one changed."""


class Change(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some words in a row with the same fate."""

    change: Change
    text: str


Line = tuple[Run, ...]
"""One paragraph or item, as runs; then and now in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redline:
    """`title` is None where it stayed; without `has_changes` only arrangement or stress moved."""

    title: Line | None
    lines: tuple[Line, ...]

    @property
    def has_changes(self) -> bool:
        return self.title is not None or any(
            run.change is not Change.KEPT for line in self.lines for run in line
        )


def redline_since(wording: Wording, text: PublishedText) -> Redline | None:
    """From `wording` to what is published now.

    None where nothing changed, the section was retired, or either is in another language.
    """
    try:
        present = text.section(wording.section).languages.get(wording.language)
    except (UnknownSection, UnknownLanguage):
        return None
    if present is None or present.fingerprint == wording.fingerprint:
        return None
    if present.text_language != wording.text_language:
        return None
    title = None if present.title == wording.title else tuple(_runs(wording.title, present.title))
    return Redline(title=title, lines=compare(wording.text, present.text))


@lru_cache(maxsize=256)
def compare(then: str, now: str) -> tuple[Line, ...]:
    """Every line of both texts in reading order, blank ones left out."""
    old, new = _lines(then), _lines(now)
    lines: list[Line] = []
    for is_kept, left, right in _stretches(old, new):
        if is_kept:
            lines.extend((Run(change=Change.KEPT, text=line),) for line in new[right])
        else:
            lines.extend(_paired(old[left], new[right]))
    return tuple(lines)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """Whether kept, and where in each: what was removed and added in one place is one stretch."""
    from rapidfuzz.distance import LCSseq  # its import costs each start, and few need it

    for is_kept, operations in groupby(LCSseq.opcodes(old, new), lambda one: one.tag == "equal"):
        places = list(operations)
        first, last = places[0], places[-1]
        yield (
            is_kept,
            slice(first.src_start, last.src_end),
            slice(first.dest_start, last.dest_end),
        )


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that resemble each other word by word; before each, what was removed, then added."""
    can_pair = len(old) * len(new) <= _PAIRS_LIMIT
    remaining, added = list(old), list[str]()
    for line in new:
        partners = enumerate(remaining) if can_pair else ()
        partner = next((at for at, left in partners if _are_alike(left, line)), None)
        if partner is None:
            added.append(line)
            continue
        yield from _whole(Change.REMOVED, remaining[:partner])
        yield from _whole(Change.ADDED, added)
        yield tuple(_runs(remaining[partner], line))
        del remaining[: partner + 1]
        added.clear()
    yield from _whole(Change.REMOVED, remaining)
    yield from _whole(Change.ADDED, added)


def _whole(change: Change, lines: Iterable[str]) -> Iterator[Line]:
    for line in lines:
        yield (Run(change=change, text=line),)


def _are_alike(old: str, new: str) -> bool:
    from rapidfuzz.distance import LCSseq

    return LCSseq.normalized_similarity(_words(old), _words(new)) >= _LIKENESS


def _runs(old: str, new: str) -> Iterator[Run]:
    left, right = _PIECE.findall(old), _PIECE.findall(new)
    stretches = list(_stretches(_words(old), _words(new)))
    removed = added = ""
    for place, (is_kept, there, here) in enumerate(stretches):
        then, now = "".join(left[there]), "".join(right[here])
        # A comma alone between two changes is read more easily as part of them.
        is_between = 0 < place < len(stretches) - 1 and not _WORD.search(now)
        if not is_kept or is_between:
            removed, added = removed + then, added + now
            continue
        yield from _changed(removed, added)
        removed = added = ""
        yield Run(change=Change.KEPT, text=max(then, now, key=len))
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Run]:
    if removed == added:
        if removed:
            yield Run(change=Change.KEPT, text=removed)
        return
    if removed:
        yield Run(change=Change.REMOVED, text=removed)
    if added:
        yield Run(change=Change.ADDED, text=added)


def _words(line: str) -> list[str]:
    """Words and signs, the same whether or not white space is around them."""
    return [piece.strip() for piece in _PIECE.findall(line)]
