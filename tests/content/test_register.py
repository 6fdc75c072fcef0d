"""The register of promises agrees with the text in every language, and shows in every language."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from practice.messages import read_messages
from practice.problem import ProblemsFoundError
from practice.rules.quantities import QuantityReader
from practice.rules.quantity_words import read_quantity_words
from practice.rules.register import register_problems
from practice.standards import FILE, Standard, read_standards
from practice.standards_table import (
    promises,
    standards_json,
    standards_table,
    told_promises,
)
from practice.text import Code, SectionId, read_code
from tests.content.copies import ROOT
from tests.content.small_code import places, small_code

TEXTS = {"en": "In 3 working days.", "pt": "Em 3 dias úteis.", "ru": "За 3 рабочих дня."}


def _standard(**changes: Any) -> Standard:
    promise = Standard(
        id="answer",
        section=SectionId("guide"),
        value=3,
        unit="working-days",
        valid_from=date(2027, 1, 4),
        why="A reason.",
        compared_with=None,
        also_in=(),
        line=1,
    )
    return replace(promise, **changes)


def _check(code: Code, folder: Path, *standards: Standard) -> list[tuple[str, str, int]]:
    readers = {
        lang.code: QuantityReader(read_quantity_words(folder, lang), lang.locale)
        for lang in code.languages
    }
    problems = list(register_problems(code, readers, standards))
    return places([problem for problem in problems if problem.path != FILE])


def test_a_number_in_text_and_register_is_no_problem(tmp_path: Path) -> None:
    assert _check(small_code(tmp_path, TEXTS), tmp_path, _standard()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": 4}, [(name, "standard-number", -1) for name in ("en", "pt", "ru")]),
        ({"unit": "weeks"}, [(name, "standard-number", -1) for name in ("en", "pt", "ru")]),
        ({"section": SectionId("other"), "also_in": (SectionId("guide"),)}, []),
    ],
)
def test_a_number_that_is_only_in_the_register_is_reported(
    tmp_path: Path, changes: dict[str, Any], expected: list[tuple[str, str, int]]
) -> None:
    found = _check(small_code(tmp_path, TEXTS), tmp_path, _standard(**changes))

    assert [place for place in found if place[1] == "standard-number"] == expected


def test_a_number_that_one_language_states_otherwise_is_reported_there(tmp_path: Path) -> None:
    code = small_code(tmp_path, {**TEXTS, "ru": "За 4 рабочих дня."})

    assert _check(code, tmp_path, _standard()) == [("ru", "standard-number", -1)]


def test_a_promise_that_is_not_in_the_register_is_reported(tmp_path: Path) -> None:
    assert _check(small_code(tmp_path, TEXTS), tmp_path) == [("en", "standard-unregistered", 1)]


def test_a_number_in_a_note_promises_nothing(tmp_path: Path) -> None:
    texts = {name: f'!!! note "Note"\n    {text}' for name, text in TEXTS.items()}

    assert _check(small_code(tmp_path, texts), tmp_path) == []


def test_two_promises_of_the_same_length_need_two_numbers(tmp_path: Path) -> None:
    code = small_code(tmp_path, TEXTS)

    found = _check(code, tmp_path, _standard(), _standard(id="other"))

    assert found == [(name, "standard-number", -1) for name in ("en", "pt", "ru")]


def test_an_entry_for_no_section_is_reported(tmp_path: Path) -> None:
    code = small_code(tmp_path, {"en": "Yes."})
    reader = QuantityReader(read_quantity_words(tmp_path, code.source), code.source.locale)
    readers = {language.code: reader for language in code.languages}

    found = list(register_problems(code, readers, [_standard(section=SectionId("gone"))]))

    assert [(p.path, p.line, p.code) for p in found] == [(FILE, 1, "standard-section")]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("- id: a", "lacks “section”"),
        ("- just words", "is not an entry"),
        ("{a: b}", "not readable YAML"),
        ("- {id: a, section: b, value: 1.5, unit: weeks, valid_from: 2027-01-04, why: c}", "value"),
        (
            "- {id: a, section: b, value: true, unit: weeks, valid_from: 2027-01-04, why: c}",
            "value",
        ),
        ("- {id: a, section: b, value: 1, unit: moons, valid_from: 2027-01-04, why: c}", "unit"),
        ("- {id: a, section: b, value: 1, unit: weeks, valid_from: soon, why: c}", "valid_from"),
        (
            "- {id: a, section: b, value: 1, unit: weeks, valid_from: 2027-01-04, why: c, x: 1}",
            "“x”",
        ),
        (
            "- {id: a, section: b, value: 1, unit: weeks, valid_from: 2027-01-04, why: c}\n"
            "- {id: a, section: b, value: 2, unit: weeks, valid_from: 2027-01-04, why: c}",
            "stands twice",
        ),
    ],
)
def test_a_malformed_register_is_reported(tmp_path: Path, entry: str, fault: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / FILE).write_text(f"{entry}\n", encoding="utf-8")

    with pytest.raises(ProblemsFoundError) as caught:
        read_standards(tmp_path)

    assert any(fault in problem.message for problem in caught.value.problems)


def test_every_standard_is_told_in_the_words_of_every_language() -> None:
    code = read_code(ROOT)
    told = {
        lang.code: promises(ROOT, code, lang, read_messages(ROOT, lang)) for lang in code.languages
    }

    assert {len(found) for found in told.values()} == {len(read_standards(ROOT))}
    for found in told.values():
        assert all(promise.words != promise.section.title for promise in found)


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", {"1 working day", "3 working days", "1 minute", "90%", "24 months"}),
        ("pt", {"1 dia útil", "3 dias úteis", "1 minuto", "90%", "24 meses", "30 dias corridos"}),
        ("ru", {"1 рабочий день", "3 рабочих дня", "5 рабочих дней", "1 минута", "24 месяца"}),
    ],
)
def test_the_table_has_the_right_plural_forms(language: str, numbers: set[str]) -> None:
    code = read_code(ROOT)
    chosen = next(lang for lang in code.languages if lang.code == language)

    found = {
        promise.number for promise in promises(ROOT, code, chosen, read_messages(ROOT, chosen))
    }

    assert numbers <= found


def test_the_table_links_each_section_from_the_page_of_the_register() -> None:
    code = read_code(ROOT)

    messages = read_messages(ROOT, code.source)
    table = standards_table(code, promises(ROOT, code, code.source, messages), messages)

    assert table.count("<tr>") == len(read_standards(ROOT)) + 1
    assert 'href="../complaints/#complaints-acknowledge"' in table


def test_machines_get_every_standard_in_every_language() -> None:
    code = read_code(ROOT)
    told = {
        lang.code: told_promises(code, lang, promises(ROOT, code, lang, read_messages(ROOT, lang)))
        for lang in code.languages
    }

    standards = standards_json(told)["standards"]

    acknowledged = next(entry for entry in standards if entry["id"] == "complaint-acknowledge")
    assert (acknowledged["value"], acknowledged["unit"]) == (3, "working-days")
    assert set(acknowledged["languages"]) == {lang.code for lang in code.languages}
    assert acknowledged["languages"]["pt"]["url"] == "/pt/complaints/#complaints-acknowledge"
    assert acknowledged["languages"]["ru"]["number"] == "3 рабочих дня"
