"""Forms of words that stemming does not bring together, from `languages/<code>/search.yml`.

Snowball takes "gravação" and "gravações" for two words, and "приём" for a form of "при".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from practice.languages import Language
from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import read_mapping

_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORTEST_START = 3

Endings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWords:
    """An ending of a word or of a stem maps to the endings of its other forms.

    `stemmer` is Snowball's name of one; without it nothing is added.
    """

    words: Endings
    stems: Endings
    stemmer: str | None

    def more_forms(self, text: str) -> list[str]:
        """For each stem that a word of `text` should also have, one form that bears it."""
        if self.stemmer is None or not (self.words or self.stems):
            return []
        roots = partial(_roots, self.stemmer)
        words = {word.lower() for word in _WORD.findall(text)}
        known = {roots(word) for word in words}
        forms = {form for word in words for form in _other_forms(word, self.words)}
        forms |= {form for root, _ in known for form in _other_forms(root, self.stems)}
        # Pagefind looks for a word as it is typed and without its accents.
        by_stem = {roots(form): form for form in sorted(forms)}
        return [form for found, form in by_stem.items() if found not in known]


def read_search_words(root: Path, language: Language) -> SearchWords:
    """No endings where the file is missing; raises ProblemsFoundError where it is malformed."""
    path = language.folder / "search.yml"
    content = read_mapping(root, path) if (root / path).exists() else {}
    return SearchWords(
        words=_endings(content.get("words"), path),
        stems=_endings(content.get("stems"), path),
        stemmer=language.stemmer,
    )


def _endings(content: object, path: Path) -> Endings:
    endings = content or {}
    if not isinstance(endings, dict) or not all(map(_is_list, endings.values())):
        message = "“words” and “stems” map an ending to a list of endings, such as “ão: [ões]”."
        raise ProblemsFoundError([Problem(path, 1, "search-words", message)])
    return {str(ending): list(others) for ending, others in endings.items()}


@cache
def _roots(stemmer: str, word: str) -> tuple[str, str]:
    """The stems of the word and of the word without its accents."""
    stem = _stemmer(stemmer).stemWord
    root, plain = str(stem(word)), _unaccented(word)
    return root, root if plain == word else str(stem(plain))


@cache
def _stemmer(name: str) -> Any:
    # The package loads thirty languages, and is not needed by those that add no forms.
    return import_module("snowballstemmer").stemmer(name)


def _other_forms(word: str, endings: Endings) -> Iterator[str]:
    """By the longest ending that fits; a short word fits only as a whole."""
    if not word.endswith(tuple(endings)):
        return
    ending = max((ending for ending in endings if word.endswith(ending)), key=len, default="")
    start = word.removesuffix(ending)
    if ending and (not start or len(start) >= _SHORTEST_START):
        yield from (start + other for other in endings[ending])


def _unaccented(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
