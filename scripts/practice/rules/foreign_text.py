"""Was a heading or a sentence left in another language?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from practice.languages import Language
from practice.problem import Problem
from practice.rules.comparison import Version, versions
from practice.rules.dictionaries import Words
from practice.rules.sentences import Sentence, sentences
from practice.rules.spelling import words_of
from practice.text import Code

if TYPE_CHECKING:
    from lingua import LanguageDetector

SURE = 0.9

# From a text to the identification codes of the languages it may be in, with a share from 0 to 1.
Identify = Callable[[str], Mapping[str, float]]


def foreign_text_problems(code: Code, wrong: Words, identify: Identify) -> Iterator[Problem]:
    """`foreign-text`: a sentence or heading in another language of this project.

    `wrong` are the words that each language's dictionary does not know: a sentence without any is
    in its language, and the slower question is not asked. Nor is it in a language without
    `identification`.
    """
    for group in versions(code):
        originals = {_plain(sentence) for sentence in sentences(group[0].section)}
        for version in group:
            source = None if version.language.source else group[0].language
            for sentence in sentences(version.section):
                if not _suspect(sentence, version.language, wrong):
                    continue
                other = _other_language(sentence, version.language, code.languages, identify)
                if other is None and source and _plain(sentence) in originals:
                    other = source
                if other:
                    yield _problem(version, sentence, other)


def identifier(languages: Sequence[Language]) -> Identify:
    """Lingua, restricted to the project's languages, each text asked once."""
    names = sorted({lang.identification.upper() for lang in languages if lang.identification})
    if len(names) < 2:
        return lambda _: {}

    @cache
    def identify(text: str) -> Mapping[str, float]:
        shares = _detector(tuple(names)).compute_language_confidence_values(text)
        return {share.language.iso_code_639_1.name.lower(): share.value for share in shares}

    return identify


@cache
def _detector(names: tuple[str, ...]) -> LanguageDetector:
    import lingua  # its models are heavy, and only the checks have it

    codes = [code for name in names if (code := getattr(lingua.IsoCode639_1, name, None))]
    return lingua.LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def _suspect(sentence: Sentence, language: Language, wrong: Words) -> bool:
    words = words_of(sentence.text)
    if not words or not language.identification:
        return False
    return language.spelling is None or any(word in wrong[language.code] for word in words)


def _other_language(
    sentence: Sentence, language: Language, languages: Sequence[Language], identify: Identify
) -> Language | None:
    shares = identify(sentence.text)
    for other in languages:
        if other.identification == language.identification:
            continue
        if shares.get(other.identification or "", 0) >= SURE:
            return other
    return None


def _plain(sentence: Sentence) -> str:
    return " ".join(sentence.text.casefold().split())


def _problem(version: Version, sentence: Sentence, other: Language) -> Problem:
    shown = sentence.text if len(sentence.text) <= 60 else f"{sentence.text[:57]}…"
    message = (
        f"{version.section.id}: “{shown}” is in {other.name}: translate it into"
        f" {version.language.name}."
    )
    return Problem(version.section.path, sentence.line, "foreign-text", message)
