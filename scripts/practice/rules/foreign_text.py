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
LIKELY = 0.55

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
            language = version.language
            for sentence in sentences(version.section):
                copied = not language.source and _plain(sentence) in originals
                doubt = _doubt(sentence, language, wrong, copied=copied)
                if doubt is not None:
                    shares = identify(sentence.text)
                    other = _other_language(shares, language, code.languages, sure=doubt)
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


def _doubt(sentence: Sentence, language: Language, wrong: Words, *, copied: bool) -> float | None:
    """How sure the guess of another language must be; None where there is no reason to guess.

    A few unknown words ask for certainty; mostly unknown words, or several that stand so in the
    source, only for the likeliest language.
    """
    words = words_of(sentence.text)
    if not words or not language.identification:
        return None
    if language.spelling is None:
        return SURE
    unknown = sum(word in wrong[language.code] for word in words)
    if 2 * unknown >= len(words) or (copied and len(words) > 1):
        return LIKELY
    return SURE if unknown else None


def _other_language(
    shares: Mapping[str, float], language: Language, languages: Sequence[Language], *, sure: float
) -> Language | None:
    for other in languages:
        if other.identification == language.identification:
            continue
        if shares.get(other.identification or "", 0) >= sure:
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
