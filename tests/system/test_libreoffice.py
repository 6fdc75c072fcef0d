"""LibreOffice itself opens what the service writes, and what it saves the service reads."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from odfdo import Document, Paragraph
from odfdo import Table as OdfTable

from feedback_api.tables.csv_file import write_csv
from feedback_api.tables.formulas import neutralised
from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.reading import read_table
from feedback_api.tables.table import Column, Table
from tests.fakes.nasty_texts import NASTY
from tests.fakes.sections_json import write_sections
from tests.system.conftest import SmallSite
from tests.system.running import Service
from tests.web.reading import form_values, text_of

CYCLE = "2027-1"
OFFICE_SECONDS = 60
UTF_8_COMMAS, UTF_8_SEMICOLONS = "44,34,76", "59,34,76"
# odfdo writes a tab as the element that LibreOffice drops, and nobody can type one into a cell;
# no comment may hold a noncharacter.
SAID = [text.strip() for text in NASTY if text.strip() and not {"\t", "\ufdd0"} & {*text}]


class Office:
    """`soffice` without a screen, with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = shutil.which("soffice") or shutil.which("libreoffice")

    def saved(self, content: bytes, name: str, to: str, *, filters: str = "") -> bytes:
        """What it saves as `to` (an ending, and a filter) after opening the file `name`."""
        assert self._program, "No LibreOffice: scripts/test installs it."
        source, target = self._folder / name, self._folder / "saved"
        source.write_bytes(content)
        done = subprocess.run(
            [
                self._program,
                f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
                "--headless",
                *([f"--infilter={filters}"] if filters else []),
                "--convert-to",
                to,
                "--outdir",
                str(target),
                str(source),
            ],
            capture_output=True,
            text=True,
            timeout=OFFICE_SECONDS,
            check=True,
        )
        file = target / f"{source.stem}.{to.partition(':')[0]}"
        assert file.is_file(), done.stderr
        return file.read_bytes()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def editor_client(
    service: Service, site: SmallSite, editor: dict[str, str]
) -> Iterator[httpx2.Client]:
    """Signed in to a service with a cycle that is open now."""
    path = site.folder / "sections.json"
    write_sections(path, {**json.loads(path.read_text("utf-8")), "cycles": [_cycle(site.language)]})
    service.start()
    with httpx2.Client(base_url=service.environment["FEEDBACK_ORIGIN"], timeout=60) as client:
        shown = client.get("/review/sign-in")
        assert client.post("/review/sign-in", data=form_values(shown) | editor).status_code == 303
        yield client


def _cycle(source: str) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": CYCLE,
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
        "time_zone": "UTC",
        "titles": {source: "Review"},
        "introductions": {source: "Say what you think."},
        "urls": {source: "/cycles/"},
        "scope": "all",
        "questions": [],
        "roles": ["staff", "management", "customer"],
        "reviewers": [],
        "objection_days": 14,
        "retention_days": 180,
    }


def _table(texts: Sequence[str]) -> Table:
    columns = [Column(heading="Number"), Column(heading="Комментарий")]
    rows = [(str(number), text) for number, text in enumerate(texts, 1)]
    return Table(name="2027-1", tag="ru-RU", columns=columns, rows=rows)


def _texts(saved: bytes) -> list[str]:
    return [(*row.cells, "")[1] for row in read_table(saved)][1:]


def _formulas(saved: bytes) -> int:
    content = zipfile.ZipFile(io.BytesIO(saved)).read("content.xml")
    return content.count(b"table:formula")


def _filled(form: bytes) -> bytes:
    """The form as somebody fills it with another program: its rows over and over, one per text."""
    document = Document(io.BytesIO(form))
    (table,) = document.body.get_elements("table:table")
    assert isinstance(table, OdfTable)
    headings = [cell.get_paragraphs()[0].inner_text for cell in table.get_row(0).cells]
    keys = [heading.rpartition("[")[2].rstrip("]") for heading in headings]
    sections = [table.get_row(y) for y in range(1, len(table.rows))]
    for number, text in enumerate(SAID):
        row = sections[number % len(sections)].clone
        for key, said in {"role": "staff", "kind": "question", "comment": text}.items():
            cell = row.get_cell(keys.index(key))
            assert cell is not None
            cell.set_attribute("office:value-type", "string")
            for line in text.split("\n") if key == "comment" else [said]:
                cell.append(Paragraph(line))
            row.set_cell(keys.index(key), cell)
        table.append_row(row)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _upload(client: httpx2.Client, content: bytes) -> httpx2.Response:
    page = f"/review/cycles/{CYCLE}/collect"
    csrf = form_values(client.get(page), "/collect")["csrf"]
    return client.post(page, data={"csrf": csrf}, files={"file": ("form", content)})


def test_ods_is_opened_and_saved_with_every_text_the_same(office: Office) -> None:
    saved = office.saved(write_ods(_table(NASTY)), "table.ods", "ods")

    assert _texts(saved) == [*NASTY]
    assert _formulas(saved) == 0


def test_csv_is_opened_with_nothing_evaluated_and_every_text_recoverable(office: Office) -> None:
    texts = [*NASTY, "2027-1/aa/complaints/00000000000000e5", "5.10 Answering"]

    saved = office.saved(
        write_csv(_table(texts)), "comma.csv", "ods", filters=f"CSV:{UTF_8_COMMAS}"
    )

    assert _texts(saved) == [neutralised(text) for text in texts]
    assert _formulas(saved) == 0


def test_a_form_filled_and_saved_by_libreoffice_uploads_with_nothing_lost(
    office: Office, editor_client: httpx2.Client
) -> None:
    form = editor_client.get(f"/review/cycles/{CYCLE}/form.ods").content
    filled = _filled(form)
    as_ods = office.saved(filled, "form.ods", "ods")
    as_csv = office.saved(filled, "form.ods", f"csv:Text - txt - csv (StarCalc):{UTF_8_SEMICOLONS}")
    as_excel = office.saved(office.saved(filled, "form.ods", "xlsx"), "form.xlsx", "ods")

    shown = _upload(editor_client, as_ods)
    values = form_values(shown, "/collect")
    stored = editor_client.post(
        f"/review/cycles/{CYCLE}/collect", files=[(key, (None, values[key])) for key in values]
    )
    again = [_upload(editor_client, content) for content in (as_ods, as_csv, as_excel, filled)]

    assert stored.status_code == 201
    listed = editor_client.get(f"/api/v1/cycles/{CYCLE}/dispositions?all=1").json()
    assert sorted(row["comment"] for row in listed["rows"]) == sorted(SAID)
    assert ["There is nothing new to store." in text_of(answer) for answer in again] == [True] * 4
    assert ["cannot be taken" in text_of(answer) for answer in again] == [False] * 4
