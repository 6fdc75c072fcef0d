"""Words and their stems, so that a phrase is found in any inflection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from practice.rules.passages import fold

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LONGEST_ENDING = 2
_STOP = re.compile(r"[.!?;:…\ufffc|()]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`surface` is folded and in lower case; `stop`: a mark parts it from the word before."""

    surface: str
    stem: str
    start: int
    end: int
    stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in a row; `exact` are the places where only this very form will do.

    A `close` phrase is found only in forms that differ in their last letters: stemming alone takes
    words for one that are far apart, such as a verb and the name of who does it.
    """

    text: str
    words: tuple[Word, ...]
    exact: frozenset[int] = frozenset()
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text's words, and the places of each stem among them."""

    all: tuple[Word, ...]
    where: Mapping[str, Sequence[int]]


Stem = Callable[[str], str]


@cache
def stemmer(name: str | None) -> Stem:
    """The Snowball stemmer of that name; without one, words are compared as they stand."""
    import snowballstemmer  # only the checks need it, and the site is built without it

    if name is None or name not in snowballstemmer.algorithms():
        return str
    return cache(snowballstemmer.stemmer(name).stemWord)


def read_words(text: str, stem: Stem) -> Words:
    """The words of folded text in order."""
    words = tuple(_words(text, stem))
    where: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        where.setdefault(word.stem, []).append(place)
    return Words(all=words, where=where)


def _words(text: str, stem: Stem) -> Iterator[Word]:
    end = 0
    for match in _WORD.finditer(text):
        surface = match.group().casefold()
        yield Word(
            surface=surface,
            stem=stem(surface),
            start=match.start(),
            end=match.end(),
            stop=bool(_STOP.search(text, end, match.start())),
        )
        end = match.end()


def phrase(text: str, stem: Stem) -> Phrase:
    """A phrase of the glossary, to be found in any inflection of its words."""
    return Phrase(text=text, words=read_words(fold(text), stem).all)


def places(words: Words, wanted: Phrase) -> Iterator[int]:
    """The places in `words` at which the phrase begins."""
    if not wanted.words:
        return
    for start in words.where.get(wanted.words[0].stem, ()):
        here = words.all[start : start + len(wanted.words)]
        if len(here) < len(wanted.words) or any(word.stop for word in here[1:]):
            continue
        if all(_same(place, word, wanted) for place, word in enumerate(here)):
            yield start


def _same(place: int, word: Word, wanted: Phrase) -> bool:
    model = wanted.words[place]
    if place in wanted.exact:
        return word.surface == model.surface
    if wanted.close and not word.surface.startswith(model.surface[:-_LONGEST_ENDING]):
        return False
    return word.stem == model.stem
