"""Holds the languages of one section beside each other, and says in which of them the fault is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from practice.text import Code, Language, Section, SectionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that every language must have; `shown` is how it is written here.

    A soft find answers a hard one of another language, but nobody misses it.
    """

    key: tuple[str, ...]
    line: int
    shown: str
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """What one passage holds, in order; `lines` are those of its file that it takes.

    `whole_section` is for a section whose passages do not answer those of the other language.
    """

    lines: tuple[int, ...]
    found: tuple[Found, ...]
    whole_section: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One section in one language."""

    language: Language
    section: Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`here`, at `line`, has `extra` and lacks `missing` when held against the languages `against`.

    Where both are empty it holds the same things in another order.
    """

    here: Version
    against: tuple[Language, ...]
    line: int
    missing: tuple[Found, ...]
    extra: tuple[Found, ...]


# What a version holds, passage by passage, as far as the other version's language can tell.
Find = Callable[[Version, Version], Sequence[Finds]]


def versions(code: Code) -> Iterator[tuple[Version, ...]]:
    """For each section of the source its version in each language that has it, the source first."""
    ordered = sorted(code.languages, key=lambda language: not language.source)
    known: list[tuple[Language, dict[SectionId, Section]]] = [
        (language, {section.id: section for section in code.sections(language.code)})
        for language in ordered
    ]
    for section in code.sections(code.source.code):
        yield tuple(
            Version(language=language, section=sections[section.id])
            for language, sections in known
            if section.id in sections
        )


def differences(group: Sequence[Version], find: Find) -> Iterator[Difference]:
    """Where the versions of one section do not hold the same things.

    Passages are held against each other one by one where there are equally many, else all at once.
    Where several translations agree against the source, the fault is looked for in the source.
    """
    source, *translations = group
    if _source_stands_alone(source, translations, find):
        against = tuple(version.language for version in translations)
        yield from _between(translations[0], source, against, find)
        return
    for translation in translations:
        yield from _between(source, translation, (source.language,), find)


def _source_stands_alone(source: Version, others: Sequence[Version], find: Find) -> bool:
    if len(others) < 2 or not _differ(source, others[0], find):
        return False
    return not any(_differ(others[0], other, find) for other in others[1:])


def _differ(one: Version, other: Version, find: Find) -> bool:
    return any(_between(one, other, (one.language,), find))


def _between(
    model: Version, here: Version, against: tuple[Language, ...], find: Find
) -> Iterator[Difference]:
    theirs, mine = find(model, here), find(here, model)
    if len(theirs) != len(mine):
        theirs, mine = [_all(model, theirs)], [_all(here, mine)]
    for wanted, present in zip(theirs, mine, strict=True):
        missing = beyond(wanted.found, present.found)
        extra = beyond(present.found, wanted.found)
        if missing or extra or not _same_order(wanted, present):
            yield Difference(
                here=here,
                against=against,
                line=_line(wanted, present, missing, extra),
                missing=missing,
                extra=extra,
            )


def _same_order(wanted: Finds, present: Finds) -> bool:
    """Nobody expects an order where the passages as such do not answer each other."""
    if wanted.whole_section:
        return True
    theirs, mine = ([f.key for f in finds.found if not f.soft] for finds in (wanted, present))
    return theirs == mine or len(theirs) != len(mine)


def beyond(these: Iterable[Found], those: Iterable[Found]) -> tuple[Found, ...]:
    """The hard finds among `these` that have no partner among `those`."""
    left = Counter(found.key for found in those)
    alone = []
    for found in (found for found in these if not found.soft):
        if left[found.key] > 0:
            left[found.key] -= 1
        else:
            alone.append(found)
    return tuple(alone)


def _line(wanted: Finds, present: Finds, missing: Sequence[Found], extra: Sequence[Found]) -> int:
    """The line of what is too much; of what is missing, the line that answers the model's line."""
    if extra:
        return extra[0].line
    if missing and len(wanted.lines) == len(present.lines) and missing[0].line in wanted.lines:
        return present.lines[wanted.lines.index(missing[0].line)]
    return present.lines[0]


def _all(version: Version, finds: Sequence[Finds]) -> Finds:
    found = tuple(item for passage in finds for item in passage.found)
    return Finds(lines=(version.section.line,), found=found, whole_section=True)
