"""How hard the text is to read: a figure per page and language, for the report, never a gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.rules.sentences import sentences
from practice.rules.spelling import words_of
from practice.rules.word_data import read_if_there
from practice.text import Code, Page, PageId

FILE = "readability.yml"
_NUMBERS = ("base", "words_per_sentence", "syllables_per_word")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """Reading ease after Flesch: base - a × words per sentence - b × syllables per word.

    A syllable is a run of `vowels`; with `each_vowel`, every vowel is one.
    """

    name: str
    base: float
    words_per_sentence: float
    syllables_per_word: float
    vowels: str
    each_vowel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """`ease` is from about 0 (hard) to 100 (easy); None where the language has no formula."""

    page: PageId
    language: Language
    words: int
    sentences: int
    ease: float | None


def readability(
    code: Code, formulas: Mapping[LanguageCode, Formula | None]
) -> Iterator[Readability]:
    """One figure for each page that a language has, in reading order."""
    for page in code.order:
        for language in code.languages:
            if page in code.pages[language.code]:
                found = code.pages[language.code][page]
                yield _figure(found, language, formulas[language.code])


def read_formula(root: Path, language: Language) -> Formula | None:
    """The language's `readability.yml`; None where it has none."""
    path = language.folder / FILE
    content = read_if_there(root, path)
    if not content:
        return None
    numbers = {key: content.get(key) for key in _NUMBERS}
    texts = [content.get("name"), content.get("vowels")]
    if not all(isinstance(number, int | float) for number in numbers.values()) or not all(
        isinstance(text, str) for text in texts
    ):
        message = f"Give numbers for {', '.join(_NUMBERS)}, and text for name and vowels."
        raise ProblemsFoundError([Problem(path, 1, "language-data", message)])
    base, sentence, word = (float(str(number)) for number in numbers.values())
    return Formula(
        name=str(texts[0]),
        base=base,
        words_per_sentence=sentence,
        syllables_per_word=word,
        vowels=str(texts[1]),
        each_vowel=content.get("each_vowel") is True,
    )


def _figure(page: Page, language: Language, formula: Formula | None) -> Readability:
    texts: list[tuple[str, ...]] = [
        words
        for section in page.sections
        for sentence in sentences(section)
        if (words := words_of(sentence.text))
    ]
    total = [word for text in texts for word in text]
    ease = None
    if formula and total:
        syllables = sum(_syllables(word, formula) for word in total)
        ease = (
            formula.base
            - formula.words_per_sentence * len(total) / len(texts)
            - formula.syllables_per_word * syllables / len(total)
        )
    return Readability(
        page=page.id, language=language, words=len(total), sentences=len(texts), ease=ease
    )


def _syllables(word: str, formula: Formula) -> int:
    count, inside = 0, False
    for letter in word.casefold():
        vowel = letter in formula.vowels
        if vowel and (formula.each_vowel or not inside):
            count += 1
        inside = vowel
    return max(count, 1)
