"""The same force in every language, in every form of its words; *must not* is not *must*."""

from pathlib import Path

import pytest

from practice.rules.duty_words import DutyReader, read_duty_words
from practice.rules.force import force_problems
from tests.content.small_code import places, small_code


def _check(folder: Path, *texts: str) -> list[tuple[str, str, int]]:
    code = small_code(folder, dict(zip(("en", "pt", "ru"), texts, strict=False)))
    readers = {lang.code: DutyReader(read_duty_words(folder, lang)) for lang in code.languages}
    return places(list(force_problems(code, readers)))


@pytest.mark.parametrize(
    ("en", "pt", "ru"),
    [
        ("They must.", "Eles devem.", "Они обязаны."),
        ("She must.", "Ela deve.", "Она обязана."),
        ("It must.", "Deve.", "Оно обязано."),
        ("They must not.", "Não devem.", "Они не должны."),
        ("She must not.", "Ela não deve.", "Она не должна."),
        ("Nothing must not be.", "Não se deve.", "Не должно."),
        ("They should.", "Recomenda-se.", "Рекомендуется."),
        ("One should.", "Convém.", "Рекомендуется."),
        ("They may.", "Eles podem.", "Они вправе."),
        ("She may.", "Ela pode.", "Она может."),
        ("They may not.", "Não podem.", "Они не вправе."),
        ("They may.", "Podem.", "Они не обязаны."),
        ("MUST NOT", "NÃO DEVE", "НЕ ДОЛЖЕН"),
        ("They must\nnot go.", "Não\ndevem ir.", "Не\nдолжны идти."),
        ("A mustang; maybe a mayor.", "Devedor, poderia.", "Должность, возможность."),
        ("must, must not, may", "deve, não deve, pode", "обязан, не должен, вправе"),
    ],
)
def test_the_force_agrees(tmp_path: Path, en: str, pt: str, ru: str) -> None:
    assert _check(tmp_path, en, pt, ru) == []


@pytest.mark.parametrize(
    ("en", "pt", "ru", "language"),
    [
        ("They must.", "Convém.", "Обязаны.", "pt"),
        ("They should.", "Convém.", "Обязаны.", "ru"),
        ("They must not.", "Não devem.", "Должны.", "ru"),
        ("They must not.", "Devem.", "Не должны.", "pt"),
        ("They must.", "Não devem.", "Не должны.", "en"),
        ("They must not.", "Não devem.", "Не обязаны.", "ru"),
        ("They may.", "Podem.", "Обязаны.", "ru"),
        ("They must.", "Eles fazem.", "Обязаны.", "pt"),
        ("must, then may", "pode, depois deve", "обязан, потом вправе", "pt"),
    ],
)
def test_another_force_is_reported_in_the_odd_language(
    tmp_path: Path, en: str, pt: str, ru: str, language: str
) -> None:
    assert _check(tmp_path, en, pt, ru) == [(language, "force", 1)]


def test_the_line_of_the_sentence_is_reported(tmp_path: Path) -> None:
    found = _check(tmp_path, "Go.\nThey must.", "Vá.\nConvém.", "Идите.\nОбязаны.")

    assert found == [("pt", "force", 2)]


def test_words_in_code_bind_nobody(tmp_path: Path) -> None:
    assert _check(tmp_path, "The word `must`.", "A palavra.", "Слово.") == []


def test_a_language_without_words_of_duty_is_not_compared(tmp_path: Path) -> None:
    code = small_code(tmp_path, {"en": "They must.", "pt": "Sim."})
    (tmp_path / "languages" / "pt" / "duty.yml").write_text("must: []\n", encoding="utf-8")
    readers = {lang.code: DutyReader(read_duty_words(tmp_path, lang)) for lang in code.languages}

    assert list(force_problems(code, readers)) == []
