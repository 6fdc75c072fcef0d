"""A heading or a sentence left in another language; names, code and shared words are not."""

from pathlib import Path

import pytest

from practice.rules.dictionaries import CachedDictionaries
from practice.rules.foreign_text import foreign_text_problems, identifier
from practice.rules.spelling import read_own_words, unknown_words, words_of
from practice.text import read_code
from tests.content.copies import ROOT
from tests.content.small_code import places, small_code

FOREIGN = [
    ("pt", "The team lead must record every exception."),
    ("pt", "Complaints"),
    ("pt", "| Complaints |\n|---|\n| sim |"),
    ("pt", "- How representatives behave"),
    ("ru", "The team lead must record every exception."),
    ("ru", "Reclamações"),
    ("ru", "O representante registra a reclamação."),
    ("pt", "Представитель записывает жалобу."),
    ("en", "O representante registra a reclamação no mesmo dia."),
    ("en", "Жалобы"),
]
INNOCENT = [
    ("pt", "chat"),
    ("pt", "normal"),
    ("pt", "Um cookie guarda o idioma."),
    ("pt", "Use `git commit --message` para isso."),
    ("pt", "Como comentar"),
    ("ru", "Напишите на <team@example.org>."),
    ("ru", "Файл cookie хранит язык."),
    ("ru", "Версия `complaints.md` на сайте."),
    ("en", "No."),
    ("en", "social media"),
]


@pytest.fixture(scope="module", autouse=True)
def words_looked_up_at_once(dictionaries: CachedDictionaries) -> None:
    """Reading a dictionary anew for each text would take minutes."""
    languages = read_code(ROOT).languages
    texts = [text for _, text in (*FOREIGN, *INNOCENT)]
    words = frozenset(word for text in texts for word in words_of(text))
    dictionaries.unknown({language.code: words for language in languages}, languages)()


def _check(
    folder: Path, dictionaries: CachedDictionaries, texts: dict[str, str]
) -> list[tuple[str, str, int]]:
    code = small_code(folder, texts)
    own = {lang.code: read_own_words(folder, lang) for lang in code.languages}
    wrong = unknown_words(code, dictionaries.unknown, own)()
    return places(list(foreign_text_problems(code, wrong, identifier(code.languages))))


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_text_in_another_language_is_reported(
    tmp_path: Path, dictionaries: CachedDictionaries, language: str, text: str
) -> None:
    texts = {"en": "Yes, today.", "pt": "Sim, hoje.", "ru": "Да, сегодня."} | {language: text}

    assert _check(tmp_path, dictionaries, texts) == [(language, "foreign-text", 1)]


@pytest.mark.parametrize(("language", "text"), INNOCENT)
def test_innocent_text_is_left_alone(
    tmp_path: Path, dictionaries: CachedDictionaries, language: str, text: str
) -> None:
    texts = {"en": "Yes, today.", "pt": "Sim, hoje.", "ru": "Да, сегодня."} | {language: text}

    assert _check(tmp_path, dictionaries, texts) == []


def test_a_short_heading_copied_from_the_source_is_reported(
    tmp_path: Path, dictionaries: CachedDictionaries
) -> None:
    texts = {"en": "- Response times", "pt": "- Response times", "ru": "- Сроки ответа"}

    assert _check(tmp_path, dictionaries, texts) == [("pt", "foreign-text", 1)]
