"""A heading or a sentence left in another language; names, code and shared words are not."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from practice.languages import Language, LanguageCode
from practice.rules.dictionaries import CachedDictionaries, Waiting, Words
from practice.rules.foreign_text import foreign_text_problems, identifier
from practice.rules.spelling import read_own_words, unknown_words
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


BESIDE = {"en": "Yes, today.", "pt": "Sim, hoje.", "ru": "Да, сегодня."}
HEADING = {"en": "- Response times", "pt": "- Response times", "ru": "- Сроки ответа"}


@pytest.fixture(scope="module", autouse=True)
def words_looked_up_at_once(
    dictionaries: CachedDictionaries, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Reading a dictionary anew for each text would take minutes."""
    wanted: dict[LanguageCode, frozenset[str]] = {}

    def gather(words: Words, _languages: Iterable[Language]) -> Waiting:
        wanted.update({code: wanted.get(code, frozenset()) | words[code] for code in words})
        return lambda: {}

    for texts in (HEADING, *(BESIDE | {language: text} for language, text in FOREIGN + INNOCENT)):
        code = small_code(tmp_path_factory.mktemp("words"), texts)
        unknown_words(code, gather, {language.code: frozenset() for language in code.languages})
    dictionaries.unknown(wanted, read_code(ROOT).languages)()


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
    texts = BESIDE | {language: text}

    assert _check(tmp_path, dictionaries, texts) == [(language, "foreign-text", 1)]


@pytest.mark.parametrize(("language", "text"), INNOCENT)
def test_innocent_text_is_left_alone(
    tmp_path: Path, dictionaries: CachedDictionaries, language: str, text: str
) -> None:
    texts = BESIDE | {language: text}

    assert _check(tmp_path, dictionaries, texts) == []


def test_a_short_heading_copied_from_the_source_is_reported(
    tmp_path: Path, dictionaries: CachedDictionaries
) -> None:
    assert _check(tmp_path, dictionaries, HEADING) == [("pt", "foreign-text", 1)]
