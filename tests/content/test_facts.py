"""The same number, date, time, address or link, however a language writes it."""

from pathlib import Path

import pytest

from practice.problem import Problem
from practice.rules.facts import fact_problems, link_problems
from practice.rules.quantities import QuantityReader
from practice.rules.quantity_words import read_quantity_words
from tests.content.small_code import places, small_code

Places = list[tuple[str, str, int]]


def _check(folder: Path, *texts: str) -> Places:
    code = small_code(folder, dict(zip(("en", "pt", "ru"), texts, strict=False)))
    readers = {
        lang.code: QuantityReader(read_quantity_words(folder, lang), lang.locale)
        for lang in code.languages
    }
    found: list[Problem] = [*fact_problems(code, readers), *link_problems(code)]
    return places(found)


@pytest.mark.parametrize(
    ("en", "pt", "ru"),
    [
        ("within 10 working days", "em 10 dias úteis", "в течение 10 рабочих дней"),
        ("within 1 working day", "em até um dia útil", "в течение одного рабочего дня"),
        ("by the 5th working day", "até o 5º dia útil", "к 5-му рабочему дню"),
        ("two working days", "dois dias úteis", "два рабочих дня"),
        ("after 2 hours", "após duas horas", "через два часа"),
        ("twelve months", "doze meses", "12 месяцев"),
        ("for 30 calendar days", "por 30 dias corridos", "30 календарных дней"),
        ("a 30-minute break", "uma pausa de 30 minutos", "30-минутный перерыв"),
        ("10.5% of cases", "10,5 % dos casos", "10,5 % случаев"),
        ("ninety is 90 percent", "noventa são 90 por cento", "девяносто — это 90 процентов"),
        ("1,200 calls", "1.200 chamadas", "1 200 звонков"),
        ("1,234,567.5 points", "1.234.567,5 pontos", "1 234 567,5 балла"),
        ("on 2027-01-04", "em 4 de janeiro de 2027", "4 января 2027 года"),
        ("on 1 March", "em 1º de março", "1 марта"),
        ("January 4, 2027", "4 de janeiro de 2027", "4 января 2027 г."),
        ("at 2:30 p.m.", "às 14h30", "в 14:30"),
        ("from 9 am to 6 pm", "das 9h às 18h", "с 9:00 до 18:00"),
        ("up to $50", "até US$ 50", "до 50 долларов"),
        ("€1,000.50", "€ 1.000,50", "1000,50 евро"),
        ("twice a year", "duas vezes por ano", "дважды в год"),
        ("with a@b.example", "com a@b.example", "с a@b.example"),
        ("both sides agree", "ambas as partes concordam", "обе стороны согласны"),
        ("one of the sides", "uma das partes", "одна из сторон"),
        ("the first answer", "a primeira resposta", "первый ответ"),
        ("a second opinion in a second", "outra opinião logo", "другое мнение сразу"),
        ("`x = 10`", "`x = 10`", "`x = 10`"),
        ("see version 1.0", "veja a versão 1.0", "см. версию 1.0"),
    ],
)
def test_facts_agree(tmp_path: Path, en: str, pt: str, ru: str) -> None:
    assert _check(tmp_path, en, pt, ru) == []


@pytest.mark.parametrize(
    ("en", "pt", "ru", "language"),
    [
        ("within 10 working days", "em 12 dias úteis", "в течение 10 рабочих дней", "pt"),
        ("within 10 working days", "em 10 dias corridos", "в течение 10 рабочих дней", "pt"),
        ("within 10 working days", "em 10 dias úteis", "в течение 10 дней", "ru"),
        ("within 11 working days", "em 10 dias úteis", "в течение 10 рабочих дней", "en"),
        ("two working days", "dois dias úteis", "три рабочих дня", "ru"),
        ("1 hour", "1 hora", "2 часа", "ru"),
        ("10.5%", "10,5%", "105 %", "ru"),
        ("1,200 calls", "1,2 chamadas", "1200 звонков", "pt"),
        ("on 2027-01-04", "em 2027-01-05", "4 января 2027 года", "pt"),
        ("at 14:30", "às 14h30", "в 15:30", "ru"),
        ("from 2 to 5 days", "de 5 a 2 dias", "от 2 до 5 дней", "pt"),
        ("a@b.example", "a@b.example", "b@a.example", "ru"),
        ("`x = 10`", "`x = 10`", "`x = 100`", "ru"),
        ("5% of calls", "5 chamadas", "5 % звонков", "pt"),
        ("the answer in 2 days", "a resposta em dias", "ответ через 2 дня", "pt"),
    ],
)
def test_facts_differ_and_the_odd_language_is_named(
    tmp_path: Path, en: str, pt: str, ru: str, language: str
) -> None:
    assert _check(tmp_path, en, pt, ru) == [(language, "fact", 1)]


def test_the_line_of_a_differing_number_is_reported(tmp_path: Path) -> None:
    found = _check(
        tmp_path, "One line.\nIn 5 days.", "Uma linha.\nEm 6 dias.", "Строка.\nЗа 5 дней."
    )

    assert found == [("pt", "fact", 2)]


def test_numbers_exchanged_between_two_items_are_reported(tmp_path: Path) -> None:
    found = _check(tmp_path, "- 5 days\n- 7 days", "- 7 dias\n- 5 dias", "- 5 дней\n- 7 дней")

    assert found == [("pt", "fact", 1), ("pt", "fact", 2)]


@pytest.mark.parametrize(
    ("pt", "expected"),
    [
        ("[a](about.md#about-scope)", []),
        ("[a](./about.md#about-scope)", []),
        ("[a](about.md#about-terms)", [("pt", "link", 1)]),
        ("[a](about.md)", [("pt", "link", 1)]),
        ("a", [("pt", "link", 1)]),
        ("[a](https://example.org)", [("pt", "link", 1)]),
    ],
)
def test_links_are_compared_by_their_target(tmp_path: Path, pt: str, expected: Places) -> None:
    target = "[a](about.md#about-scope)"

    assert _check(tmp_path, target, pt, target) == expected


def test_exchanged_links_are_reported(tmp_path: Path) -> None:
    right = "[a](about.md) and [b](values.md)"

    found = _check(
        tmp_path, right, "[a](values.md) e [b](about.md)", "[a](about.md) и [b](values.md)"
    )

    assert found == [("pt", "link", 1)]


def test_a_language_without_data_is_compared_by_its_digits(tmp_path: Path) -> None:
    code = small_code(tmp_path, {"en": "two people in 10 working days", "pt": "em 10 dias hábiles"})
    (tmp_path / "languages" / "pt" / "quantities.yml").unlink()
    readers = {
        lang.code: QuantityReader(read_quantity_words(tmp_path, lang), lang.locale)
        for lang in code.languages
    }

    assert list(fact_problems(code, readers)) == []
