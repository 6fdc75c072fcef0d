"""The cycles of this repository keep what the code promises, and a broken promise is found."""

import shutil
from pathlib import Path

import pytest

from practice.content_check import check_content
from practice.rules.cycles import cycle_problems
from practice.rules.dictionaries import CachedDictionaries
from practice.standards import read_standards
from practice.text import read_code
from tests.content.copies import replace_text

PATH = Path("cycles/2027-1/cycle.yml")


def _found(project: Path) -> list[tuple[str, int, str]]:
    problems = cycle_problems(project, read_code(project), read_standards(project))
    return [(problem.path.as_posix(), problem.line, problem.code) for problem in problems]


def _line(project: Path, start: str) -> int:
    lines = (project / PATH).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def test_first_cycle_keeps_every_promise(project: Path) -> None:
    assert _found(project) == []


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("closes: 2027-02-26T18:00", "closes: 2027-02-10T08:00", True),
        ("closes: 2027-02-26T18:00", "closes: 2027-02-09T23:00", False),
        ("objection_days: 14", "objection_days: 13", False),
        ("objection_days: 14", "objection_days: 15", True),
        ("retention_days: 180", "retention_days: 181", False),
        ("retention_days: 180", "retention_days: 30", True),
    ],
)
def test_cycle_that_breaks_a_promise_is_found(
    project: Path, old: str, new: str, kept: bool
) -> None:
    line = _line(project, old)
    replace_text(project / PATH, old, new)

    assert _found(project) == ([] if kept else [(PATH.as_posix(), line, "cycle-promise")])


def test_promise_that_is_not_in_the_register_binds_no_cycle(project: Path) -> None:
    replace_text(project / PATH, "objection_days: 14", "objection_days: 1")
    replace_text(project / "docs/standards.yml", "- id: objection\n", "- id: protest\n")

    assert _found(project) == []


def test_newest_cycle_must_speak_every_finished_language(project: Path) -> None:
    shutil.copytree(project / "languages/pt", project / "languages/xx")
    shutil.copytree(project / "docs/pt", project / "docs/xx")

    assert _found(project) == [(PATH.as_posix(), 2, "cycle-language")]


def test_young_language_may_be_silent(project: Path) -> None:
    shutil.copytree(project / "languages/pt", project / "languages/xx")
    shutil.copytree(project / "docs/pt", project / "docs/xx")
    (project / "docs/xx/why.md").unlink()

    assert _found(project) == []


def test_check_of_the_text_reports_a_cycle_too(
    project: Path, dictionaries: CachedDictionaries
) -> None:
    line = _line(project, "time_zone:")
    replace_text(project / PATH, "Europe/Lisbon", "Mars")

    problems = check_content(project, dictionaries.unknown).problems

    found = [(problem.path, problem.line, problem.code) for problem in problems]
    assert (PATH, line, "cycle-time-zone") in found
