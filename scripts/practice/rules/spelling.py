"""Is every word spelled right: by the language's dictionary, or by the project's own list?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from practice.languages import Language, LanguageCode
from practice.problem import Problem
from practice.rules.dictionaries import Waiting, Words
from practice.rules.passages import passages
from practice.text import Code

FILE = "words.txt"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# Begins to look up each language's words; the answer is those that its dictionary does not know.
Unknown = Callable[[Words, Iterable[Language]], Waiting]


def unknown_words(
    code: Code, unknown: Unknown, own_words: Mapping[LanguageCode, frozenset[str]]
) -> Waiting:
    """Of the words of the text those that neither the dictionary nor `words.txt` knows."""
    wanted = {
        language.code: frozenset(
            word
            for section in code.sections(language.code)
            for passage in passages(section)
            for word in words_of(passage.words)
            if word.casefold() not in own_words[language.code]
        )
        for language in code.languages
    }
    return unknown(wanted, code.languages)


def spelling_problems(code: Code, wrong: Words) -> Iterator[Problem]:
    """`spelling`: a word of `wrong`, at every place where it stands."""
    for language in code.languages:
        for section in code.sections(language.code):
            for passage in passages(section):
                for match in _WORD.finditer(passage.words):
                    word = _spelled(match.group())
                    if word not in wrong[language.code]:
                        continue
                    message = (
                        f"{section.id}: “{word}” is in no dictionary: correct it,"
                        f" or add it to {(language.folder / FILE).as_posix()} if it is right."
                    )
                    line = passage.line_at(match.start())
                    yield Problem(section.path, line, "spelling", message)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as dictionaries know them: NFC, straight apostrophes."""
    return tuple(_spelled(match.group()) for match in _WORD.finditer(text))


def read_own_words(root: Path, language: Language) -> frozenset[str]:
    """The project's own words of a language, one on a line, `#` begins a comment."""
    path = root / language.folder / FILE
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    words = (line.partition("#")[0].strip() for line in lines)
    return frozenset(_spelled(word).casefold() for word in words if word)


def _spelled(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'")
