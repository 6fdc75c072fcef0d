"""Reads a file that somebody uploads as a table: by what it is, whatever it is named."""

from collections.abc import Sequence

from feedback_api.tables.csv_file import read_csv
from feedback_api.tables.limits import FILE_LIMIT_BYTES
from feedback_api.tables.ods_reading import read_ods
from feedback_api.tables.refusal import TableRefused, Unreadable
from feedback_api.tables.table import ReadRow

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # and an .xlsx with a password
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"<?xml", b"<!DOCTYPE", b"{")


def read_table(content: bytes) -> Sequence[ReadRow]:
    """Every row that holds any text, headings among them. Raises TableRefused."""
    if not content.strip():
        raise TableRefused(Unreadable.EMPTY)
    if len(content) > FILE_LIMIT_BYTES:
        raise TableRefused(Unreadable.TOO_LARGE)
    if content.startswith(_ZIP):
        return _not_empty(read_ods(content))
    if content.startswith(_OLD_EXCEL):
        raise TableRefused(Unreadable.EXCEL)
    if content.startswith(_NO_TABLES):
        raise TableRefused(Unreadable.UNKNOWN_FORMAT)
    return _not_empty(read_csv(content))


def _not_empty(rows: Sequence[ReadRow]) -> Sequence[ReadRow]:
    if not rows:
        raise TableRefused(Unreadable.EMPTY)
    return rows
