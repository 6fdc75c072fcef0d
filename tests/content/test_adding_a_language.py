"""One command makes a language; two translated pages are checked like any others."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from practice.content_check import check_content
from practice.languages import read_languages
from practice.languages_command import application
from practice.messages import read_messages
from practice.rules.dictionaries import CachedDictionaries
from practice.text import LanguageCode, read_code
from practice.translation_state import State, read_locks, standings
from tests.content.copies import ROOT, replace_text

SPANISH = LanguageCode("es")
STANDARDS = {
    "This register lists every promise of this code that carries a number, with the section that"
    " makes it.": "Este registro contiene cada promesa de este código que lleva un número, con la"
    " sección que la hace.",
    "The section binds, and the register repeats it for quick reading.": "La sección obliga, y el"
    " registro la repite para una lectura rápida.",
    "The code owner must change the section and the register in the same revision.": "El"
    " responsable del código debe cambiar la sección y el registro en la misma revisión.",
    "The code owner must record, for each changed number, the day from which it holds and the"
    " reason.": "El responsable del código debe anotar, para cada número cambiado, el día desde el"
    " que vale y el motivo.",
    "Anyone may [comment](": "Cualquiera puede [comentar](",
    ") on the section behind a number.": ") la sección que está detrás de un número.",
}


def _add(root: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(application, ["add", *arguments, "--root", str(root)])
    return done.exit_code, done.output


@pytest.fixture
def spanish(project: Path) -> Path:
    code, output = _add(project, "es", "--name", "Español")
    assert code == 0, output
    return project


def _translate(root: Path, name: str, translations: dict[str, str]) -> None:
    """A Spanish page made from the English one: the same front matter, sentence by sentence."""
    text = (root / "docs" / "en" / name).read_text(encoding="utf-8")
    (root / "docs" / "es" / name).write_text(text, encoding="utf-8")
    for english, own in translations.items():
        replace_text(root / "docs" / "es" / name, english, own)


def test_a_new_language_is_complete_and_wholly_missing(spanish: Path) -> None:
    languages = {language.code: language for language in read_languages(spanish)}
    code = read_code(spanish)
    found = standings(code, read_locks(spanish, code))

    new = languages[SPANISH]
    assert (new.name, new.tag, new.locale, new.direction) == ("Español", "es", "es_ES", "ltr")
    assert (new.stemmer, new.spelling, new.identification) == ("spanish", "es_ES", "es")
    assert new.order == max(language.order for language in languages.values())
    assert {s.state for (_, name), s in found.items() if name == SPANISH} == {State.MISSING}
    assert {s.state for (_, name), s in found.items() if name != SPANISH} == {State.CURRENT}


def test_a_new_language_has_every_file_of_the_others(spanish: Path) -> None:
    translated = next(lang for lang in read_languages(ROOT) if not lang.source)
    files = {path.name for path in (ROOT / translated.folder).iterdir()}

    # A language may do without a formula for readability and without help for the search.
    assert {path.name for path in (spanish / "languages" / "es").iterdir()} == files - {
        "readability.yml",
        "search.yml",
    }


def test_a_new_language_speaks_english_until_its_messages_are_translated(spanish: Path) -> None:
    languages = {language.code: language for language in read_languages(spanish)}
    source = next(language for language in languages.values() if language.source)
    english, messages = read_messages(spanish, source), read_messages(spanish, languages[SPANISH])

    assert messages.single == english.single
    assert messages.plurals.keys() == english.plurals.keys()
    assert messages.counted("%(count)s working day", 2) == "2 working days"


def test_a_new_language_passes_the_checks(spanish: Path, dictionaries: CachedDictionaries) -> None:
    checked = check_content(spanish, dictionaries.unknown)

    assert [str(problem) for problem in checked.problems] == []


def test_a_translated_page_passes_the_checks_although_no_data_is_filled(
    spanish: Path, dictionaries: CachedDictionaries
) -> None:
    _translate(
        spanish,
        "standards.md",
        {
            "title: Service standards": "title: Niveles de servicio",
            "# Service standards": "# Niveles de servicio",
            **STANDARDS,
        },
    )

    checked = check_content(spanish, dictionaries.unknown)

    assert [str(problem) for problem in checked.problems] == []
    assert any("duty.yml" in note for note in checked.notes)


def test_faults_in_a_new_language_are_reported(
    spanish: Path, dictionaries: CachedDictionaries
) -> None:
    _translate(spanish, "standards.md", {"# Service standards": "# Niveles de servicio"})

    codes = {problem.code for problem in check_content(spanish, dictionaries.unknown).problems}

    assert {"foreign-text", "title-differs"} <= codes


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("pt", "--name", "Português"), "is there already"),
        (("xx", "--name", "Português"), "is the name of pt already"),
        (("Español", "--name", "Español"), "is no language code"),
        (("../es", "--name", "Español"), "is no language code"),
        (("es", "--name", " "), "own name"),
        (("qq", "--name", "Qq"), "no locale"),
        (("es", "--name", "Español", "--locale", "zz_ZZ"), "no locale"),
    ],
)
def test_a_language_that_cannot_be_added_is_refused_and_nothing_is_written(
    project: Path, arguments: tuple[str, ...], reason: str
) -> None:
    before = set(project.rglob("*"))

    code, output = _add(project, *arguments)

    assert code == 2
    assert reason in output
    assert set(project.rglob("*")) == before


@pytest.mark.parametrize(
    ("code", "name", "direction", "locale"),
    [
        ("ar", "العربية", "rtl", "ar_EG"),
        ("uk", "Українська", "ltr", "uk_UA"),
        ("de", "Deutsch", "ltr", "de_DE"),
    ],
)
def test_other_languages_are_described_by_what_babel_knows(
    project: Path, code: str, name: str, direction: str, locale: str
) -> None:
    assert _add(project, code, "--name", name)[0] == 0

    new = next(lang for lang in read_languages(project) if lang.code == code)
    assert (new.name, new.direction, new.locale) == (name, direction, locale)
