"""The disposition table in its four formats: what readers may know, and what editors may."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services
from feedback_api.tables.csv_file import read_written_csv
from feedback_api.tables.reading import read_table
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import EARLIER_WORDING, OTHER, RETIRED, SECTION, SOURCE, TOP
from tests.web.reading import ROOT, OpenClient, signed_in

CYCLE = CycleId("2027-1")
TABLE = f"/api/v1/cycles/{CYCLE}/dispositions"
FORMATS = ("json", "csv", "ods", "markdown")
SECRET = "only-for-reviewers"


@pytest.fixture(autouse=True)
def cycle(services: Services) -> None:
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (usual_cycle(CYCLE, opens=START - timedelta(days=1)),)


@pytest.fixture
def decided(store: MemoryStore) -> MemoryStore:
    """Three comments that readers may see, in two sections and a retired one."""
    seen: Mapping[str, Any] = {"cycle": CYCLE, "public": True}
    store.add(
        usual_comment(
            1, **seen, body="=1+1\n  two", suggestion="| a |", role=Role.STAFF, role_verified=True,
            state=State.ACCEPTED, decision=_decision(State.ACCEPTED, "Так лучше."),
        )
    )  # fmt: skip
    store.add(
        usual_comment(
            2, **seen, section=TOP, kind=Kind.PRAISE, language=OTHER,
            wording="00000000000000bb", state=State.DUPLICATE,
            decision=replace(_decision(State.DUPLICATE, "Said twice."), duplicate_of=comment_id(1)),
        )
    )  # fmt: skip
    store.add(usual_comment(3, **seen, section=RETIRED, wording=EARLIER_WORDING))
    return store


def _decision(outcome: State, reason: str) -> Decision:
    return Decision(
        outcome=outcome, reason=reason, reason_language=SOURCE, by=EditorName("Ana"), at=START,
        cycle=CYCLE,
    )  # fmt: skip


def _hide(store: MemoryStore) -> None:
    """Comments that nobody but editors may learn of, in every way there is."""
    hidden: Mapping[str, Any] = {"cycle": CYCLE, "body": SECRET, "suggestion": SECRET}
    decision = _decision(State.DECLINED, SECRET)
    store.add(usual_comment(11, **hidden, visibility=Visibility.REVIEWERS, public=True,
                            state=State.DECLINED, decision=decision))  # fmt: skip
    store.add(usual_comment(12, **hidden))
    store.add(usual_comment(13, **hidden, public=True, state=State.WITHDRAWN))
    store.add(usual_comment(14, **hidden, section=RETIRED, wording=EARLIER_WORDING, name=SECRET))


def _rows(answer: Response) -> list[tuple[str, ...]]:
    is_csv = answer.headers["content-type"].startswith("text/csv")
    read = read_written_csv if is_csv else read_table
    return [row.cells for row in read(answer.content)]


@pytest.mark.parametrize("written_as", ["csv", "ods"])
def test_table_has_a_row_for_each_comment_in_the_order_of_the_iso_template(
    client: TestClient, decided: MemoryStore, written_as: str
) -> None:
    answer = client.get(f"{TABLE}?format={written_as}")

    clause = "8 Acknowledging a complaint"
    assert _rows(answer) == [
        ("Number", "Section", "Clause", "Language", "Role", "Kind", "Comment",
         "Proposed wording", "Decision", "Reason", "Commit"),
        ("1", TOP, clause, "Bb", "Customer (as stated)", "Praise", "Comment 2.", "",
         "Duplicate: 2", "Said twice.", ""),
        ("2", SECTION, clause, "Aa", "Staff (verified)", "Problem", "=1+1\n  two", "| a |",
         "Accepted", "Так лучше.", ""),
        ("3", RETIRED, "As it was", "Aa", "Customer (as stated)", "Problem", "Comment 3.",
         "", "", "", ""),
    ]  # fmt: skip
    ending = f'filename="dispositions-{CYCLE}.{written_as}"'
    assert answer.headers["content-disposition"] == f"attachment; {ending}"
    assert answer.headers["cache-control"] == "no-store"


def test_table_in_csv_evaluates_nothing(client: TestClient, decided: MemoryStore) -> None:
    answer = client.get(f"{TABLE}?format=csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert '"\'=1+1\n  two"' in answer.content.decode("utf-8-sig")


def test_table_in_markdown_keeps_strangers_in_their_cells(
    client: TestClient, decided: MemoryStore
) -> None:
    lines = client.get(f"{TABLE}?format=markdown").text.splitlines()

    assert [line.count("|") for line in lines] == [12] * 5
    assert "| &#61;1&#43;1<br>&#160;&#160;two | &#124; a &#124; |" in lines[3]


def test_table_in_json_is_the_published_document(client: TestClient, decided: MemoryStore) -> None:
    schema = json.loads((ROOT / "feedback_api" / "dispositions.schema.json").read_text("utf-8"))

    answer = client.get(TABLE)

    document = answer.json()
    jsonschema.validate(document, schema)
    assert answer.headers["content-type"] == "application/json"
    assert [
        (section["section"], [one["body"] for one in section["comments"]])
        for section in document["sections"]
    ] == [(TOP, ["Comment 2."]), (SECTION, ["=1+1\n  two"]), (RETIRED, ["Comment 3."])]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            "pt",
            (
                "Item",
                "Redação proposta",
                "Funcionário (confirmado)",
                "Elogio",
                "Aceito",
                "Duplicado: 2",
            ),
        ),
        (
            "ru",
            ("Пункт", "Предложенная формулировка", "Сотрудник (подтверждено)", "Похвала", "Принят"),
        ),
    ],
)
def test_table_speaks_the_language_that_is_asked_for(
    open_client: OpenClient, decided: MemoryStore, other: str, said: tuple[str, ...]
) -> None:
    client = open_client(other=other)

    by_query = client.get(f"{TABLE}?format=csv&language={OTHER}")
    by_header = client.get(f"{TABLE}?format=csv", headers={"accept-language": OTHER})

    cells = {cell for row in _rows(by_query) for cell in row}
    assert set(said) <= cells
    assert by_query.content == by_header.content


@pytest.mark.parametrize("written_as", FORMATS)
def test_readers_learn_nothing_of_what_is_not_public(
    client: TestClient, decided: MemoryStore, written_as: str
) -> None:
    before = client.get(f"{TABLE}?format={written_as}")

    _hide(decided)
    after = client.get(f"{TABLE}?format={written_as}")

    assert after.content == before.content
    assert after.headers["content-length"] == before.headers["content-length"]


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("with_session", [False, True])
def test_editors_alone_get_all_rows_and_only_when_they_ask(
    open_client: OpenClient, decided: MemoryStore, written_as: str, with_session: bool
) -> None:
    _hide(decided)
    client = signed_in(open_client()) if with_session else open_client()

    public = client.get(f"{TABLE}?format={written_as}")
    every = client.get(f"{TABLE}?format={written_as}&all=1")

    assert SECRET not in _plain(public)
    assert every.status_code == (200 if with_session else 401)
    assert every.headers["cache-control"] == "no-store"
    assert (SECRET in _plain(every)) is with_session


def _plain(answer: Response) -> str:
    if answer.headers["content-type"].startswith("application/vnd.oasis"):
        return repr(_rows(answer))
    return answer.text


def test_editors_table_tells_which_rows_readers_may_see(
    editor_client: TestClient, decided: MemoryStore
) -> None:
    _hide(decided)

    head, *rows = _rows(editor_client.get(f"{TABLE}?format=ods&all=1"))

    assert head[-1] == "Shown to readers"
    assert [row[-1] for row in rows if SECRET in row] == ["No"] * 4
    assert [row[-1] for row in rows if SECRET not in row] == ["Yes"] * 3


def test_editors_json_has_every_row(editor_client: TestClient, decided: MemoryStore) -> None:
    _hide(decided)

    answer = editor_client.get(f"{TABLE}?all=1").json()

    assert answer["cycle"] == CYCLE
    assert [row["number"] for row in answer["rows"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["public"] for row in answer["rows"]].count(True) == 3
    first = answer["rows"][0]
    assert (first["section"], first["decision"], first["comment"]) == (
        TOP, "duplicate", "Comment 2.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?format=xlsx", 422, "invalid-request"),
        ("?all=2", 422, "invalid-request"),
        ("?language=xx", 422, "invalid-request"),
        ("?everything=1", 422, "invalid-request"),
    ],
)
def test_a_query_that_cannot_be_is_refused(
    client: TestClient, query: str, status: int, code: str
) -> None:
    answer = client.get(TABLE + query)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_unknown_cycle_is_not_found(client: TestClient) -> None:
    answer = client.get("/api/v1/cycles/2029-9/dispositions?format=ods")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-cycle")


@pytest.mark.parametrize("written_as", ["csv", "ods", "markdown"])
def test_a_cycle_without_comments_is_a_row_of_headings(client: TestClient, written_as: str) -> None:
    answer = client.get(f"{TABLE}?format={written_as}", headers={"accept": "text/csv"})

    assert answer.status_code == 200
    assert "Proposed wording" in _plain(answer)
