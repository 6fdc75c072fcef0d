"""Do the languages state the same facts: numbers with units, dates, times, addresses, links?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from practice.languages import LanguageCode
from practice.problem import Problem
from practice.rules.comparison import Difference, Finds, Found, Version, differences, versions
from practice.rules.passages import Passage, passages
from practice.rules.quantities import Quantity, QuantityReader
from practice.text import Code

Readers = Mapping[LanguageCode, QuantityReader]


def fact_problems(code: Code, readers: Readers) -> Iterator[Problem]:
    """`fact`: a number, unit, date, time or e-mail address that the other languages do not have."""

    def find(version: Version, other: Version) -> Sequence[Finds]:
        mine, theirs = readers[version.language.code], readers[other.language.code]
        units = mine.units == theirs.units
        spelled = theirs.spells_numbers
        return tuple(
            Finds(
                lines=passage.lines,
                found=tuple(
                    _found(passage, quantity, units=units)
                    for quantity in quantities(mine, passage)
                    if spelled or not quantity.spelled
                ),
            )
            for passage in passages(version.section)
        )

    for group in versions(code):
        for difference in differences(group, find):
            yield _problem(difference, "fact", "Make the facts agree.")


def link_problems(code: Code) -> Iterator[Problem]:
    """`link`: a link whose target the other languages do not have in this place."""

    def find(version: Version, _: Version) -> Sequence[Finds]:
        return tuple(
            Finds(
                lines=passage.lines,
                found=tuple(
                    Found(key=(link.target,), line=link.line, shown=link.target)
                    for link in passage.links
                ),
            )
            for passage in passages(version.section)
        )

    for group in versions(code):
        for difference in differences(group, find):
            yield _problem(difference, "link", "Link to the same place in every language.")


def quantities(reader: QuantityReader, passage: Passage) -> tuple[Quantity, ...]:
    """Every quantity of a passage in order, then those of its inline code."""
    return (*reader.read(passage.text), *reader.read(passage.code))


def _found(passage: Passage, quantity: Quantity, *, units: bool) -> Found:
    return Found(
        key=(quantity.kind, quantity.value, quantity.unit if units else ""),
        line=passage.line_at(quantity.start),
        shown=quantity.shown,
        soft=quantity.soft,
    )


def _problem(difference: Difference, code: str, advice: str) -> Problem:
    section = difference.here.section
    others = ", ".join(language.name for language in difference.against)
    parts = []
    if difference.extra:
        parts.append(f"only here {_listed(difference.extra)}")
    if difference.missing:
        parts.append(f"only in {others} {_listed(difference.missing)}")
    found = "; ".join(parts) or f"in {others} the same stand in another order"
    message = f"{section.id}: {found}. {advice}"
    return Problem(section.path, difference.line, code, message)


def _listed(found: Sequence[Found]) -> str:
    return ", ".join(f"“{item.shown}”" for item in found)
