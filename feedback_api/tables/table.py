"""A table as it is written to a file, and as it was read from one."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`choices`: what a spreadsheet offers for each cell; none means anything may be typed."""

    heading: str
    width_cm: float = 3.0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All cells are text, whatever they look like; `tag` is the BCP 47 tag of its headings."""

    name: str
    tag: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row that holds any text; `number` counts from 1, as spreadsheet programs do.

    `computed` and `merged` are the places of cells that hold a formula or part of a merged cell.
    """

    sheet: str
    number: int
    cells: tuple[str, ...]
    computed: frozenset[int] = frozenset()
    merged: frozenset[int] = frozenset()
