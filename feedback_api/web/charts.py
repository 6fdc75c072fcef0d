"""Pictures of counts, laid out for templates/charts.html, which draws them as SVG.

Of the libraries looked at none fits: pygal writes a style element and a script into each picture,
which the Content-Security-Policy forbids (its issue 489 is open since 2020); svg.charts and
pysvgchart fix their colours in the picture, so that neither the dark nor the printed page could
choose. Rectangles and text are all that is needed, and classes of the style sheet colour them.

Lengths are SVG user units, made for 320 in width: that is about a pixel each on a narrow screen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 320
LEVELS = 4
_NAMED_ROW = 34
_DATED_ROW = 20
_DATE_WIDTH = 108
_NUMBER_WIDTH = 48
_CELL_WIDTH = 40
_CELL_HEIGHT = 36
_CELLS_IN_ROW = WIDTH // _CELL_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One number: `key` names it for programs, `said` is it in the reader's form.

    `url` leads to the list of just these comments, where there is such a list.
    """

    key: str
    name: str
    number: int
    said: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A count as a bar: its name over it, or before it where names are as short as dates."""

    count: Count
    name_y: int
    x: int
    y: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Bars from the top down; `id` is unique on the page, `of` says what is named."""

    id: str
    title: str
    description: str
    of: str
    bars: Sequence[Bar]
    height: int

    @property
    def counts(self) -> Sequence[Count]:
        return [bar.count for bar in self.bars]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A count as a cell, the darker the more: `level` is from 0 (none) to LEVELS (the most)."""

    count: Count
    label: str
    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A page with a cell for each of its sections, in reading order."""

    id: str
    page: Count
    title: str
    description: str
    cells: Sequence[Cell]
    height: int


def bar_chart(
    name: str,
    counts: Sequence[Count],
    *,
    title: str,
    description: str,
    of: str,
    dated: bool = False,
) -> BarChart:
    """The longest bar fills the width; `dated`: names are short and stand before their bars."""
    most = max((count.number for count in counts), default=0) or 1
    row, left = (_DATED_ROW, _DATE_WIDTH) if dated else (_NAMED_ROW, 0)
    room = WIDTH - left - (_NUMBER_WIDTH if dated else 0)
    return BarChart(
        id=f"chart-{name}",
        title=title,
        description=description,
        of=of,
        bars=[
            Bar(
                count=count,
                name_y=place * row + 14,
                x=left,
                y=place * row + (4 if dated else 19),
                length=round(room * count.number / most),
            )
            for place, count in enumerate(counts)
        ],
        height=len(counts) * row,
    )


def heat_row(
    page: Count,
    sections: Iterable[tuple[str, Count]],
    *,
    most: int,
    title: str,
    description: str,
) -> HeatRow:
    """`sections`: the short label and the count of each; `most`: the highest of all pages."""
    cells = [
        Cell(
            count=count,
            label=label,
            level=-(-LEVELS * count.number // (most or 1)),
            x=place % _CELLS_IN_ROW * _CELL_WIDTH,
            y=place // _CELLS_IN_ROW * _CELL_HEIGHT,
        )
        for place, (label, count) in enumerate(sections)
    ]
    return HeatRow(
        id=f"heat-{page.key}",
        page=page,
        title=title,
        description=description,
        cells=cells,
        height=-(-len(cells) // _CELLS_IN_ROW) * _CELL_HEIGHT,
    )
