"""The commands at a terminal: what they print, where, and the code they end with."""

import json
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from practice.check_content_command import check_content_command
from practice.translate_command import application
from tests.content.copies import ROOT, copy_page, replace_text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = copy_page(tmp_path / "project", "standards.md")
    # Verdicts on words that earlier runs have looked up: reading the dictionaries takes seconds.
    (root / "build").mkdir()
    (ROOT / "build" / "spelling").mkdir(parents=True, exist_ok=True)
    (root / "build" / "spelling").symlink_to(ROOT / "build" / "spelling")
    return root


def _translate(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, [*arguments, "--root", str(root)])


def _check(root: Path, *arguments: str) -> Result:
    command = typer.Typer()
    command.command()(check_content_command)
    return CliRunner().invoke(command, [*arguments, "--root", str(root)])


def _git(root: Path, *arguments: str) -> None:
    options = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
    subprocess.run(["git", *options, *arguments], cwd=root, check=True, capture_output=True)


def _change_english(root: Path) -> None:
    replace_text(root / "docs/en/standards.md", "in the same revision", "in one revision")


def test_status_is_a_table_by_page_and_language(project: Path) -> None:
    _change_english(project)

    done = _translate(project, "status")

    assert done.exit_code == 0
    assert "standards" in done.output
    assert done.output.count("1 behind XS") == 4
    assert "1 current" in done.output


def test_status_for_machines_says_why_and_how_much(project: Path) -> None:
    _change_english(project)

    records = json.loads(_translate(project, "status", "--json").stdout)["sections"]

    own = next(record for record in records if record["language"] == "pt")
    assert (own["section"], own["state"], own["cause"]) == ("standards", "behind", "source-changed")
    assert (own["words_changed"], own["size"], own["behind"]) == (2, "XS", "en")
    assert own["accepted"]["verdict"] == "translated"


def test_status_names_a_refused_lock_and_fails(project: Path) -> None:
    lock = project / "languages/ru/translation.lock"
    replace_text(lock, "verdict: translated", "verdict: perfect")

    done = _translate(project, "status")

    assert done.exit_code == 1
    assert "languages/ru/translation.lock:1: lock-entry standards: " in done.stderr


def test_diff_marks_words_without_colour(project: Path) -> None:
    _change_english(project)

    done = _translate(project, "diff", "standards", "pt")

    assert done.exit_code == 0
    assert "[-the same -]{+one +}revision." in done.stdout


def test_diff_marks_words_in_colour(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    _change_english(project)

    done = _translate(project, "diff", "standards", "pt")

    assert "\x1b[9;31mthe same " in done.stdout
    assert "\x1b[4;32mone " in done.stdout


def test_diff_shows_english_what_a_translation_changed_first(project: Path) -> None:
    replace_text(project / "docs/pt/standards.md", "na mesma revisão", "em uma única revisão")

    done = _translate(project, "diff", "standards", "en")

    assert "Changes in Português" in done.stdout
    assert "[-na mesma -]{+em uma única +}revisão" in done.stdout


def test_diff_of_a_current_section_says_that_nothing_changed(project: Path) -> None:
    assert "Nothing has changed" in _translate(project, "diff", "standards", "ru").stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("diff", "nowhere", "pt"), "no section “nowhere”"),
        (("diff", "standards", "xx"), "no language here: use one of en, pt, ru"),
        (("accept", "standards", "en", "--by", "Ana"), "translations: use one of pt, ru"),
        (("accept", "standards", "xx", "--by", "Ana"), "no language with translations"),
        (("accept", "pt", "--by", "Ana"), "Name the sections"),
        (("accept", "standards", "pt", "--by", " "), "Say who accepts"),
        (("accept", "standards", "pt", "--all", "--by", "Ana"), "not both"),
        (("predict", "no-such-commit"), "no commit “no-such-commit”"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    project: Path, arguments: tuple[str, ...], reason: str
) -> None:
    done = _translate(project, *arguments)

    assert done.exit_code == 2
    assert reason in done.stderr


def test_accept_counts_and_refuses(project: Path) -> None:
    _change_english(project)
    replace_text(project / "docs/pt/standards.md", "na mesma revisão", "em uma única revisão")

    accepted = _translate(project, "accept", "--all", "pt", "--by", "Ana")
    refused = _translate(project, "accept", "standards", "ru", "--by", "Ana")

    assert (accepted.exit_code, accepted.stdout) == (0, "pt: 1 accepted.\n")
    assert (refused.exit_code, refused.stdout) == (1, "ru: 0 accepted.\n")
    assert "standards (ru) refused: the translation has not changed" in refused.stderr


def test_predict_names_what_a_branch_leaves_behind(project: Path) -> None:
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-qm", "first")
    _change_english(project)

    done = _translate(project, "predict", "main")
    markdown = _translate(project, "predict", "main", "--markdown").stdout

    assert done.stdout.splitlines() == ["standards pt behind XS", "standards ru behind XS"]
    assert "| `standards` | Português | behind | 2 | XS |" in markdown


def test_predict_says_that_nothing_is_left_behind(project: Path) -> None:
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-qm", "first")

    done = _translate(project, "predict", "HEAD", "--markdown")

    assert done.stdout == "This branch leaves no translation behind.\n"


def test_check_content_ends_well_and_reports_figures(project: Path) -> None:
    replace_text(project / "docs/en/standards.md", "index.md#index-comment", "#standards")
    for language in ("pt", "ru"):
        path = project / f"docs/{language}/standards.md"
        replace_text(path, "index.md#index-comment", "#standards")

    done = _check(project, "--report")

    assert (done.exit_code, done.stderr) == (0, "The text: no problems.\n")
    assert "Флеш (Оборнева)" in done.stdout


def test_check_content_prints_problems_line_by_line(project: Path) -> None:
    replace_text(
        project / "docs/ru/standards.md", "Ответственный за кодекс обязан", "Рекомендуется"
    )

    done = _check(project)

    assert done.exit_code == 1
    lines = [line for line in done.stdout.splitlines() if " force " in line]
    assert len(lines) == 1
    assert lines[0].startswith("docs/ru/standards.md:14: force standards: “Рекомендуется” (should)")


def test_check_content_against_a_commit_finds_forged_locks(project: Path) -> None:
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-qm", "first")

    assert " lock-bumped " not in _check(project, "--base", "main").stdout
    assert _check(project, "--base", "elsewhere").exit_code == 2
