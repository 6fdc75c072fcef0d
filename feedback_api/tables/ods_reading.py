"""Reads the cells of an OpenDocument spreadsheet that somebody else wrote.

Expat reports elements one by one, so that nothing is built but what is kept; a document type
declaration is refused before any entity could be declared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn
from xml.parsers import expat

from feedback_api.tables.limits import COLUMN_LIMIT, DEPTH_LIMIT, ELEMENT_LIMIT, ROW_LIMIT
from feedback_api.tables.ods_package import content_chunks
from feedback_api.tables.refusal import TableRefused, Unreadable
from feedback_api.tables.table import ReadRow

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE = f"{_OASIS}table:1.0 ", f"{_OASIS}text:1.0 ", f"{_OASIS}office:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# Text inside a cell, or beside the rows, that is none of the cell's.
_ASIDE = {
    f"{_OFFICE}annotation",
    f"{_TEXT}note",
    f"{_TEXT}ruby-text",
    f"{_TABLE}shapes",
    f"{_TABLE}tracked-changes",
}
_DRAWN = f"{_OASIS}drawing:1.0 "
_BLANKS = re.compile("[ \t]*[\r\n][ \t\r\n]*| +")


def read_ods(package: bytes) -> Sequence[ReadRow]:
    """Every row of every sheet that holds any text. Raises TableRefused."""
    return _Reading().of(content_chunks(package))


class _Reading:
    """One pass over content.xml."""

    def __init__(self) -> None:
        self._rows: list[ReadRow] = []
        self._elements = self._depth = 0
        self._aside = 0  # the depth at which a part that is no cell's began
        self._sheet = ""
        self._number = 0
        self._row_repeats = 1
        self._row: list[str] = []
        self._computed: set[int] = set()
        self._merged: set[int] = set()
        self._cell: Mapping[str, str] | None = None
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None

    def of(self, chunks: Iterable[bytes]) -> Sequence[ReadRow]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError):  # an encoding nobody knows
            raise TableRefused(Unreadable.BROKEN) from None
        return self._rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > ELEMENT_LIMIT or self._depth > DEPTH_LIMIT:
            raise TableRefused(Unreadable.TOO_LARGE)
        if self._aside:
            return
        if name in _ASIDE or name.startswith(_DRAWN):
            self._aside = self._depth
        elif name in _CELLS:
            self._cell, self._paragraphs = attributes, []
        elif name == f"{_TABLE}table-row":
            self._begin_row(attributes)
        elif name == f"{_TABLE}table":
            self._sheet, self._number = attributes.get(f"{_TABLE}name", ""), 0
        elif self._cell is not None:
            self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _PARAGRAPHS:
            self._pieces = []
        elif self._pieces is None:
            return
        elif name == f"{_TEXT}s":
            # No line is longer than a file may be: a count is no way to make it so.
            self._pieces.append("\x00" * min(_count(attributes, f"{_TEXT}c"), 10_000))
        elif name == f"{_TEXT}tab":
            self._pieces.append("\x01")
        elif name == f"{_TEXT}line-break":
            self._pieces.append("\x02")

    def _characters(self, text: str) -> None:
        if self._pieces is not None and not self._aside:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if self._aside:
            if self._depth == self._aside:
                self._aside = 0
        elif name in _PARAGRAPHS and self._pieces is not None:
            self._paragraphs.append(_as_shown("".join(self._pieces)))
            self._pieces = None
        elif name in _CELLS and self._cell is not None:
            self._end_cell(name, self._cell)
        elif name == f"{_TABLE}table-row":
            self._end_row()
        self._depth -= 1

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row, self._computed, self._merged = [], set(), set()
        self._row_repeats = _count(attributes, f"{_TABLE}number-rows-repeated")

    def _end_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        text = "\n".join(self._paragraphs)
        if not self._paragraphs:
            text = attributes.get(f"{_OFFICE}string-value", "")
        first, room = len(self._row), COLUMN_LIMIT - len(self._row)
        times = min(_count(attributes, f"{_TABLE}number-columns-repeated"), room)
        self._row += [text] * times
        if f"{_TABLE}formula" in attributes:
            self._computed.update(range(first, first + times))
        if name != _CELLS[0] or _is_spanning(attributes):
            self._merged.update(range(first, first + times))
        self._cell = None

    def _end_row(self) -> None:
        if any(text.strip() for text in self._row):
            if len(self._rows) + self._row_repeats > ROW_LIMIT + 1:  # the headings are a row, too
                raise TableRefused(Unreadable.TOO_MANY_ROWS)
            for repeat in range(self._row_repeats):
                self._rows.append(
                    ReadRow(
                        sheet=self._sheet,
                        number=self._number + 1 + repeat,
                        cells=tuple(self._row),
                        computed=frozenset(self._computed),
                        merged=frozenset(self._merged),
                    )
                )
        self._number += self._row_repeats


def _refuse(*_declared: object) -> NoReturn:
    raise TableRefused(Unreadable.BROKEN)


def _is_spanning(attributes: Mapping[str, str]) -> bool:
    spans = (f"{_TABLE}number-{kind}-spanned" for kind in ("columns", "rows"))
    return any(_count(attributes, span) > 1 for span in spans)


def _count(attributes: Mapping[str, str], name: str) -> int:
    """1 unless a larger number is stated."""
    stated = attributes.get(name, "1")
    return max(1, int(stated)) if stated.isascii() and stated.isdecimal() and len(stated) < 9 else 1


def _as_shown(paragraph: str) -> str:
    """Blanks collapsed (ODF 1.2, 6.1.2), then those that were elements put in their places.

    Tabs stay, as LibreOffice keeps them. The control characters that stand for the elements
    cannot come from the file: XML forbids them.
    """
    collapsed = _BLANKS.sub(" ", paragraph).strip(" ")
    return collapsed.replace("\x00", " ").replace("\x01", "\t").replace("\x02", "\n")
