"""Do the languages bind equally: as many *must, must not, should, may* in each passage?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from practice.languages import LanguageCode
from practice.problem import Problem
from practice.rules.comparison import Difference, Finds, Found, Version, differences, versions
from practice.rules.duty_words import DutyReader
from practice.rules.passages import Passage, passages
from practice.text import Code

DutyReaders = Mapping[LanguageCode, DutyReader]


def force_problems(code: Code, readers: DutyReaders) -> Iterator[Problem]:
    """`force`: a word of duty that is stronger, weaker, missing or too many.

    A language whose words of duty are not filled in yet is not compared.
    """

    def find(version: Version, _: Version) -> Sequence[Finds]:
        reader = readers[version.language.code]
        return tuple(_finds(passage, reader) for passage in passages(version.section))

    for group in versions(code):
        known = [version for version in group if readers[version.language.code].complete]
        if len(known) > 1 and known[0] is group[0]:
            for difference in differences(known, find):
                yield _problem(difference)


def _finds(passage: Passage, reader: DutyReader) -> Finds:
    found = tuple(
        Found(key=(word.force,), line=passage.line_at(word.start), shown=word.shown)
        for word in reader.read(passage.text)
    )
    return Finds(lines=passage.lines, found=found)


def _problem(difference: Difference) -> Problem:
    section = difference.here.section
    others = ", ".join(language.name for language in difference.against)
    here, there = _listed(difference.extra), _listed(difference.missing)
    found = f"{here or 'nothing'} here, where {others} has {there or 'nothing'}"
    if not here and not there:
        found = f"in {others} the same words of duty stand in another order"
    message = f"{section.id}: {found}. Bind as strongly in every language."
    return Problem(section.path, difference.line, "force", message)


def _listed(found: Sequence[Found]) -> str:
    return ", ".join(f"“{item.shown}” ({item.key[0]})" for item in found)
