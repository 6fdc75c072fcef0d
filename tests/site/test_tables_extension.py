"""Cells of tables name their columns."""

from markdown import markdown

EXTENSIONS = ["tables", "practice.tables_extension"]


def test_cell_of_a_table_names_its_column() -> None:
    html = markdown("| Word | *Force* |\n|---|---|\n| must | obligation |", extensions=EXTENSIONS)

    assert '<td data-label="Word">must</td>' in html
    assert '<td data-label="Force">obligation</td>' in html


def test_aligned_column_has_no_inline_style() -> None:
    html = markdown("| Word | Days |\n|---|---:|\n| answer | 10 |", extensions=EXTENSIONS)

    assert "style" not in html


def test_row_shorter_than_the_heading_is_kept() -> None:
    html = markdown("| A | B |\n|---|---|\n| only |", extensions=EXTENSIONS)

    assert html.count("<td") == 2
