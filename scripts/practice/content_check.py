"""All checks of the text together: what they need is read once, what marks allow is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from practice.glossary import read_glossary
from practice.languages import LanguageCode
from practice.problem import Problem
from practice.report_files import report_problems
from practice.rules.cycles import cycle_problems
from practice.rules.duty_words import DutyReader, read_duty_words
from practice.rules.exceptions import apply_exceptions
from practice.rules.facts import fact_problems, link_problems
from practice.rules.force import force_problems
from practice.rules.foreign_text import Identify, foreign_text_problems, identifier
from practice.rules.polarity import polarity_problems
from practice.rules.quantities import QuantityReader
from practice.rules.quantity_words import read_quantity_words
from practice.rules.register import register_problems
from practice.rules.spelling import Unknown, read_own_words, spelling_problems, unknown_words
from practice.rules.structure import skeleton_problems
from practice.rules.terms import term_problems
from practice.standards import read_standards
from practice.text import Code, read_code
from practice.translation_state import Locks, State, read_locks, standings

# Codes that a mark in the text may allow.
ALLOWABLE = (
    "fact",
    "force",
    "foreign-text",
    "link",
    "negation",
    "skeleton",
    "spelling",
    "standard-number",
    "standard-unregistered",
    "term-missing",
    "term-refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`notes` are what could not be checked, and why; they fail nothing."""

    code: Code
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def check_content(root: Path, unknown: Unknown, identify: Identify | None = None) -> Checked:
    """Every problem of the text below `root`; raises ProblemsFoundError where it cannot be read.

    `unknown` tells which words a dictionary does not know; `identify` guesses a text's language.
    """
    code = read_code(root)
    locks = read_locks(root, code)
    duties = {lang.code: DutyReader(read_duty_words(root, lang)) for lang in code.languages}
    readers = {
        lang.code: QuantityReader(read_quantity_words(root, lang), lang.locale)
        for lang in code.languages
    }
    own_words = {lang.code: read_own_words(root, lang) for lang in code.languages}
    compared = _without_postponed(code, locks)
    standards = read_standards(root)
    glossary = read_glossary(root, code.languages)
    # Dictionaries take their time: they are read while the other rules look at the text.
    wrong = unknown_words(code, unknown, own_words)
    found = [
        *skeleton_problems(compared),
        *missing_problems(code, locks),
        *fact_problems(compared, readers),
        *link_problems(compared),
        *register_problems(compared, readers, standards),
        *force_problems(compared, duties),
        *polarity_problems(compared, duties, locks),
        *term_problems(compared, glossary),
        *_words_problems(code, wrong(), identify or identifier(code.languages)),
    ]
    problems = [
        *code.problems,
        *(problem for lock in locks.values() for problem in lock.problems),
        *cycle_problems(root, code, standards),
        *report_problems(root, code),
        *apply_exceptions(code, found, ALLOWABLE),
    ]
    return Checked(
        code=code,
        problems=tuple(sorted(set(problems))),
        notes=tuple(_notes(code, duties, readers)),
    )


def missing_problems(code: Code, locks: Locks) -> Iterator[Problem]:
    """`section-missing`: a translation that was there when it was accepted, and is gone."""
    for (name, language), standing in standings(code, locks).items():
        if standing.state is State.MISSING and standing.acceptance:
            source = code.section(code.source.code, name)
            page = code.pages[language].get(source.page) if source else None
            folder = next(lang.folder for lang in code.languages if lang.code == language)
            message = f"{name}: this section was translated before, and is gone: restore it."
            path = page.path if page else folder / "translation.lock"
            yield Problem(path, 1, "section-missing", message)


def _words_problems(
    code: Code, wrong: Mapping[LanguageCode, frozenset[str]], identify: Identify
) -> Iterable[Problem]:
    foreign = list(foreign_text_problems(code, wrong, identify))
    lines = {(problem.path, problem.line) for problem in foreign}
    # A sentence in another language is one fault, not one for each of its words.
    spelled = (p for p in spelling_problems(code, wrong) if (p.path, p.line) not in lines)
    return [*foreign, *spelled]


def _without_postponed(code: Code, locks: Locks) -> Code:
    """The code without translations that somebody has left for later, knowing what changed."""
    left = {key for key, standing in standings(code, locks).items() if standing.postponed}
    if not left:
        return code
    pages = {
        language: MappingProxyType(
            {
                name: replace(
                    page,
                    sections=tuple(s for s in page.sections if (s.id, language) not in left),
                )
                for name, page in own.items()
            }
        )
        for language, own in code.pages.items()
    }
    return replace(code, pages=MappingProxyType(pages))


def _notes(
    code: Code,
    duties: Mapping[LanguageCode, DutyReader],
    readers: Mapping[LanguageCode, QuantityReader],
) -> Iterator[str]:
    units = readers[code.source.code].units
    for language in code.languages:
        if not code.pages[language.code]:
            continue
        folder = language.folder.as_posix()
        if not duties[language.code].complete:
            yield f"{folder}/duty.yml lacks words of duty: the force of rules is not compared."
        missing = sorted(units - readers[language.code].units)
        if missing:
            yield (
                f"{folder}/quantities.yml lacks {', '.join(missing)}:"
                " numbers are compared without their units."
            )
        if not readers[language.code].spells_numbers:
            yield f"{folder}/quantities.yml lacks numbers: those in words are not compared."
        if not language.spelling:
            yield f"{folder}/language.yml names no spelling dictionary: spelling is not checked."
