"""Ratios, the goals of issue 7, and the tables that tell of them."""

import json
from pathlib import Path

import pytest
from lxml import etree

from bench.figures import Figure, Figures, Spread
from bench.results import AT_LEAST, AT_MOST, Part, Row, goals_table, keep, shown, write_into
from bench.service_goals import GOALS, rows
from bench.service_measures import BARE, ISSO, SAID, TINYDB

MACHINE = {
    "at": "2026-11-22T09:00:00+00:00",
    "commit": "abc",
    "cores": 2,
    "processor": "EPYC",
    "memory_gb": 24,
    "system": "Linux",
    "python": "3.11",
    "load": [0.5, 1, 2],
}


def _figures(name: str, values: dict[tuple[str, int], list[float]]) -> Figures:
    figures = Figures()
    for (system, stored), rounds in values.items():
        for value in rounds:
            figures.keep(Figure(name, system, stored), value)
    return figures


def _row(ratio: Spread, relation: str = AT_LEAST, limit: float = 0.75) -> Row:
    return Row(work="counts", ours="7 /s", ratio=ratio, relation=relation, limit=limit)


def test_ratio_is_that_of_the_medians_and_its_ends_are_those_of_rounds() -> None:
    values = {(TINYDB, 0): [100.0, 300.0, 200.0], (ISSO, 0): [10.0, 20.0, 50.0]}
    figures = _figures("post-1 a second", values)
    ours, other = figures.names()

    assert figures.ratio(ours, other) == Spread(10.0, 4.0, 15.0)


def test_a_goal_is_told_for_each_n_and_one_that_is_not_reached_stands_among_them() -> None:
    values = {(TINYDB, 0): [90.0], (ISSO, 0): [10.0], (TINYDB, 1000): [30.0], (ISSO, 1000): [10.0]}

    told = list(rows(_figures("post-1 a second", values), [0, 1000], 125))

    assert [(row.stored, row.ours, row.other, row.ratio.median, row.holds) for row in told] == [
        ("0", "90.0 /s", "10.0 /s", 9.0, True),
        ("1,000", "30.0 /s", "10.0 /s", 3.0, False),
    ]
    assert "| **fails** |" in goals_table(told)[-1]


def test_a_section_is_compared_only_where_it_has_all_its_comments() -> None:
    values = {(TINYDB, 0): [9.0], (BARE, 0): [10.0], (TINYDB, 1000): [6.0], (BARE, 1000): [10.0]}

    told = list(rows(_figures("section a second", values), [0, 1000], 125))

    assert [(row.stored, row.ratio.median) for row in told] == [("1,000", 0.6)]


def test_the_most_stored_is_compared_with_the_fewest_and_never_with_itself() -> None:
    figures = _figures("post-1 p50 ms", {(TINYDB, 0): [2.0], (TINYDB, 50_000): [2.5]})

    (told,) = rows(figures, [0, 50_000], 125)

    assert (told.stored, told.ours, told.other, told.ratio.median) == (
        "50,000", "2.50 ms", "2.00 ms", 1.25,
    )  # fmt: skip
    assert list(rows(figures, [0], 125)) == []


def test_a_goal_without_another_is_about_the_figure_itself() -> None:
    (told,) = rows(_figures("memory MB", {(TINYDB, 0): [97.0, 131.0, 140.0]}), [0], 125)

    assert (told.ratio.median, told.other, told.holds) == (131.0, "", False)


@pytest.mark.parametrize(
    ("ratio", "relation", "holds"),
    [
        (0.75, AT_LEAST, True),
        (0.74, AT_LEAST, False),
        (0.75, AT_MOST, True),
        (0.76, AT_MOST, False),
    ],
)
def test_a_goal_holds_by_its_median(ratio: float, relation: str, holds: bool) -> None:
    assert _row(Spread(ratio, 0.1, 9.0), relation).holds is holds


def test_every_figure_of_a_goal_has_words_for_its_table() -> None:
    named = {one.name for goal in GOALS for one in (goal.upper, goal.lower) if one}

    assert named - set(SAID) == set()


@pytest.mark.parametrize(
    ("value", "said"),
    [(12_345.6, "12,346"), (12.34, "12.3"), (1.234, "1.23"), (0.0123, "0.012")],
)
def test_figures_are_shown_with_three_digits(value: float, said: str) -> None:
    assert shown(value) == said


def test_parts_of_several_benches_make_one_result(tmp_path: Path) -> None:
    for name, ratio in (("service", 0.8), ("site", 0.7)):
        row = _row(Spread(ratio, 0.5, 0.9))
        keep(Part(name=name, title=f"The {name}", machine=MACHINE, rows=[row]), tmp_path)

    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert {name: one["rows"][0]["holds"] for name, one in results.items()} == {
        "service": True,
        "site": False,
    }
    text = (tmp_path / "results.md").read_text("utf-8")
    assert text.index("## The service") < text.index("## The site")
    assert "| counts |  | 7 /s |  | 0.700 (0.500–0.900) | ≥ 0.75 | **fails** |" in text
    chart = etree.fromstring((tmp_path / "results.svg").read_bytes())
    assert len(chart.findall("{http://www.w3.org/2000/svg}circle")) == 2


def test_only_what_stands_between_the_markers_of_a_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("Before.\n<!-- measured: a -->\nold\n<!-- /measured: a -->\nAfter.\n", "utf-8")

    write_into(page, "a", "new\n")

    assert page.read_text("utf-8") == (
        "Before.\n<!-- measured: a -->\nnew\n<!-- /measured: a -->\nAfter.\n"
    )
    with pytest.raises(ValueError, match="has no place for b"):
        write_into(page, "b", "new")
