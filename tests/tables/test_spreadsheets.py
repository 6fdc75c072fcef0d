"""Tables as files: what is written can be read again, what strangers send does no harm."""

import contextlib
import csv
import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from odfdo import Document
from odfdo import Table as OdfTable

from feedback_api.tables.csv_file import read_written_csv, write_csv
from feedback_api.tables.formulas import neutralised, recovered
from feedback_api.tables.limits import ROW_LIMIT
from feedback_api.tables.markdown_file import write_markdown
from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.reading import read_table
from feedback_api.tables.refusal import TableRefused, Unreadable
from feedback_api.tables.table import Column, Table
from tests.fakes.nasty_texts import NASTY

FORMULA_LEADS = "=+-@\t\r\n＝＋－＠"
_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t='\" -+@"))


def _table(*texts: str) -> Table:
    return Table(
        name="2027-1",
        tag="ru-RU",
        columns=[Column(heading="No."), Column(heading="Комментарий", choices=('a "b"', "c;d"))],
        rows=[(str(number), text) for number, text in enumerate(texts, 1)],
    )


def _second_cells(content: bytes) -> list[str]:
    read = read_table if content.startswith(b"PK") else read_written_csv
    return [(*row.cells, "")[1] for row in read(content)][1:]


def _package(content: str, *, mimetype: str = "", **others: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        kind = mimetype or "application/vnd.oasis.opendocument.spreadsheet"
        file.writestr("mimetype", kind)
        file.writestr("content.xml", content)
        for name, text in others.items():
            file.writestr(name, text)
    return package.getvalue()


def _sheet(rows: str, *, before: str = "") -> bytes:
    return _package(
        f'<?xml version="1.0"?>{before}<office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


@given(st.text())
@example("'=")
@example("''=")
@example("' '=")
def test_a_neutralised_text_is_recovered_exactly(text: str) -> None:
    assert recovered(neutralised(text)) == text


@given(st.text("'\" \t=a-01."))
def test_a_cell_that_is_none_of_ours_is_left_alone_or_was_neutralised(cell: str) -> None:
    assert recovered(cell) == cell or neutralised(recovered(cell)) == cell


@pytest.mark.parametrize("lead", [*FORMULA_LEADS, *(f" '\"{lead}" for lead in FORMULA_LEADS)])
def test_what_a_spreadsheet_could_evaluate_begins_with_an_apostrophe(lead: str) -> None:
    assert neutralised(f"{lead}1+1") == f"'{lead}1+1"


@pytest.mark.parametrize("text", ["0012", "5.10", "3-4", "1e5", "1/2", "12:30", "5 000", "5%"])
def test_what_a_spreadsheet_would_write_otherwise_begins_with_an_apostrophe(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["0", "7", "2027", "5 days", "a=b", "8 Title", "'quoted'", ""])
def test_any_other_text_is_not_touched(text: str) -> None:
    assert neutralised(text) == text


def test_what_a_person_typed_into_a_csv_is_taken_as_it_is() -> None:
    (row,) = read_table(b"'=1,'0012,'a'\r\n")

    assert row.cells == ("'=1", "'0012", "'a'")


def test_csv_is_rfc_4180_in_utf_8_with_a_mark() -> None:
    content = write_csv(_table('a "b"\nc', "=1"))

    assert content == ('\ufeff"No.","Комментарий"\r\n"1","a ""b""\nc"\r\n"2","\'=1"\r\n'.encode())


def test_no_field_of_a_csv_begins_as_a_formula() -> None:
    content = write_csv(_table(*NASTY)).decode("utf-8-sig")

    fields = [field for row in csv.reader(io.StringIO(content, newline="")) for field in row]

    assert [field for field in fields if field.startswith(tuple(FORMULA_LEADS))] == []
    assert len(fields) == 2 + 2 * len(NASTY)


@given(st.lists(_TEXTS, min_size=1, max_size=4))
@example([*NASTY])
def test_csv_is_read_back_exactly(texts: list[str]) -> None:
    assert _second_cells(write_csv(_table(*texts))) == texts


@given(st.lists(_TEXTS, min_size=1, max_size=4))
@example([*NASTY])
def test_ods_is_read_back_exactly(texts: list[str]) -> None:
    legal = [text.replace("\ufffe", "").replace("\uffff", "") for text in texts]

    assert _second_cells(write_ods(_table(*legal))) == legal


def test_ods_is_the_same_bytes_for_the_same_table_and_differs_with_it() -> None:
    assert write_ods(_table("a")) == write_ods(_table("a"))
    assert write_ods(_table("a")) != write_ods(_table("b"))


def test_ods_holds_text_cells_only_for_another_reader() -> None:
    document = Document(io.BytesIO(write_ods(_table("=1+1", "a\n\n  b\tc"))))
    (sheet,) = document.body.get_elements("table:table")

    assert isinstance(sheet, OdfTable)
    cells = [cell for row in sheet.rows for cell in row.cells]
    assert sheet.name == "2027-1"
    assert {cell.type for cell in cells} == {"string"}
    assert [cell.formula for cell in cells if cell.formula] == []
    assert [paragraph.inner_text for paragraph in cells[-1].get_paragraphs()] == [
        "a", "", "  b\tc",
    ]  # fmt: skip
    assert cells[3].get_paragraphs()[0].inner_text == "=1+1"


def test_ods_survives_what_xml_forbids() -> None:
    assert _second_cells(write_ods(_table("a\x00\x0b\ufffeb"))) == ["a\ufffd\ufffd\ufffdb"]


def test_a_name_no_sheet_may_have_is_made_one() -> None:
    content = write_ods(Table(name="a/b:c*", tag="aa", columns=[Column(heading="H")], rows=[]))

    assert [row.sheet for row in read_table(content)] == ["a-b-c-"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_of_any_spreadsheet_is_read(separator: str, encoding: str, line_end: str) -> None:
    lines = [["a", "b;,\tc"], [], ["ё", "two\nlines"]]
    quoted = [separator.join(f'"{field}"' for field in line) for line in lines]

    rows = read_table(line_end.join(quoted).encode(encoding))

    assert [(row.number, row.cells) for row in rows] == [
        (1, ("a", "b;,\tc")),
        (3, ("ё", "two\nlines")),
    ]


def test_csv_that_states_its_separator_is_read_by_it() -> None:
    rows = read_table(b"sep=;\r\na,b;c\r\n")

    assert [(row.number, row.cells) for row in rows] == [(2, ("a,b", "c"))]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Unreadable.EMPTY),
        (b" \r\n ,,", Unreadable.EMPTY),
        (b"\xef\xbb\xbf", Unreadable.EMPTY),
        ("Комментарий;да".encode("cp1251"), Unreadable.OLD_ENCODING),
        ("Comentário;não".encode("cp1252"), Unreadable.OLD_ENCODING),
        (b"\xff\xfea", Unreadable.OLD_ENCODING),
        ("a,b".encode("utf-16-le"), Unreadable.UNKNOWN_FORMAT),
        (b'a,"b\r\nc', Unreadable.BROKEN_CSV),
        (b"x" * (2 * 1024 * 1024 + 1), Unreadable.TOO_LARGE),
        (b"a,b\n" * (ROW_LIMIT + 2), Unreadable.TOO_MANY_ROWS),
        (b"\x89PNG\r\n\x1a\n\x00", Unreadable.UNKNOWN_FORMAT),
        (b"%PDF-1.7", Unreadable.UNKNOWN_FORMAT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", Unreadable.EXCEL),
        (b"PK\x03\x04 broken", Unreadable.BROKEN),
        (b"PK\x05\x06" + b"\x00" * 18, Unreadable.UNKNOWN_FORMAT),
        (write_ods(_table("a"))[:-40], Unreadable.BROKEN),
        (_package("", mimetype="application/vnd.oasis.opendocument.text"),
         Unreadable.OTHER_DOCUMENT),
        (_package("", **{"[Content_Types].xml": "<a/>"}), Unreadable.EXCEL),
        (_package("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
         Unreadable.ENCRYPTED),
        (_package("not XML"), Unreadable.BROKEN),
        (_package("<a>" * 100), Unreadable.TOO_LARGE),
        (_package("<a>" + "<b/>" * 600_001 + "</a>"), Unreadable.TOO_LARGE),
        (_package("<a>x" + " " * 25_200_000 + "</a>"), Unreadable.TOO_LARGE),
        (_package("<a/>", **{f"{number}.xml": "" for number in range(1_000)}),
         Unreadable.TOO_LARGE),
        (_package('<?xml version="1.0" encoding="ibm-5348"?><a/>'), Unreadable.BROKEN),
        (_sheet(""), Unreadable.EMPTY),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_by_its_reason(content: bytes, why: Unreadable) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(content)

    assert refused.value.why is why


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
    ],
)
def test_a_document_type_is_refused_before_any_entity(declared: str) -> None:
    row = (
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>"
    )

    with pytest.raises(TableRefused) as refused:
        read_table(_sheet(row, before=declared))

    assert refused.value.why is Unreadable.BROKEN


def test_repeated_cells_and_rows_count_but_cost_nothing() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = read_table(
        _sheet(
            f'<table:table-row table:number-rows-repeated="1000000">{blank}</table:table-row>'
            '<table:table-row table:number-rows-repeated="2"><table:table-cell'
            ' table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>'
            f"{blank}</table:table-row>"
            f'<table:table-row table:number-rows-repeated="48574">{blank}</table:table-row>'
        )
    )

    assert [(row.number, row.cells[:3], len(row.cells)) for row in rows] == [
        (1_000_001, ("a", "a", ""), 64),
        (1_000_002, ("a", "a", ""), 64),
    ]


def test_text_repeated_for_a_whole_sheet_is_refused() -> None:
    filled = "<text:p>a</text:p></table:table-cell>"
    cell = f'<table:table-cell table:number-columns-repeated="16384">{filled}'

    with pytest.raises(TableRefused) as refused:
        read_table(
            _sheet(
                f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
            )
        )

    assert refused.value.why is Unreadable.TOO_MANY_ROWS


def test_formulas_and_merged_cells_are_told_by_place() -> None:
    cell = "<text:p>a</text:p></table:table-cell>"
    (row,) = read_table(
        _sheet(
            f'<table:table-row><table:table-cell>{cell}<table:table-cell table:formula="of:=1">'
            f'{cell}<table:table-cell table:number-columns-spanned="2">{cell}'
            f'<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>'
        )
    )

    assert (row.computed, row.merged) == (frozenset({1}), frozenset({2, 3, 4}))


def test_remarks_and_drawings_in_a_cell_are_no_text_of_it() -> None:
    (row,) = read_table(
        _sheet(
            "<table:table-row><table:table-cell><office:annotation><text:p>remark</text:p>"
            "</office:annotation><text:p>one <text:span>two</text:span>\n   three"
            "<text:line-break/>four<draw:frame><text:p>drawn</text:p></draw:frame></text:p>"
            "<text:p><text:a>five</text:a></text:p></table:table-cell></table:table-row>"
        )
    )

    assert row.cells == ("one two three\nfour\nfive",)


def test_markdown_table_keeps_every_text_in_its_cell() -> None:
    nasty = [
        "a | b", "`code` | ``", "<script>x</script>", "one\ntwo\n\n# three\n--8<-- \"/etc/passwd\"",
        "{: .class #id }", "![x](y) [a][b] <https://a.b>", "---", "\u0338 alone", ">\u0338",
        "\u202eright to left", "a\u2028b\x0bc\rd", "*x* __y__ ~~z~~ ==m== $n$ :smile: a@b.cd",
        "www.example.org https://example.org", "{{ config }} {% raw %}", "\\| \\\\|", "&lt;b&gt;",
    ]  # fmt: skip

    lines = write_markdown(_table(*nasty)).decode().split("\n")

    assert len(lines) == len(nasty) + 3
    assert [line.count("|") for line in lines] == [3] * (len(nasty) + 2) + [0]
    body = "\n".join(lines[2:]).replace("<br>", "")
    assert [sign for sign in "<>`*_{}[]\\\u202e\u2028\x0b\r@:=~" if sign in body] == []
    assert "--" not in body
    assert "www." not in body
    assert lines[9] == "| 8 | ◌\u0338 alone |"
    assert lines[2] == "| 1 | a &#124; b |"


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"sep=;\n"]))
def test_no_bytes_whatever_make_reading_fail_otherwise(content: bytes, lead: bytes) -> None:
    with contextlib.suppress(TableRefused):
        read_table(lead + content)


_PACKAGE = write_ods(_table(*NASTY))


@given(st.lists(st.tuples(st.integers(0, len(_PACKAGE) - 1), st.integers(0, 255)), min_size=1))
def test_no_spoilt_package_makes_reading_fail_otherwise(spoilt: list[tuple[int, int]]) -> None:
    package = bytearray(_PACKAGE)
    for place, byte in spoilt:
        package[place] = byte

    with contextlib.suppress(TableRefused):
        read_table(bytes(package))
