"""Do the text and the register of promises, `docs/standards.yml`, state the same numbers?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from practice.problem import Problem
from practice.rules.comparison import Version, versions
from practice.rules.facts import Readers, quantities
from practice.rules.passages import passages
from practice.rules.quantities import Quantity
from practice.standards import FILE, UNITS, Standard
from practice.text import Code, SectionId


def register_problems(
    code: Code, readers: Readers, standards: Sequence[Standard]
) -> Iterator[Problem]:
    """`standard-section`, `standard-number` and `standard-unregistered`."""
    groups = {group[0].section.id: group for group in versions(code)}
    for standard in standards:
        for name in dict.fromkeys((standard.section, *standard.also_in)):
            if name not in groups:
                message = f"{standard.id}: no section “{name}”: correct the entry or remove it."
                yield Problem(FILE, standard.line, "standard-section", message)
    for name, group in groups.items():
        yield from _section_problems(name, group, readers, standards)


def _section_problems(
    name: SectionId, group: Sequence[Version], readers: Readers, standards: Sequence[Standard]
) -> Iterator[Problem]:
    own = [standard for standard in standards if standard.section == name]
    repeated = [standard for standard in standards if name in standard.also_in]
    for version in group:
        reader = readers[version.language.code]
        stated = Counter(
            (quantity.value, quantity.unit)
            for quantity, _ in _stated(version, readers)
            if quantity.unit in UNITS
        )
        for standard in (*repeated, *own):
            key = (str(standard.value), standard.unit)
            if standard.unit not in reader.units or stated[key] > 0:
                # Two promises of the same length in one section need two numbers in its text.
                stated[key] -= standard.section == name
                continue
            message = (
                f"{name}: {version.section.path.as_posix()} does not state the"
                f" {standard.value} {standard.unit} of the register’s “{standard.id}”:"
                " make the text and docs/standards.yml agree."
            )
            yield Problem(version.section.path, version.section.line, "standard-number", message)
    known = {(str(standard.value), standard.unit) for standard in (*own, *repeated)}
    yield from _unregistered(group[0], readers, known)


def _unregistered(
    version: Version, readers: Readers, known: set[tuple[str, str]]
) -> Iterator[Problem]:
    for quantity, line in _stated(version, readers, binding=True):
        if quantity.unit in UNITS and (quantity.value, quantity.unit) not in known:
            message = (
                f"{version.section.id}: “{quantity.shown}” is not in docs/standards.yml:"
                " add an entry for this section, or name the section under also_in of its entry."
            )
            yield Problem(version.section.path, line, "standard-unregistered", message)


def _stated(
    version: Version, readers: Readers, *, binding: bool = False
) -> Iterator[tuple[Quantity, int]]:
    """Every number with its line; with `binding`, only of passages that bind somebody."""
    reader = readers[version.language.code]
    for passage in passages(version.section):
        if binding and not passage.binding:
            continue
        for quantity in quantities(reader, passage):
            # Soft: “a working day” states the same promise as “1 working day”.
            if quantity.kind == "number" and not (binding and quantity.soft):
                yield quantity, passage.line_at(quantity.start)
