"""What the reader of a section that is behind is told, in their own language."""

from pathlib import Path

import pytest
from lxml import html

from practice.messages import read_messages
from practice.text import LanguageCode, SectionId, read_code
from practice.translation_notice import behind_notice, leading_language
from practice.translation_state import read_locks, standings
from tests.content.copies import copy_page, replace_text

EN, PT, RU = (LanguageCode(name) for name in ("en", "pt", "ru"))
SECTION = SectionId("complaints-acknowledge")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_page(tmp_path / "project", "complaints.md")


def _notice(root: Path, language: LanguageCode, section: SectionId = SECTION) -> str:
    code = read_code(root)
    standing = standings(code, read_locks(root, code))[section, language]
    reader = next(lang for lang in code.languages if lang.code == language)
    address = f"../../{leading_language(standing, code).code}/complaints/#{section}"
    return behind_notice(standing, code, messages=read_messages(root, reader), address=address)


def _change_english(root: Path) -> None:
    replace_text(root / "docs/en/complaints.md", "within 3 working days", "within 5 working days")


def _change_russian(root: Path) -> None:
    replace_text(root / "docs/ru/complaints.md", "в течение 3 рабочих", "в течение 5 рабочих")


def _text_of(markup: str) -> str:
    return " ".join(html.fragment_fromstring(markup).text_content().split())


def test_a_current_section_shows_nothing(project: Path) -> None:
    assert _notice(project, PT) == ""


def test_a_section_behind_says_since_when_in_portuguese(project: Path) -> None:
    _change_english(project)

    said = _text_of(_notice(project, PT))

    assert said.startswith("Esta tradução corresponde à revisão 1.0 (aceita em ")
    assert " de 2026). O texto original (English) mudou desde então." in said
    assert "O que mudou no texto (English)" in said


def test_a_section_behind_says_since_when_in_russian(project: Path) -> None:
    _change_english(project)

    said = _text_of(_notice(project, RU))

    assert said.startswith("Этот перевод соответствует редакции 1.0 (принят ")
    assert "С тех пор исходный текст (English) изменился." in said
    assert "Что изменилось в тексте (English)" in said


def test_the_change_is_a_redline_in_the_language_of_the_source(project: Path) -> None:
    _change_english(project)

    markup = html.fragment_fromstring(_notice(project, PT))

    redline = markup.find_class("cop-redline")[0]
    assert (redline.get("lang"), redline.get("dir")) == ("en", "ltr")
    assert [element.text_content().strip() for element in redline.iter("del")] == ["3"]
    assert [element.text_content().strip() for element in redline.iter("ins")] == ["5"]


def test_the_notice_leads_to_the_current_text(project: Path) -> None:
    _change_english(project)

    link = next(html.fragment_fromstring(_notice(project, RU)).iter("a"))

    assert link.get("href") == "../../en/complaints/#complaints-acknowledge"
    assert link.get("hreflang") == "en"


def test_english_tells_of_a_change_made_first_in_russian(project: Path) -> None:
    _change_russian(project)

    markup = _notice(project, EN)

    assert "The text in Русский was changed after revision 1.0" in _text_of(markup)
    assert 'lang="ru"' in markup
    assert _notice(project, RU) == ""


def test_a_section_nobody_accepted_says_so(project: Path) -> None:
    (project / "languages/pt/translation.lock").unlink()

    assert "Ninguém confirmou ainda" in _text_of(_notice(project, PT))


def test_a_section_that_lost_text_says_so(project: Path) -> None:
    path = project / "docs/ru/complaints.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    start = next(n for n, line in enumerate(lines) if f"{{ #{SECTION} }}" in line)
    item = next(n for n in range(start, len(lines)) if lines[n].startswith("- "))
    path.write_text("\n".join(lines[:item] + lines[item + 1 :]), encoding="utf-8")

    assert "отсутствует часть исходного текста (English)" in _text_of(_notice(project, RU))


def test_markup_in_the_source_is_text_in_the_notice(project: Path) -> None:
    replace_text(
        project / "docs/en/complaints.md", "within 3 working days", "within `<b>3</b>` days & more"
    )

    markup = _notice(project, PT)

    assert "<b>" not in markup
    assert "<b>3" in _text_of(markup)
