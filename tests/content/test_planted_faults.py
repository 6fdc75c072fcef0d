"""The checks find what people do wrong, in the right section, and nothing in the text as it is."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.content_check import check_content
from practice.rules.dictionaries import CachedDictionaries
from practice.rules.foreign_text import identifier
from practice.rules.spelling import words_of
from practice.text import Code, read_code
from tests.content.copies import ROOT, copy_page
from tests.content.faults import Fault, Planter

KINDS = {
    "number",
    "unit",
    "dropped not",
    "weakened",
    "link",
    "forbidden term",
    "misspelling",
    "untranslated heading",
    "untranslated sentence",
    "missing item",
    "lost negation",
}
EVERY = int(os.environ.get("PLANT_EVERY", "61"))
"""A day's share; 24 was the share when the checks were written, 1 takes an hour."""
# What a copy of one page alone reports of its links to the others is not the checks' merit.
NOT_COUNTED = {"broken-link"}

Report = Counter[tuple[Path, str, str]]


@pytest.fixture(scope="module")
def code() -> Code:
    return read_code(ROOT)


@pytest.fixture(scope="module")
def planted(code: Code) -> list[Fault]:
    """A share of all faults that can be planted: all kinds and languages, many pages."""
    return list(_all_faults(code))[::EVERY]


def _all_faults(code: Code) -> Iterator[Fault]:
    for language in code.languages:
        planter = Planter(ROOT, code, language)
        for section in code.sections(language.code):
            yield from planter.faults(section)


def _look_up_at_once(code: Code, faults: list[Fault], dictionaries: CachedDictionaries) -> None:
    """Reading a dictionary anew for each misspelling would take minutes."""
    words = {
        language.code: frozenset(
            word
            for fault in faults
            if fault.language == language.code
            for word in words_of(fault.text or "")
        )
        for language in code.languages
    }
    dictionaries.unknown(words, code.languages)()


def _report(root: Path, code: Code, dictionaries: CachedDictionaries) -> Report:
    identify = identifier(code.languages)
    found = check_content(root, dictionaries.unknown, identify).problems
    return Counter((p.path, p.code, p.message) for p in found if p.code not in NOT_COUNTED)


def test_the_text_as_it_is_has_no_problem(dictionaries: CachedDictionaries) -> None:
    checked = check_content(ROOT, dictionaries.unknown)

    assert [str(problem) for problem in checked.problems] == []
    assert checked.notes == ()


def test_the_planted_faults_are_of_every_kind_in_every_language(
    code: Code, planted: list[Fault]
) -> None:
    assert len(planted) >= 38
    assert {(fault.kind, fault.language) for fault in _all_faults(code)} == {
        (kind, language.code) for kind in KINDS for language in code.languages
    }
    assert {fault.kind for fault in planted} == KINDS
    assert {fault.language for fault in planted} == {lang.code for lang in code.languages}


def test_planted_faults_are_reported_on_the_right_section(
    code: Code, planted: list[Fault], dictionaries: CachedDictionaries, tmp_path: Path
) -> None:
    _look_up_at_once(code, planted, dictionaries)
    missed = []
    for page in code.order:
        source = code.pages[code.source.code][page]
        name = source.path.relative_to(code.source.pages_folder).as_posix()
        copy = copy_page(tmp_path / page, name)
        before = _report(copy, code, dictionaries)
        for fault in planted:
            if fault.path.name != source.path.name or fault.path.parts[2:] != source.path.parts[2:]:
                continue
            good = (copy / fault.path).read_text(encoding="utf-8")
            fault.plant(copy)
            found = _report(copy, code, dictionaries) - before
            (copy / fault.path).write_text(good, encoding="utf-8")
            if not any(
                path == fault.path and message.startswith(f"{fault.section}: ")
                for path, _, message in found
            ):
                missed.append((fault, found))

    assert missed[: len(planted) // 20] == missed, f"{len(missed)} of {len(planted)} missed"
