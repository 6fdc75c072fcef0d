"""Marks in the text let exactly what they name pass, with a reason, and nothing else."""

from pathlib import Path

import pytest

from practice.content_check import check_content
from practice.rules.dictionaries import CachedDictionaries
from tests.content.copies import copy_page, replace_text

SENTENCE = "The Company must not charge for a complaint at any stage."
PAGE = Path("docs/en/complaints.md")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = copy_page(tmp_path / "project", "complaints.md")
    section = "\n## What counts"
    replace_text(root / PAGE, section, f"\nThe taem may not forget this.\n{section}")
    return root


def _codes(root: Path, dictionaries: CachedDictionaries) -> list[str]:
    return sorted(
        problem.code
        for problem in check_content(root, dictionaries.unknown).problems
        if problem.path == PAGE and problem.code != "broken-link"
    )


def _mark(root: Path, text: str) -> None:
    replace_text(root / PAGE, "The taem may", f"{text}\nThe taem may")


def test_without_a_mark_everything_is_reported(
    project: Path, dictionaries: CachedDictionaries
) -> None:
    assert _codes(project, dictionaries) == ["force", "negation", "skeleton", "spelling"]


def test_a_mark_lets_its_own_code_pass(project: Path, dictionaries: CachedDictionaries) -> None:
    _mark(project, "<!-- allow spelling: it is quoted as it was written -->")

    assert _codes(project, dictionaries) == ["force", "negation", "skeleton"]


def test_several_marks_may_stand_above_one_block(
    project: Path, dictionaries: CachedDictionaries
) -> None:
    _mark(project, "<!-- allow spelling: quoted -->\n<!-- allow skeleton: only here -->")

    assert _codes(project, dictionaries) == ["force", "negation"]


def test_a_mark_under_a_heading_reaches_what_is_reported_on_the_heading(
    project: Path, dictionaries: CachedDictionaries
) -> None:
    heading = "# Complaints { #complaints }\n"
    replace_text(project / PAGE, heading, f"{heading}\n<!-- allow negation: only here -->")

    assert "negation" not in _codes(project, dictionaries)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!-- allow spelling -->", "allow-without-reason"),
        ("<!-- allow spelling: -->", "allow-without-reason"),
        ("<!-- allow speling: quoted -->", "allow-unknown-code"),
        ("<!-- allow lock-bumped: trust me -->", "allow-unknown-code"),
        ("<!-- allow fact: nothing of the kind is here -->", "allow-unused"),
        ("<!-- allow: quoted -->", "allow-form"),
        ("It stands <!-- allow spelling: quoted --> inside.", "allow-form"),
    ],
)
def test_a_bad_mark_is_reported_and_lets_nothing_pass(
    project: Path, dictionaries: CachedDictionaries, text: str, code: str
) -> None:
    _mark(project, text)

    found = _codes(project, dictionaries)

    assert code in found
    assert "spelling" in found


def test_a_mark_ends_with_its_block(project: Path, dictionaries: CachedDictionaries) -> None:
    _mark(project, "<!-- allow spelling: quoted -->")
    replace_text(project / PAGE, SENTENCE, SENTENCE.replace("Company", "Compny"))

    assert "spelling" in _codes(project, dictionaries)


def test_a_mark_inside_code_is_text(project: Path, dictionaries: CachedDictionaries) -> None:
    _mark(project, "```\n<!-- allow spelling: shown to editors -->\n```\n")

    assert "spelling" in _codes(project, dictionaries)
