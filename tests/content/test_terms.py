"""The glossary's terms in any inflection; refused words too; innocent words that look alike."""

from pathlib import Path

import pytest

from practice.glossary import read_glossary
from practice.rules.terms import term_problems
from practice.text import read_code
from tests.content.copies import ROOT
from tests.content.small_code import places, small_code


def _check(folder: Path, **texts: str) -> list[tuple[str, str, int]]:
    code = small_code(folder, texts)
    return places(list(term_problems(code, read_glossary(ROOT, code.languages))))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "По кодексу поведения."),
        ("ru", "С пользователями."),
        ("ru", "О претензиях."),
        ("ru", "Агенту."),
        ("ru", "Эти чек-листы."),
        ("pt", "Os usuários."),
        ("pt", "O código de práticas."),
        ("pt", "Dos agentes."),
        ("pt", "As queixas."),
        ("pt", "Dois checklists."),
        ("pt", "Os utilizadores."),
        ("pt", "Escalações."),
        ("en", "All users."),
        ("en", "The agent's answer."),
        ("en", "Business days."),
    ],
)
def test_a_refused_word_is_reported_in_any_form(tmp_path: Path, language: str, text: str) -> None:
    texts = {"en": "Yes.", "pt": "Sim.", "ru": "Да."} | {language: text}

    assert _check(tmp_path, **texts) == [(language, "term-refused", 1)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Кодекса практики, кодексом практики; правила поведения."),
        ("ru", "Агентство пользуется правами."),
        ("ru", "Кодекс. Поведение."),
        ("pt", "Os códigos de prática e as boas práticas."),
        ("pt", "A agência utiliza dados e uma escala."),
        ("en", "We use an agency; a usual day."),
        ("en", "It is useful to lead a team."),
    ],
)
def test_words_that_only_look_alike_are_left_alone(
    tmp_path: Path, language: str, text: str
) -> None:
    texts = {"en": "Yes.", "pt": "Sim.", "ru": "Да."} | {language: text}

    assert _check(tmp_path, **texts) == []


@pytest.mark.parametrize(
    ("en", "pt", "ru"),
    [
        ("A complaint.", "Das reclamações.", "Жалобами."),
        ("The code of practice.", "Do código de prática.", "Кодексом практики."),
        ("Working days.", "Dias úteis.", "Рабочих дней."),
        ("To the team leads.", "Aos líderes de equipe.", "Руководителям группы."),
        (
            "A vulnerable customer.",
            "Cliente em situação de vulnerabilidade.",
            "Клиенту в уязвимом положении.",
        ),
        ("Customer satisfaction.", "Satisfação do cliente.", "Удовлетворенность клиентов."),
    ],
)
def test_terms_are_found_in_any_form(tmp_path: Path, en: str, pt: str, ru: str) -> None:
    assert _check(tmp_path, en=en, pt=pt, ru=ru) == []


@pytest.mark.parametrize(
    ("en", "pt", "ru", "language"),
    [
        ("A remedy.", "Uma compensação.", "Возмещение.", "pt"),
        ("The team lead.", "O líder de equipe.", "Начальник.", "ru"),
        ("The code of practice.", "O código.", "Кодекс практики.", "pt"),
    ],
)
def test_a_term_that_the_translation_does_not_use_is_reported(
    tmp_path: Path, en: str, pt: str, ru: str, language: str
) -> None:
    assert _check(tmp_path, en=en, pt=pt, ru=ru) == [(language, "term-missing", 1)]


def test_every_term_is_given_in_every_language() -> None:
    code = read_code(ROOT)
    names = {language.code for language in code.languages}

    for term in read_glossary(ROOT, code.languages):
        assert set(term.words) == names, term.id
