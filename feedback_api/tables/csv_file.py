"""Writes and reads CSV (RFC 4180), as spreadsheets in any language save it."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from feedback_api.tables.formulas import neutralised, recovered
from feedback_api.tables.limits import COLUMN_LIMIT, ROW_LIMIT
from feedback_api.tables.refusal import TableRefused, Unreadable
from feedback_api.tables.table import ReadRow, Table

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = ",;\t"
_NOTHING = ' \r\n"' + _SEPARATORS
_STATED = "sep="  # Excel's own first line


def write_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, without which Excel reads another encoding.

    Every field is quoted, formulas are neutralised, line ends inside a field are kept.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.heading for column in table.columns])
    writer.writerows([neutralised(cell) for cell in row] for row in table.rows)
    return lines.getvalue().encode("utf-8-sig", "replace")


def read_csv(content: bytes) -> Sequence[ReadRow]:
    """Every row that holds any text, just as it is: what a person typed was never neutralised.

    Raises TableRefused.
    """
    text = _decode(content)
    if not text.strip(_NOTHING):
        raise TableRefused(Unreadable.EMPTY)
    try:
        return _rows(text)
    except csv.Error:
        raise TableRefused(Unreadable.BROKEN_CSV) from None


def _rows(text: str) -> Sequence[ReadRow]:
    separator, skipped = _separator(text)
    lines = io.StringIO(text.partition("\n")[2] if skipped else text, newline="")
    rows: list[ReadRow] = []
    for number, cells in _records(lines, separator):
        if any(cell.strip() for cell in cells):
            if len(rows) > ROW_LIMIT:  # the headings are a row, too
                raise TableRefused(Unreadable.TOO_MANY_ROWS)
            rows.append(ReadRow(sheet="", number=number + skipped, cells=cells))
    return rows


def read_written_csv(content: bytes) -> Sequence[ReadRow]:
    """As read_csv, for what write_csv wrote: the texts that were written."""
    return [
        replace(row, cells=tuple(recovered(cell) for cell in row.cells))
        for row in read_csv(content)
    ]


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise TableRefused(Unreadable.OLD_ENCODING) from None
    if "\0" in text:  # a program's file, or UTF-16 that does not say so
        raise TableRefused(Unreadable.UNKNOWN_FORMAT)
    return text


def _separator(text: str) -> tuple[str, int]:
    """Of the fields, and how many lines the statement of it takes."""
    first = text.partition("\n")[0].rstrip("\r").strip('"')
    if first.lower().startswith(_STATED) and first[len(_STATED) :] in (*_SEPARATORS,):
        return first[len(_STATED) :], 1
    return max(_SEPARATORS, key=lambda separator: _fitness(text, separator)), 0


def _fitness(text: str, separator: str) -> tuple[bool, int]:
    """How well a separator fits the first record: read strictly best, into most fields."""
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
        try:
            cells = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
        except csv.Error:
            continue
        return strict and len(cells) > 1, len(cells)
    return False, 0


def _records(lines: io.StringIO, separator: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for number, cells in enumerate(reader, 1):
        yield number, tuple(cells[:COLUMN_LIMIT])
