"""Review cycles as JSON: what anybody may know, and what editors do with whole cycles."""

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.cycle import Cycle, CycleQuestion
from feedback_api.services import Services
from feedback_api.services.closing import summarise
from feedback_api.services.follow import object_to
from feedback_api.services.templates import put_template
from feedback_api.services.triage import add_note
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, RETIRED, SECTION, SOURCE, UNTRANSLATED
from tests.web.reading import EDITOR, PASSPHRASE, OpenClient, codes_of
from tests.web.reviewed_cycle import ANA, RUI, decided, lay_cycles, prepared, said_in, set_clock

CYCLES = "/api/v1/cycles"
ONE = f"{CYCLES}/2027-1"
CLOSE, UNDECIDED, SUMMARIES = f"{ONE}/close", f"{ONE}/undecided", f"{ONE}/summaries"


@pytest.fixture
def cycle(services: Services) -> Cycle:
    """A cycle that is over and not closed."""
    question = CycleQuestion(section=SECTION, texts={SOURCE: "Is it clear?", OTHER: "Bb?"})
    made = usual_cycle(scope=(SECTION, UNTRANSLATED, RETIRED), questions=(question,))
    lay_cycles(services, made)
    set_clock(services, made.closes + timedelta(days=1))
    return made


@pytest.fixture
def program(cycle: Cycle, client: TestClient) -> TestClient:
    return _signed_in(client)


def _signed_in(client: TestClient) -> TestClient:
    answer = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


def test_cycle_is_told_to_anybody(cycle: Cycle, client: TestClient) -> None:
    answer = client.get(ONE)

    assert answer.status_code == 200
    assert answer.json() == {
        "id": "2027-1",
        "title": {SOURCE: "Review 2027-1"},
        "introduction": {SOURCE: "Say what you think."},
        "urls": {SOURCE: "/aa/cycles/2027-1/"},
        "opens": "2026-12-01T12:00:00Z",
        "closes": "2026-12-31T12:00:00Z",
        "time_zone": "Europe/Lisbon",
        "phase": "deciding",
        "scope": [SECTION, UNTRANSLATED, RETIRED],
        "questions": [{"section": SECTION, "texts": {SOURCE: "Is it clear?", OTHER: "Bb?"}}],
        "roles": ["staff", "management", "customer"],
        "objection_days": 14,
        "retention_days": 180,
        "closed_at": None,
        "objections_until": None,
    }
    assert client.get(CYCLES).json() == {"cycles": [answer.json()]}


def test_times_carry_the_offset_of_the_zone(services: Services, client: TestClient) -> None:
    lay_cycles(services, usual_cycle(time_zone="America/Sao_Paulo"))

    told = client.get(ONE).json()

    assert (told["opens"], told["scope"]) == ("2026-12-01T09:00:00-03:00", "all")


def test_zone_that_this_machine_does_not_know_is_told_in_utc(
    services: Services, client: TestClient
) -> None:
    lay_cycles(services, usual_cycle(time_zone="Mars/../Olympus"))

    assert client.get(ONE).json()["opens"] == "2026-12-01T12:00:00Z"


@pytest.mark.parametrize(
    ("days", "phase"), [(-1, "upcoming"), (0, "open"), (29, "open"), (30, "deciding")]
)
def test_phase_follows_the_clock(
    cycle: Cycle, client: TestClient, services: Services, days: int, phase: str
) -> None:
    set_clock(services, cycle.opens + timedelta(days=days))

    assert client.get(ONE).json()["phase"] == phase


def test_closed_cycle_says_until_when_one_may_object(program: TestClient) -> None:
    closed = program.post(CLOSE)

    told = program.get(ONE).json()
    assert (closed.status_code, told["phase"]) == (200, "closed")
    assert told["closed_at"] == closed.json()["closings"][0]["at"]
    assert told["closed_at"][:10] == "2027-01-01"
    assert told["objections_until"][:10] == "2027-01-15"


def test_no_cycle_is_an_empty_list(client: TestClient) -> None:
    assert client.get(CYCLES).json() == {"cycles": []}


def test_answers_about_cycles_tell_nothing_of_any_comment(
    cycle: Cycle, client: TestClient, services: Services, store: MemoryStore
) -> None:
    def told() -> list[tuple[bytes, dict[str, str]]]:
        answers = [client.get(CYCLES), client.get(ONE)]
        return [(answer.content, {**answer.headers, "x-request-id": ""}) for answer in answers]

    before = told()
    secret = said_in(cycle, services, body="Only for you.", visibility=Visibility.REVIEWERS)
    hidden = said_in(cycle, services, body="Not let through.")
    prepared(secret.comment.id, services, reason="A prepared secret.")
    decided(hidden.comment.id, services, reason="A secret reason.")
    summarise(cycle.id, SECTION, SOURCE, "A secret summary.", editor=ANA, services=services)
    add_note(secret.comment.id, "A secret note.", editor=ANA, expected_version=2, services=services)
    assert store.get(secret.comment.id).prepared is not None

    assert told() == before


@pytest.mark.parametrize("address", [ONE, f"{CYCLES}/waiting", f"{CYCLES}/%2e%2e"])
@pytest.mark.parametrize(
    ("other", "title"),
    [("pt", "Este ciclo de revisão não existe"), ("ru", "Такого цикла пересмотра нет")],
)
def test_unknown_cycle_is_told_in_the_readers_language(
    open_client: OpenClient, other: str, title: str, address: str
) -> None:
    answer = open_client(other=other).get(address, headers={"Accept-Language": "bb"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-cycle")
    assert answer.json()["title"] == title


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/cycles", CYCLES),
        ("/api/v1/cycles/{cycle}", ONE),
        ("/api/v1/cycles/{cycle}/undecided", UNDECIDED),
        ("/api/v1/templates", "/api/v1/templates"),
    ],
)
def test_answers_are_as_described(
    cycle: Cycle, program: TestClient, services: Services, path: str, address: str
) -> None:
    prepared(said_in(cycle, services).comment.id, services)
    put_template(None, "Thanks", {SOURCE: "Thank you."}, services=services)
    document = program.get("/api/v1/openapi.json").json()
    described = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]

    answer = program.get(address)

    schema = {**described["schema"], "components": document["components"]}
    jsonschema.validate(answer.json(), schema)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", UNDECIDED),
        ("POST", CLOSE),
        ("POST", SUMMARIES),
        ("GET", "/api/v1/templates"),
        ("POST", "/api/v1/templates"),
        ("POST", "/api/v1/templates/1/remove"),
    ],
)
def test_only_editors_may(
    cycle: Cycle, client: TestClient, services: Services, method: str, address: str
) -> None:
    said_in(cycle, services, body="Not for strangers.")

    answer = client.request(method, address)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
    assert "strangers" not in answer.text
    assert services.records.get(cycle.id).version == 0


def test_undecided_comments_are_listed_oldest_first(
    cycle: Cycle, program: TestClient, services: Services
) -> None:
    first, second, third = (said_in(cycle, services).comment for _ in range(3))
    prepared(first.id, services)
    decided(second.id, services)

    answer = program.get(UNDECIDED).json()

    assert (answer["cycle"], answer["phase"], answer["total"]) == ("2027-1", "deciding", 2)
    assert [one["id"] for one in answer["comments"]] == sorted([first.id, third.id])


def test_cycle_with_undecided_comments_is_not_closed_and_names_them(
    cycle: Cycle, program: TestClient, services: Services
) -> None:
    left = [said_in(cycle, services).comment for _ in range(60)]
    decided(left.pop().id, services)

    answer = program.post(CLOSE, json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "cycle-undecided")
    assert set(codes_of(answer)) == {(comment.id, "undecided") for comment in left}
    assert len(codes_of(answer)) == 59
    assert not services.records.get(cycle.id).is_closed


@pytest.mark.parametrize("days", [-1, 1])
def test_cycle_is_not_closed_before_its_end(
    cycle: Cycle, client: TestClient, services: Services, days: int
) -> None:
    set_clock(services, cycle.opens + timedelta(days=days))

    answer = _signed_in(client).post(CLOSE)

    assert (answer.status_code, answer.json()["code"]) == (409, "cycle-not-over")
    assert not services.records.get(cycle.id).is_closed


def test_cycle_is_closed_again_after_an_objection_alone(
    cycle: Cycle, program: TestClient, services: Services
) -> None:
    mine = said_in(cycle, services)
    decided(mine.comment.id, services)
    first = program.post(CLOSE).json()
    assert program.post(CLOSE).json() == first

    object_to(mine.receipt, "No!", services=services)
    reopened = program.post(CLOSE)
    decided(mine.comment.id, services, editor=RUI)
    second = program.post(CLOSE).json()

    assert codes_of(reopened) == [(mine.comment.id, "undecided")]
    assert second["closings"][0] == first["closings"][0]
    assert [one["by"] for one in second["closings"]] == [EDITOR, EDITOR]
    assert second["objections_until"] == first["objections_until"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "malformed-body"), (b"[]", "invalid-request"), (b'{"force": true}', "invalid-request")],
)
def test_closing_with_a_body_that_means_nothing_is_refused(
    cycle: Cycle, program: TestClient, services: Services, content: bytes, code: str
) -> None:
    answer = program.post(CLOSE, content=content, headers={"Content-Type": "application/json"})

    assert answer.json()["code"] == code
    assert not services.records.get(cycle.id).is_closed


def _summary(**fields: Any) -> dict[str, Any]:
    return {"section": SECTION, "language": SOURCE, "text": "Many asked for less.", **fields}


def test_summary_is_kept_changed_and_removed(program: TestClient) -> None:
    kept = program.post(SUMMARIES, json=_summary()).json()["summaries"]
    changed = program.post(
        SUMMARIES, json=_summary(text="Few did.", replaces="Many asked for less.")
    )
    late = program.post(SUMMARIES, json=_summary(text="All did.", replaces=""))
    removed = program.post(SUMMARIES, json=_summary(text=" ")).json()["summaries"]

    assert kept == [_summary()]
    assert changed.json()["summaries"] == [_summary(text="Few did.")]
    assert (late.status_code, late.json()["code"]) == (409, "summary-changed")
    assert removed == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"section": "nothing"}, [("section", "unknown-section")]),
        ({"section": "complaints"}, [("section", "out-of-scope")]),
        (
            {"language": "xx", "text": "x" * 4_001},
            [("language", "unknown-value"), ("text", "too-long")],
        ),
        ({"text": "a\u0000b"}, [("text", "forbidden-character")]),
        ({"text": None, "more": 1}, [("more", "unknown-field"), ("text", "wrong-type")]),
    ],
)
def test_summary_that_cannot_stand_is_refused(
    cycle: Cycle,
    program: TestClient,
    services: Services,
    fields: dict[str, Any],
    found: list[tuple[str, str]],
) -> None:
    answer = program.post(SUMMARIES, json=_summary(**fields))

    assert answer.status_code == 422
    assert sorted(codes_of(answer)) == found
    assert services.records.get(cycle.id).version == 0


def test_summary_of_a_retired_section_is_kept(program: TestClient) -> None:
    answer = program.post(SUMMARIES, json=_summary(section=RETIRED))

    assert answer.json()["summaries"] == [_summary(section=RETIRED)]
