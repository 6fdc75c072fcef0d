"""The words of duty and of negation of one language, found in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from practice.languages import Language
from practice.problem import Problem, ProblemsFoundError
from practice.rules.phrases import phrase_pattern, phrase_table, spoken
from practice.rules.word_data import lists_of, read_if_there

FILE = "duty.yml"
FORCES = ("must", "must-not", "should", "should-not", "may")
NEGATION = "negation"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWord:
    """`force` is one of FORCES; `shown` is the word or phrase as the text has it."""

    force: str
    start: int
    shown: str


def read_duty_words(root: Path, language: Language) -> Mapping[str, tuple[str, ...]]:
    """From each force, and NEGATION, to its words; empty where the language has no data yet."""
    path = language.folder / FILE
    words = lists_of(read_if_there(root, path), path, FILE)
    unknown = sorted(set(words) - {*FORCES, NEGATION})
    if unknown:
        message = f"“{unknown[0]}” is not a force: use {', '.join(FORCES)} or {NEGATION}."
        raise ProblemsFoundError([Problem(path, 1, "language-data", message)])
    return words


class DutyReader:
    """Finds words of duty in a passage's text (folded, see `passages.fold`)."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        forces = {force: words.get(force, ()) for force in FORCES}
        self._forces = phrase_table(forces)
        self._pattern = re.compile(phrase_pattern(self._forces), re.IGNORECASE)
        negations = phrase_pattern(words.get(NEGATION, ()))
        self._negation = re.compile(negations, re.IGNORECASE)
        # Two comparisons ask about the same text.
        self._known: dict[str, tuple[DutyWord, ...]] = {}
        self.complete = all(forces[force] for force in ("must", "must-not", "should", "may"))

    def read(self, text: str) -> tuple[DutyWord, ...]:
        """In the order of the text; “must not” is one word of duty, not two."""
        if text not in self._known:
            self._known[text] = tuple(self._read(text))
        return self._known[text]

    def _read(self, text: str) -> Iterator[DutyWord]:
        for match in self._pattern.finditer(text):
            force = self._forces[spoken(match.group())]
            yield DutyWord(force=force, start=match.start(), shown=match.group())

    def negations(self, text: str) -> int:
        """How many words of negation the text has, those inside words of duty included."""
        return sum(1 for _ in self._negation.finditer(text))
