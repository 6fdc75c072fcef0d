"""Writes OpenDocument spreadsheets (ODF 1.2): text only, the same bytes for the same table.

The XML is written as text: odfdo, which builds it object by object, takes 27 s for 2,000 rows and
leaves dates and its template's language in the file; the tests read what is written here with it.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from feedback_api.tables.ods_parts import FIRST_BODY_STYLE, MIME, manifest, meta, settings, styles
from feedback_api.tables.table import Column, Table

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can name
# XML 1.0, section 2.2: what no document may contain, however it is written.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|\r|\n")
# ODF 1.2, 6.1.2: readers collapse blanks, unless each but a single one inside is an element.
_BLANKS = re.compile("^ +| +$| {2,}|(?<=\t) +| +(?=\t)")
_SHEET_NAME_FORBIDS = re.compile(r"[\[\]*?:/\\']")
_SHEET_NAME_LENGTH = 31  # Excel's


def write_ods(table: Table) -> bytes:
    """One sheet: a bold heading row that stays in view, then the rows, every cell a text."""
    name = _sheet_name(table.name)
    parts = {
        "mimetype": MIME,
        "content.xml": "".join(_content(table, name)),
        "styles.xml": styles(table.tag),
        "meta.xml": meta(table.name, table.tag),
        "settings.xml": settings(name),
        "META-INF/manifest.xml": manifest(),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        for path, text in parts.items():
            # ODF 1.2, part 3, 2.2.4: the type comes first and is not compressed.
            packing = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(_entry(path, packing), text.encode())
    return package.getvalue()


def cell_paragraphs(text: str) -> str:
    """The text as paragraphs, one for each line.

    A tab stays a tab: LibreOffice 7.4 drops the element that ODF has for it from cells, but keeps
    the character; to other readers that is at worst a blank.
    """
    legal = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    return "".join(
        f"<text:p>{_BLANKS.sub(_blank_element, escape(line))}</text:p>"
        for line in _LINE_END.split(legal)
    )


def _content(table: Table, name: str) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
        ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2">'
        "<office:automatic-styles>"
    )
    for place, column in enumerate(table.columns):
        yield (
            f'<style:style style:name="c{place}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{column.width_cm}cm"/>'
            "</style:style>"
        )
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    yield from _validations(table.columns)
    yield f"<table:table table:name={quoteattr(name)}>"
    for place in range(len(table.columns)):
        yield (
            f'<table:table-column table:style-name="c{place}"'
            f' table:default-cell-style-name="{FIRST_BODY_STYLE}"/>'
        )
    headings = "".join(_cell(column.heading, style="Heading") for column in table.columns)
    yield (
        f"<table:table-header-rows><table:table-row>{headings}"
        "</table:table-row></table:table-header-rows>"
    )
    for row in table.rows:
        yield _row(row, table.columns)
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def _validations(columns: Sequence[Column]) -> Iterator[str]:
    """Lists to choose from, by column; empty where there are none, as ODF wants it."""
    rules = [
        f'<table:content-validation table:name="v{place}" table:allow-empty-cell="true"'
        f' table:display-list="unsorted" table:condition={_condition(column.choices)}/>'
        for place, column in enumerate(columns)
        if column.choices
    ]
    if rules:
        yield f"<table:content-validations>{''.join(rules)}</table:content-validations>"


def _condition(choices: Sequence[str]) -> str:
    listed = ";".join('"{}"'.format(choice.replace('"', '""')) for choice in choices)
    return quoteattr(f"of:cell-content-is-in-list({listed})")


def _row(row: Sequence[str], columns: Sequence[Column]) -> str:
    cells = (
        _cell(text, rule=f"v{place}" if columns[place].choices else "")
        for place, text in enumerate(row)
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(text: str, *, style: str = FIRST_BODY_STYLE, rule: str = "") -> str:
    attributes = f' table:style-name="{style}"'
    if rule:
        attributes += f' table:content-validation-name="{rule}"'
    if not text:
        return f"<table:table-cell{attributes}/>"
    return (
        f'<table:table-cell{attributes} office:value-type="string">'
        f"{cell_paragraphs(text)}</table:table-cell>"
    )


def _blank_element(match: re.Match[str]) -> str:
    return f'<text:s text:c="{len(match.group())}"/>'


def _sheet_name(name: str) -> str:
    return _SHEET_NAME_FORBIDS.sub("-", name)[:_SHEET_NAME_LENGTH].strip() or "-"


def _entry(path: str, packing: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type = packing
    return entry
