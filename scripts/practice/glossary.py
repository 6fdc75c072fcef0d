"""The glossary, `docs/glossary.yml`: the authority for the words of the code in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import read_mapping

FILE = Path("docs/glossary.yml")
_KEYS = ("term", "forms", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermWords:
    """A term in one language: the word to use, spellings that stems do not reach, refused words."""

    term: str
    forms: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One idea; a language that has no words for it yet is not in `words`."""

    id: str
    words: Mapping[LanguageCode, TermWords]


def read_glossary(root: Path, languages: Iterable[Language]) -> tuple[Term, ...]:
    """Every term in its order; raises ProblemsFoundError with everything wrong in the file."""
    entries = read_mapping(root, FILE).get("terms") or []
    codes = {language.code for language in languages}
    lines = (root / FILE).read_text(encoding="utf-8").split("\n")
    listed: list[Any] = entries if isinstance(entries, list) else [entries]
    problems = [
        Problem(FILE, _line(lines, entry), "glossary", fault)
        for entry in listed
        for fault in _faults(entry, codes)
    ]
    if problems:
        raise ProblemsFoundError(problems)
    return tuple(_term(entry, codes) for entry in listed)


def _line(lines: list[str], entry: object) -> int:
    name = entry.get("id") if isinstance(entry, dict) else None
    found = (n for n, line in enumerate(lines, 1) if line.split() == ["-", "id:", str(name)])
    return next(found, 1)


def _faults(entry: object, codes: set[LanguageCode]) -> Iterator[str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        yield "A term begins with “- id: name”."
        return
    for key, words in entry.items():
        if key == "id":
            continue
        if key not in codes:
            yield f"{entry['id']}: “{key}” is no language of this project: correct or remove it."
        elif not isinstance(words, dict) or not isinstance(words.get("term"), str):
            yield f"{entry['id']}: write “{key}: {{term: word}}”."
        elif unknown := [name for name in words if name not in _KEYS]:
            yield f"{entry['id']}: “{unknown[0]}” is unknown: use {', '.join(_KEYS)}."
        elif not all(_are_words(words.get(name, [])) for name in ("forms", "refused")):
            yield f"{entry['id']}: “forms” and “refused” are lists of words."


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def _term(entry: Mapping[str, object], codes: set[LanguageCode]) -> Term:
    words: dict[LanguageCode, TermWords] = {}
    for code in codes:
        given = entry.get(code)
        if isinstance(given, dict):
            words[code] = TermWords(
                term=given["term"],
                forms=tuple(given.get("forms", ())),
                refused=tuple(given.get("refused", ())),
            )
    return Term(id=str(entry["id"]), words=MappingProxyType(words))
