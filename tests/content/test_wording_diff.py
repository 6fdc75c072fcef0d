"""What changed, word by word, and how much that is."""

from pathlib import Path

import pytest

from practice.blocks import Block, read_blocks
from practice.kept_wordings import (
    KeptWording,
    keep,
    read_kept_wordings,
    write_kept_wordings,
)
from practice.markdown_parser import parse
from practice.text import read_code
from practice.translation_notice import redline
from practice.wording_diff import changed_lines, size, words_changed
from tests.content.copies import ROOT


def _wording(markdown: str) -> tuple[str, tuple[Block, ...]]:
    return "Title", read_blocks(parse(markdown))


def _shown(before: str, after: str) -> str:
    return redline(changed_lines(_wording(before), _wording(after)))


@pytest.mark.parametrize(
    ("before", "after", "markup"),
    [
        ("In 3 days.", "In 3 days.", ""),
        ("In 3 days.", "In *3*\ndays.", ""),
        ("In 3 days.", "In 5 days.", "<p>In <del>3 </del><ins>5 </ins>days.</p>"),
        ("Go now.", "Go right now.", "<p>Go <ins>right </ins>now.</p>"),
        ("Go right now.", "Go now.", "<p>Go <del>right </del>now.</p>"),
        ("One.\n\nTwo.", "One.", "<p><del>Two.</del></p>"),
        ("One.", "One.\n\nTwo.", "<p><ins>Two.</ins></p>"),
        ("- a b\n- c d", "- a b\n- e f\n- c d", "<p><ins>e f</ins></p>"),
        (
            "Cats sleep.",
            "Nobody answers.",
            "<p><ins>Nobody answers.</ins></p><p><del>Cats sleep.</del></p>",
        ),
        ("В 3 дня.", "В 5 дней.", "<p>В <del>3 дня</del><ins>5 дней</ins>.</p>"),
    ],
)
def test_the_redline_marks_words(before: str, after: str, markup: str) -> None:
    assert _shown(before, after) == markup


def test_a_changed_title_is_part_of_the_redline() -> None:
    lines = changed_lines(("Old name here", ()), ("New name here", ()))

    assert redline(lines) == "<p><del>Old </del><ins>New </ins>name here</p>"


@pytest.mark.parametrize(
    ("words", "name"),
    [(0, "XS"), (5, "XS"), (6, "S"), (25, "S"), (26, "M"), (80, "M"), (81, "L")],
)
def test_sizes_have_fixed_limits(words: int, name: str) -> None:
    assert size(words) == name


def test_a_replaced_word_counts_once() -> None:
    lines = changed_lines(_wording("In 3 working days."), _wording("In 5 calendar days, please."))

    assert words_changed(lines) == 3


def test_every_wording_of_the_text_survives_being_kept() -> None:
    code = read_code(ROOT)
    for language in code.languages:
        for section in code.sections(language.code):
            assert keep(section).fingerprint == section.fingerprint, section.id


def test_code_with_backslashes_and_line_breaks_is_kept_exactly(tmp_path: Path) -> None:
    language = next(lang for lang in read_code(ROOT).languages if not lang.source)
    (tmp_path / language.folder).mkdir(parents=True)
    blocks = read_blocks(parse("```\na\\nb\n\n  c: d\n```\n\n> - x: y\n>     1. z\n"))
    wording = KeptWording(title="T: t", blocks=blocks)

    write_kept_wordings(tmp_path, language, {wording.fingerprint: wording})

    assert [kept.fingerprint for kept in read_kept_wordings(tmp_path, language).values()] == [
        wording.fingerprint
    ]
