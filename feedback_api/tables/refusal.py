"""Why a file cannot be read as a table."""

from enum import StrEnum


class Unreadable(StrEnum):
    """A permanent word; whoever shows it says what to do about it."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"  # in bytes, unpacked too
    TOO_MANY_ROWS = "too-many-rows"
    OLD_ENCODING = "old-encoding"  # neither UTF-8 nor UTF-16
    EXCEL = "excel"  # .xlsx or .xls
    OTHER_DOCUMENT = "other-document"  # OpenDocument, but no spreadsheet
    ENCRYPTED = "encrypted"
    UNKNOWN_FORMAT = "unknown-format"
    BROKEN = "broken"
    BROKEN_CSV = "broken-csv"  # an unclosed quotation mark, mostly


class TableRefused(Exception):
    """The file as a whole cannot be read; web tells it in the editor's words."""

    def __init__(self, why: Unreadable) -> None:
        self.why = why
        super().__init__(why)
