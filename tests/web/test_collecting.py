"""Comments collected at a meeting: the form, its upload, the preview, what is stored."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.cycle import Closing, Cycle, CycleRecord
from feedback_api.domain.errors import StoreFull
from feedback_api.domain.event import BY_COMMENTER
from feedback_api.domain.identity import WAITING, CycleId, EditorName, LanguageCode
from feedback_api.domain.remarks import Erasure
from feedback_api.services import Services
from feedback_api.services.agenda import agenda
from feedback_api.services.follow import follow
from feedback_api.tables.csv_file import read_csv, write_csv
from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.reading import read_table
from feedback_api.tables.table import Column, Table
from feedback_api.web.collect_form import WORDS, form_word
from feedback_api.web.messages import read_messages
from tests.fakes.clockwork import START
from tests.fakes.memory_cycles import FixedCycles, MemoryCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import (
    EARLIER_WORDING,
    MARKDOWN,
    OTHER,
    RETIRED,
    SECTION,
    SOURCE,
    TEXT,
    TOP,
    UNTRANSLATED,
    WORDING,
)
from tests.web.reading import EDITOR, ROOT, OpenClient, form_values, page_of, signed_in, text_of

CYCLE = CycleId("2027-1")
COLLECT = f"/review/cycles/{CYCLE}/collect"
KEYS = ("reference", "role", "kind", "about", "comment", "suggestion", "visibility", "name")
_PART = b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx\r\n'
REFERENCE = f"{CYCLE}/{SOURCE}/{SECTION}/{WORDING}"


@pytest.fixture(autouse=True)
def open_cycle(services: Services) -> Cycle:
    cycle = usual_cycle(CYCLE, opens=START - timedelta(days=1))
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (cycle, usual_cycle("2028-1", opens=START + timedelta(days=365)))
    return cycle


def _row(**cells: str) -> dict[str, str]:
    usual = {
        "reference": REFERENCE,
        "role": "customer",
        "kind": "problem",
        "comment": "Nobody answered.\nДля меня — неделя.",
    }
    return {**usual, **cells}


def _table(*rows: Mapping[str, str]) -> Table:
    return Table(
        name="form",
        tag="en",
        columns=[Column(heading=f"Whatever [{key}]") for key in KEYS],
        rows=[[row.get(key, "") for key in KEYS] for row in rows],
    )


def _upload(client: TestClient, content: bytes, *, to: str = COLLECT) -> Response:
    csrf = form_values(client.get(to), "/collect")["csrf"]
    answer: Response = client.post(to, data={"csrf": csrf}, files={"file": ("form.ods", content)})
    return answer


def _confirm(client: TestClient, shown: Response, **changed: str) -> Response:
    values = {**form_values(shown, "/collect"), **changed}
    answer: Response = client.post(
        COLLECT, files=[(name, (None, value)) for name, value in values.items()]
    )
    return answer


def _collect(client: TestClient, *rows: Mapping[str, str]) -> Response:
    return _confirm(client, _upload(client, write_ods(_table(*rows))))


def _only(store: MemoryStore) -> Comment:
    (comment,) = store.comments.values()
    return comment


def _in_language(open_client: OpenClient, other: str) -> TestClient:
    client = signed_in(open_client(other=other))
    client.cookies.set("language", OTHER)
    return client


@pytest.mark.parametrize("ending", ["ods", "csv"])
def test_form_has_a_row_for_each_section_of_the_scope(
    editor_client: TestClient, services: Services, ending: str
) -> None:
    cycle = usual_cycle(CYCLE, scope=(SECTION, UNTRANSLATED))
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (cycle,)

    answer = editor_client.get(f"/review/cycles/{CYCLE}/form.{ending}?language={SOURCE}")

    head, *rows = read_table(answer.content)
    assert head.cells[:4] == (
        "Do not change [reference]", "Section [section]", "Clause [clause]",
        "Present wording [text]",
    )  # fmt: skip
    assert [row.cells[:4] for row in rows] == [
        (REFERENCE, SECTION, "8 Acknowledging a complaint", TEXT),
        (f"{CYCLE}/{SOURCE}/{UNTRANSLATED}/{WORDING}", UNTRANSLATED,
         "8 Acknowledging a complaint", TEXT),
    ]  # fmt: skip
    disposition = answer.headers["content-disposition"]
    assert disposition == f'attachment; filename="comments-{CYCLE}-{SOURCE}.{ending}"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", ("Papel [role]", "Comentário [comment]", "Redação proposta [suggestion]")),
        ("ru", ("Роль [role]", "Комментарий [comment]", "Предложенная формулировка [suggestion]")),
    ],
)
def test_form_has_headings_in_its_language(
    open_client: OpenClient, other: str, said: tuple[str, ...]
) -> None:
    client = signed_in(open_client(other=other))

    head, first, *_ = read_csv(
        client.get(f"/review/cycles/{CYCLE}/form.csv?language={OTHER}").content
    )

    assert set(said) <= set(head.cells)
    assert first.cells[0] == f"{CYCLE}/{OTHER}/{TOP}/00000000000000bb"


def test_form_offers_the_words_to_choose_from(editor_client: TestClient) -> None:
    package = editor_client.get(f"/review/cycles/{CYCLE}/form.ods").content
    content = zipfile.ZipFile(io.BytesIO(package)).read("content.xml").decode()

    assert '"Customer";"Staff";"Management"' not in content  # escaped in XML
    for word in ("Customer", "Staff", "Management", "Question", "Praise", "Only the editors"):
        assert f"&quot;{word}&quot;" in content or f'"{word}"' in content
    assert 'table:content-validation-name="v4"' in content


@pytest.mark.parametrize("tag", ["en", "pt", "ru"])
def test_no_choice_holds_a_mark_that_divides_choices_in_excel(tag: str) -> None:
    messages = read_messages(ROOT / "languages")[LanguageCode(tag)]

    choices = [messages.say(form_word(word)) for kind in WORDS.values() for word in kind]

    assert [choice for choice in choices if {*choice} & {*',;"'}] == []
    assert len({*choices}) == len(choices) == 11


@pytest.mark.parametrize(
    "path",
    ["cycles/2029-9/form.ods", "cycles/2027-1/form.xlsx", "cycles/2029-9/collect"],
)
def test_what_is_not_there_is_not_found(editor_client: TestClient, path: str) -> None:
    assert editor_client.get(f"/review/{path}").status_code == 404


def test_form_in_an_unknown_language_is_refused(editor_client: TestClient) -> None:
    answer = editor_client.get(f"/review/cycles/{CYCLE}/form.ods?language=xx")

    assert answer.status_code == 422


def test_preview_shows_good_rows_and_bad_ones_and_stores_nothing(
    editor_client: TestClient, store: MemoryStore
) -> None:
    shown = _upload(
        editor_client,
        write_ods(_table(
            _row(comment="First of all."), {"reference": REFERENCE, "role": "staff"},
            _row(comment="No role.", role=""), _row(comment="Strange.", kind="rumour"),
            _row(comment="Lost.", reference=""), _row(comment="x" * 4_001),
            _row(comment="", suggestion="Only a proposal."),
        )),
    )  # fmt: skip

    assert shown.status_code == 200
    assert store.comments == {}
    told = text_of(shown)
    assert "1 comment can be stored. Nothing is stored yet." in told
    assert "Row 2: 8 Acknowledging a complaint" in told
    bad = [
        " ".join(cell.text_content().split())
        for row in page_of(shown).xpath("//table//tbody/tr")
        for cell in (row[0], row[2])
    ]
    assert bad == [
        "Row 4", "“Role” is empty. Choose one of: Staff; Management; Customer.",
        "Row 5", "“Kind” says “rumour”. Choose one of: Question; Problem; Suggestion; Praise.",
        "Row 6", "The first column is empty or was changed. "
        "Copy it from the row of the section in the form.",
        "Row 7", "Comment: Too long: 4001 characters, the limit is 4000.",
        "Row 8", "Comment: This must be filled in.",
    ]  # fmt: skip


def test_what_is_confirmed_is_stored_as_it_was_shown(
    editor_client: TestClient, store: MemoryStore, services: Services
) -> None:
    stored = _collect(
        editor_client,
        _row(name="Ана", about="translation", visibility="public", suggestion="Within 2 days."),
    )

    assert stored.status_code == 201
    comment = _only(store)
    assert (comment.section, comment.language, comment.wording) == (SECTION, SOURCE, WORDING)
    assert (comment.role, comment.kind, comment.about) == (
        Role.CUSTOMER, Kind.PROBLEM, About.TRANSLATION,
    )  # fmt: skip
    assert comment.body == "Nobody answered.\nДля меня — неделя."
    assert (comment.suggestion, comment.name) == ("Within 2 days.", "Ана")
    assert (comment.visibility, comment.public) == (Visibility.PUBLIC, False)
    assert (comment.collected_by, comment.cycle) == (EditorName(EDITOR), CYCLE)
    (receipt,) = page_of(stored).xpath("//code[@class='cop-receipt']/text()")
    assert follow(receipt, services=services) == comment


def test_who_may_read_it_is_the_editors_where_nobody_chose(
    editor_client: TestClient, store: MemoryStore
) -> None:
    _collect(editor_client, _row())

    assert _only(store).visibility is Visibility.REVIEWERS


def test_a_proposal_that_repeats_the_wording_is_none(
    editor_client: TestClient, store: MemoryStore
) -> None:
    _collect(editor_client, _row(suggestion=MARKDOWN))

    assert _only(store).suggestion is None


@pytest.mark.parametrize("role", ["Cliente", " cliente ", "Customer", "CUSTOMER", "customer"])
def test_words_are_read_in_every_language(
    open_client: OpenClient, store: MemoryStore, role: str
) -> None:
    _collect(signed_in(open_client(other="pt")), _row(role=role))

    assert _only(store).role is Role.CUSTOMER


def test_uploading_and_confirming_twice_stores_once(
    editor_client: TestClient, store: MemoryStore
) -> None:
    content = write_ods(_table(_row(), _row(comment="Another.")))
    shown = _upload(editor_client, content)

    first, again = _confirm(editor_client, shown), _confirm(editor_client, shown)
    later = _upload(editor_client, content)

    assert (first.status_code, again.status_code) == (201, 201)
    receipts = [page_of(answer).xpath("//code/text()") for answer in (first, again, later)]
    assert receipts[0] == receipts[1]
    assert (len(receipts[0]), receipts[2]) == (2, [])
    assert len(store.comments) == 2
    assert "There is nothing new to store." in text_of(later)
    assert "These rows were uploaded earlier and are left as they are." in text_of(later)


def test_the_same_form_as_csv_is_known_again(editor_client: TestClient, store: MemoryStore) -> None:
    table = _table(_row(), _row(comment="=1+1"))
    _confirm(editor_client, _upload(editor_client, write_ods(table)))

    again = _upload(editor_client, write_csv(table).replace(b"'=1+1", b"=1+1"))

    assert "There is nothing new to store." in text_of(again)
    assert {one.body for one in store.comments.values()} == {_row()["comment"], "=1+1"}


def test_two_people_who_say_the_same_are_two(editor_client: TestClient, store: MemoryStore) -> None:
    _collect(editor_client, _row(), _row())
    _collect_again = _upload(editor_client, write_ods(_table(_row(), _row(), _row())))
    _confirm(editor_client, _collect_again)

    assert len(store.comments) == 3


def test_a_row_that_is_erased_does_not_come_back(
    editor_client: TestClient, store: MemoryStore
) -> None:
    content = write_ods(_table(_row()))
    shown = _upload(editor_client, content)
    _confirm(editor_client, shown)
    comment = _only(store)
    erased = Erasure(at=START, by=BY_COMMENTER)
    store.comments[comment.id] = replace(comment, body="", erased=erased)

    again, confirmed = _upload(editor_client, content), _confirm(editor_client, shown)

    assert "Erased since" in text_of(again)
    assert "This comment was erased" in text_of(confirmed)
    assert _only(store).erased


def test_rows_may_be_copied_sorted_and_put_below_a_title(
    editor_client: TestClient, store: MemoryStore
) -> None:
    keys = tuple(reversed(KEYS))
    rows = [_row(comment="Second."), {}, _row(comment="First.")]
    table = Table(
        name="form",
        tag="en",
        columns=[Column(heading="Meeting of 3 March")] * len(keys),
        rows=[
            [f"Роль [{key}]" for key in keys],
            *([row.get(key, "") for key in keys] for row in rows),
        ],
    )

    _confirm(editor_client, _upload(editor_client, write_ods(table)))

    assert sorted(one.body for one in store.comments.values()) == ["First.", "Second."]


def test_comments_on_what_has_changed_stay_on_the_wording_of_the_form(
    editor_client: TestClient, store: MemoryStore
) -> None:
    shown = _upload(
        editor_client,
        write_ods(_table(
            _row(reference=f"{CYCLE}/{SOURCE}/{SECTION}/{EARLIER_WORDING}"),
            _row(reference=f"{CYCLE}/{SOURCE}/{RETIRED}/{EARLIER_WORDING}"),
        )),
    )  # fmt: skip
    _confirm(editor_client, shown)

    assert "The section reads otherwise by now" in text_of(shown)
    assert "The section is no longer part of the code" in text_of(shown)
    assert {(one.section, one.wording) for one in store.comments.values()} == {
        (SECTION, EARLIER_WORDING), (RETIRED, EARLIER_WORDING),
    }  # fmt: skip


@pytest.mark.parametrize(
    "reference",
    [
        f"{CYCLE}/{SOURCE}/{SECTION}/ffffffffffffffff",
        f"{CYCLE}/{SOURCE}/{RETIRED}/ffffffffffffffff",
        f"{CYCLE}/{SOURCE}/nothing/{WORDING}",
        f"{CYCLE}/xx/{SECTION}/{WORDING}",
        f"2028-1/{SOURCE}/{SECTION}/{WORDING}",
        f"{CYCLE}/{SOURCE}/{SECTION}",
        "\u202e/\ufdd0/x/y",
    ],
)
def test_a_row_about_nothing_that_is_known_is_bad(
    editor_client: TestClient, reference: str
) -> None:
    shown = _upload(editor_client, write_ods(_table(_row(), _row(reference=reference))))

    assert shown.status_code == 200
    assert "1 comment can be stored." in text_of(shown)
    assert "1 row cannot be taken" in text_of(shown)


def test_a_section_outside_the_scope_is_bad(
    editor_client: TestClient, services: Services, open_cycle: Cycle
) -> None:
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (replace(open_cycle, scope=(TOP,)),)

    shown = _upload(editor_client, write_ods(_table(_row())))

    assert "The section is outside the scope of that cycle." in text_of(shown)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('table:formula="of:=1+1"', "“Comment” holds a formula. Type the text itself."),
        ('table:number-rows-spanned="2"', "“Comment” is part of a merged cell."),
    ],
)
def test_formulas_and_merged_cells_are_bad(
    editor_client: TestClient, store: MemoryStore, cell: str, said: str
) -> None:
    package = zipfile.ZipFile(io.BytesIO(write_ods(_table(_row(comment="HERE")))))
    spoilt = io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as file:
        for name in package.namelist():
            content = package.read(name).decode()
            head, found, tail = content.partition("<text:p>HERE")
            if found:
                place = head.rindex("<table:table-cell") + len("<table:table-cell")
                content = f"{head[:place]} {cell}{head[place:]}{found}{tail}"
            file.writestr(name, content)

    shown = _upload(editor_client, spoilt.getvalue())

    assert said in text_of(shown)
    assert store.comments == {}


@pytest.mark.parametrize(
    ("content", "other", "said"),
    [
        (b"", "pt", "Escolha primeiro o arquivo."),
        (b"", "ru", "Сначала выберите файл."),
        (b" ", "pt", "O arquivo está vazio."),
        (b"a,b\n1,2", "ru", "Это не бланк цикла пересмотра"),
        ("роль;вид".encode("cp1251"), "ru", "Файл в старой кодировке"),
        ("função;não".encode("cp1252"), "pt", "O arquivo está em uma codificação antiga"),
        (b"PK\x03\x04", "pt", "O arquivo está danificado."),
        (b"\x89PNG\x00", "ru", "Это не таблица OpenDocument и не CSV."),
        (b"x" * (2 * 1024 * 1024 + 1), "ru", "Файл слишком велик: допустимо не больше 2 МБ"),
        (write_csv(_table({})), "pt", "Nenhuma linha do formulário tem comentário."),
        (write_csv(_table(_row(reference=f"2028-1/{SOURCE}/{SECTION}/{WORDING}"))), "pt",
         "Este é o formulário do ciclo de revisão 2028-1."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_form_is_refused_in_the_editors_words(
    open_client: OpenClient, store: MemoryStore, content: bytes, other: str, said: str
) -> None:
    answer = _upload(_in_language(open_client, other), content)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert store.comments == {}


def test_too_large_a_body_is_refused(editor_client: TestClient) -> None:
    answer = _upload(editor_client, b"x" * (4 * 1024 * 1024 + 1))

    assert answer.status_code == 413


def test_a_preview_that_was_changed_or_is_anothers_is_refused(
    editor_client: TestClient, store: MemoryStore, services: Services
) -> None:
    shown = _upload(editor_client, write_ods(_table(_row())))
    sealed = form_values(shown, "/collect")["rows"]

    changed = _confirm(editor_client, shown, rows=sealed[:-1])
    strange = _confirm(editor_client, shown, rows="\x00é")

    assert (changed.status_code, strange.status_code) == (422, 422)
    assert "The preview is too old, or was changed." in text_of(changed)
    assert store.comments == {}


@pytest.mark.parametrize("csrf", ["", "0" * 32])
def test_nothing_is_stored_without_the_secret_of_the_page(
    editor_client: TestClient, store: MemoryStore, csrf: str
) -> None:
    shown = _upload(editor_client, write_ods(_table(_row())))

    assert _confirm(editor_client, shown, csrf=csrf).status_code == 403
    assert store.comments == {}


def test_a_stranger_uploads_nothing(client: TestClient, store: MemoryStore) -> None:
    answer = client.post(COLLECT, files={"file": ("form.ods", write_ods(_table(_row())))})

    assert answer.status_code == 401
    assert store.comments == {}


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"csrf=x", 415),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--", 400),
        ("multipart/form-data; boundary=b", _PART + _PART + b"--b--", 422),
        ("multipart/form-data; boundary=b", _PART + b"--b--", 403),
        ("multipart/form-data; boundary=b; charset=zlib", _PART + b"--b--", 403),
    ],
)
def test_a_body_that_is_no_such_form_is_refused(
    editor_client: TestClient, kind: str, body: bytes, status: int
) -> None:
    answer = editor_client.post(COLLECT, content=body, headers={"content-type": kind})

    assert answer.status_code == status


def test_what_comes_while_the_cycle_decides_is_on_its_agenda(
    editor_client: TestClient, store: MemoryStore, services: Services, open_cycle: Cycle
) -> None:
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (replace(open_cycle, closes=START),)

    _collect(editor_client, _row())

    assert (_only(store).cycle, _only(store).agenda) == (WAITING, CYCLE)
    assert agenda(CYCLE, services) == (_only(store),)


def test_what_comes_after_the_closing_waits(
    editor_client: TestClient, store: MemoryStore, services: Services, open_cycle: Cycle
) -> None:
    assert isinstance(services.cycles, FixedCycles)
    assert isinstance(services.records, MemoryCycles)
    services.cycles.cycles = (replace(open_cycle, closes=START),)
    closing = Closing(at=START, by=EditorName(EDITOR))
    services.records.records[CYCLE] = CycleRecord(id=CYCLE, closings=(closing,))

    shown = _upload(editor_client, write_ods(_table(_row())))
    _confirm(editor_client, shown)

    assert "The cycle is closed: what you store now waits for the next one." in text_of(shown)
    assert (_only(store).cycle, _only(store).agenda) == (WAITING, None)


def test_a_full_disk_loses_nothing_of_what_was_collected(
    open_client: OpenClient, services: Services, store: MemoryStore
) -> None:
    full = _FullStore(store)
    client = signed_in(open_client(over=replace(services, comments=full)))
    shown = _upload(client, write_ods(_table(_row(), _row(comment="Another."))))

    failed = _confirm(client, shown)
    full.is_full = False
    again = _confirm(client, failed)

    assert failed.status_code == 507
    assert "2 rows were not stored" in text_of(failed)
    assert again.status_code == 201
    assert len(store.comments) == 2


class _FullStore(MemoryStore):
    """Shares the comments of another store; has no space for new ones at first."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__()
        self.comments = store.comments
        self.is_full = True

    def add(self, comment: Comment) -> Comment:
        if self.is_full:
            raise StoreFull
        return super().add(comment)
