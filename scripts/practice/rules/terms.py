"""Do the languages use the terms of the glossary, and none of the words it refuses?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from practice.glossary import Term, TermWords
from practice.languages import Language, LanguageCode
from practice.problem import Problem
from practice.rules.comparison import Version, versions
from practice.rules.passages import Passage, passages
from practice.rules.stems import Phrase, Stem, Words, phrase, places, read_words, stemmer
from practice.text import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A term in one language, ready to be looked for."""

    term: TermWords
    accepted: tuple[Phrase, ...]
    refused: tuple[Phrase, ...]


Wanted = Mapping[LanguageCode, Mapping[str, _Wanted]]


def term_problems(code: Code, glossary: Sequence[Term]) -> Iterator[Problem]:
    """`term-refused`, and `term-missing` where only the source uses a term."""
    wanted = {language.code: _prepared(language, glossary) for language in code.languages}
    stems = {language.code: stemmer(language.stemmer) for language in code.languages}
    for group in versions(code):
        read = [_read(version, stems[version.language.code]) for version in group]
        for version, passages_read in zip(group, read, strict=True):
            yield from _refused(version, passages_read, wanted)
        for version, passages_read in zip(group[1:], read[1:], strict=True):
            yield from _missing(group[0], read[0], version, passages_read, wanted)


_Read = Sequence[tuple[Passage, Words]]


def _read(version: Version, stem: Stem) -> _Read:
    return [(passage, read_words(passage.text, stem)) for passage in passages(version.section)]


def _refused(version: Version, read: _Read, wanted: Wanted) -> Iterator[Problem]:
    for passage, words in read:
        for entry in wanted[version.language.code].values():
            for place, refused in _first_refused(words, entry.refused):
                first, last = words.all[place], words.all[place + len(refused.words) - 1]
                shown = passage.words[first.start : last.end]
                message = (
                    f"{version.section.id}: the glossary refuses “{shown}”:"
                    f" write “{entry.term.term}” in the form that fits."
                )
                line = passage.line_at(first.start)
                yield Problem(version.section.path, line, "term-refused", message)


def _first_refused(words: Words, refused: Sequence[Phrase]) -> Iterator[tuple[int, Phrase]]:
    """Each place with the first refused phrase that begins there."""
    found: dict[int, Phrase] = {}
    for wanted in refused:
        for place in places(words, wanted):
            found.setdefault(place, wanted)
    yield from found.items()


def _missing(
    source: Version, source_read: _Read, version: Version, read: _Read, wanted: Wanted
) -> Iterator[Problem]:
    theirs = wanted[version.language.code]
    for name, entry in wanted[source.language.code].items():
        if name not in theirs:
            continue
        index = _first_use(source_read, entry)
        if index is None or _first_use(read, theirs[name]) is not None:
            continue
        message = (
            f"{version.section.id}: {source.language.name} uses “{entry.term.term}” here:"
            f" use “{theirs[name].term.term}”, the glossary’s term."
        )
        aligned = len(read) == len(source_read)
        line = read[index][0].line if aligned else version.section.line
        yield Problem(version.section.path, line, "term-missing", message)


def _first_use(read: _Read, entry: _Wanted) -> int | None:
    uses = (
        index
        for index, (_, words) in enumerate(read)
        if any(True for accepted in entry.accepted for _ in places(words, accepted))
    )
    return next(uses, None)


def _prepared(language: Language, glossary: Sequence[Term]) -> dict[str, _Wanted]:
    stem = stemmer(language.stemmer)
    prepared = {}
    for entry in glossary:
        if language.code in entry.words:
            words = entry.words[language.code]
            accepted = tuple(phrase(text, stem) for text in (words.term, *words.forms))
            refused = tuple(_refusing(phrase(text, stem), accepted) for text in words.refused)
            prepared[entry.id] = _Wanted(term=words, accepted=accepted, refused=refused)
    return prepared


def _refusing(refused: Phrase, accepted: Sequence[Phrase]) -> Phrase:
    """A refused phrase with the stems of an accepted one is refused only in its very form."""
    for own in accepted:
        if [word.stem for word in own.words] == [word.stem for word in refused.words]:
            exact = {
                place
                for place, (left, right) in enumerate(zip(own.words, refused.words, strict=True))
                if left.surface != right.surface
            }
            return replace(refused, exact=frozenset(exact), close=True)
    return replace(refused, close=True)
