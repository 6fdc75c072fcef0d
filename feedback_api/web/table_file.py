"""A table as an answer: a file to keep, named after what it holds."""

from enum import StrEnum
from urllib.parse import quote

from starlette.responses import Response

from feedback_api.tables.csv_file import write_csv
from feedback_api.tables.markdown_file import write_markdown
from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.ods_parts import MIME as ODS_TYPE
from feedback_api.tables.table import Table


class TableFormat(StrEnum):
    """What a table can be had as."""

    JSON = "json"
    CSV = "csv"
    ODS = "ods"
    MARKDOWN = "markdown"


_WRITERS = {
    TableFormat.CSV: (write_csv, "text/csv; charset=utf-8; header=present", "csv"),  # RFC 7111
    TableFormat.ODS: (write_ods, ODS_TYPE, "ods"),
    TableFormat.MARKDOWN: (write_markdown, "text/markdown; charset=utf-8", "md"),  # RFC 7763
}


def table_file(table: Table, written_as: TableFormat, name: str) -> Response:
    """`name` without its ending; takes time with a long table. Not for JSON."""
    write, kind, ending = _WRITERS[written_as]
    return Response(
        write(table),
        headers={
            "content-type": kind,
            "content-disposition": f'attachment; filename="{quote(name)}.{ending}"',
            "content-language": table.tag,
            "vary": "Accept-Language",
        },
    )
