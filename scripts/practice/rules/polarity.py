"""Did a *not* get lost, or slip in, in one language while the others stayed as they were accepted?

Languages deny in different ways, so their negations cannot be counted against each other. But when
a translation was accepted both texts said the same; if since then only one of them has gained or
lost a negation, they no longer do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from practice.blocks import Block, read_blocks
from practice.kept_wordings import KeptWording
from practice.languages import LanguageCode
from practice.problem import Problem
from practice.rules.comparison import Version, versions
from practice.rules.duty_words import DutyReader
from practice.rules.passages import fold
from practice.text import Code, Section
from practice.translation_lock import Acceptance, Lock
from practice.translation_state import entry_name, former_ids


def polarity_problems(
    code: Code, readers: Mapping[LanguageCode, DutyReader], locks: Mapping[LanguageCode, Lock]
) -> Iterator[Problem]:
    """`negation`: since a translation was accepted, one side gained or lost a negation alone."""
    former = former_ids(code)
    for source, *translations in versions(code):
        moved = []
        for version in translations:
            lock = locks[version.language.code]
            name = entry_name(lock, source.section.id, former.get(source.section.id, ()))
            if name and name not in lock.refused:
                pair = _shifts(source, version, lock.entries[name], lock, readers)
                moved.append((version, *pair))
        yield from _source_problem(source, [(ours, theirs) for _, ours, theirs in moved])
        for version, ours, theirs in moved:
            if theirs and not ours:
                yield _problem(version, theirs)


def _source_problem(source: Version, shifts: Sequence[tuple[int, int]]) -> Iterator[Problem]:
    alone = [ours for ours, theirs in shifts if ours and not theirs]
    if alone:
        yield _problem(source, alone[0])


def _shifts(
    source: Version,
    version: Version,
    entry: Acceptance,
    lock: Lock,
    readers: Mapping[LanguageCode, DutyReader],
) -> tuple[int, int]:
    """By how many negations the source and the translation differ from what was accepted."""
    return (
        _shift(source.section, lock.wordings[entry.source], readers[source.language.code]),
        _shift(version.section, lock.wordings[entry.target], readers[version.language.code]),
    )


def _shift(section: Section, before: KeptWording, reader: DutyReader) -> int:
    if section.fingerprint == before.fingerprint:
        return 0
    now = _negations(section.title, read_blocks(section.tokens), reader)
    return now - _negations(before.title, before.blocks, reader)


def _negations(title: str, blocks: Sequence[Block], reader: DutyReader) -> int:
    own = sum(reader.negations(fold(block.words)) for block in blocks if block.kind != "code")
    inner = sum(_negations("", block.children, reader) for block in blocks)
    return reader.negations(fold(title)) + own + inner


def _problem(version: Version, shift: int) -> Problem:
    what = "gained" if shift > 0 else "lost"
    message = (
        f"{version.section.id}: this text has {what} a negation since its translations were"
        " accepted, and no other language has. Restore it, or change the other languages too."
    )
    return Problem(version.section.path, version.section.line, "negation", message)
