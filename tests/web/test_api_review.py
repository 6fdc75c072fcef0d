"""The editors' JSON API."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import end_sessions
from feedback_api.services.review import begin_review
from feedback_api.web.sessions import LASTS
from tests.fakes.clockwork import SteppingClock
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, SECTION, SOURCE
from tests.web.reading import COMMENTS, EDITOR, PASSPHRASE, codes_of

SESSION = "/api/v1/session"
DECISION = f"{COMMENTS}/{comment_id(1)}/decision"


@pytest.fixture
def program(client: TestClient) -> TestClient:
    """A program of an editor's: it sends a token and keeps no cookie."""
    answer = client.post(SESSION, json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert not client.cookies
    return client


def make_decision(**fields: object) -> dict[str, object]:
    usual = {"outcome": "declined", "reason": "No.", "reason_language": SOURCE, "version": 1}
    return {**usual, **fields}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("address", [COMMENTS, f"{COMMENTS}/{comment_id(1)}", SESSION])
def test_nothing_is_shown_without_a_session(
    client: TestClient, store: MemoryStore, method: str, address: str
) -> None:
    store.add(usual_comment(1, body="Not for strangers."))

    answer = client.request(method, address)

    assert answer.status_code == 401
    assert "Not for strangers." not in answer.text


def test_nobody_decides_without_a_session(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))

    answer = client.post(DECISION, json=make_decision())

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
    assert store.get(comment_id(1)).version == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("state=accepted", [2]),
        (f"section={SECTION}&language={OTHER}", [3]),
        ("role=staff&kind=praise", [2]),
        ("text=%D0%81%D0%9B%D0%9A%D0%90", [3]),
        ("visibility=reviewers", [1]),
        ("public=true", [2]),
        ("order=newest&limit=1", [3]),
        ("offset=1&limit=1", [2]),
        ("offset=99", []),
    ],
)
def test_list_holds_what_the_filters_let_through(
    program: TestClient, store: MemoryStore, query: str, found: list[int]
) -> None:
    clock = SteppingClock()
    store.add(usual_comment(1, submitted_at=clock.now(), visibility=Visibility.REVIEWERS))
    accepted = {"state": State.ACCEPTED, "role": Role.STAFF, "kind": Kind.PRAISE, "public": True}
    store.add(usual_comment(2, submitted_at=clock.now(), **accepted))
    store.add(usual_comment(3, submitted_at=clock.now(), language=OTHER, body="Ёлка"))

    answer = program.get(f"{COMMENTS}?{query}")

    assert [one["id"] for one in answer.json()["comments"]] == [*map(comment_id, found)]


def test_list_names_the_next_part(program: TestClient, store: MemoryStore) -> None:
    for number in range(1, 4):
        store.add(usual_comment(number))

    first = program.get(f"{COMMENTS}?limit=2&role=customer").json()
    last = program.get(first["next"]).json()

    assert (first["total"], len(first["comments"])) == (3, 2)
    assert (last["offset"], len(last["comments"]), last["next"]) == (2, 1, None)


def test_decision_is_recorded(program: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))

    answer = program.post(DECISION, json=make_decision(outcome="accepted", reason="You are right."))

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["state"], shown["version"]) == ("accepted", 2)
    assert shown["decision"]["by"] == EDITOR
    stored = store.get(comment_id(1))
    assert stored.decision is not None
    assert stored.decision.reason == "You are right."


def test_decision_on_an_old_version_answers_the_newer_comment(
    program: TestClient, store: MemoryStore, services: Services
) -> None:
    store.add(usual_comment(1))
    begin_review(comment_id(1), editor=EditorName("Rui"), expected_version=1, services=services)

    answer = program.post(DECISION, json=make_decision(version=1))

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (answer.json()["newer"]["version"], answer.json()["newer"]["state"]) == (2, "in-review")
    assert store.get(comment_id(1)).state is State.IN_REVIEW


def test_decision_tells_every_fault_at_once(program: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))

    answer = program.post(
        DECISION,
        json={"outcome": "maybe", "reason": " ", "reason_language": "xx", "version": True},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-decision")
    assert sorted(codes_of(answer)) == [
        ("outcome", "unknown-value"),
        ("reason", "required"),
        ("reason_language", "unknown-value"),
        ("version", "wrong-type"),
    ]


def test_cookie_in_a_browser_needs_the_secret_of_the_page(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1))
    browser = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    csrf = editor_client.get(SESSION).json()["csrf"]

    without = editor_client.post(DECISION, json=make_decision(), headers=browser)
    silent = editor_client.post(DECISION, json=make_decision())
    foreign = editor_client.post(
        DECISION,
        json=make_decision(),
        headers={"Origin": "http://evil.example", "X-CSRF-Token": csrf},
    )
    own = editor_client.post(
        DECISION, json=make_decision(), headers={**browser, "X-CSRF-Token": csrf}
    )

    refused = [without, silent, foreign]
    assert [answer.status_code for answer in (*refused, own)] == [403, 403, 403, 200]
    assert without.json()["code"] == "not-from-our-page"


def test_session_ends_for_every_copy_of_its_token(program: TestClient, services: Services) -> None:
    assert program.get(SESSION).json()["name"] == EDITOR

    ended = program.delete(SESSION)

    assert ended.status_code == 204
    assert program.get(SESSION).status_code == 401


def test_session_is_over_after_its_time(program: TestClient, services: Services) -> None:
    clock = services.clock
    assert isinstance(clock, SteppingClock)

    before = program.get(SESSION)

    clock.time += LASTS
    after = program.get(SESSION)

    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "é", "A" * 3000, "eyJhIjoxfQ.AAAA", "." * 200, "\\ud800"]
)
def test_forged_tokens_are_no_session(client: TestClient, token: str) -> None:
    answer = client.get(SESSION, headers={b"Authorization": f"Bearer {token}".encode()})

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


def test_ended_sessions_do_not_come_back(program: TestClient, services: Services) -> None:
    end_sessions(services.editors.all()[0].name, services=services)

    assert program.get(COMMENTS).status_code == 401


def test_sign_in_refuses_alike(client: TestClient) -> None:
    unknown = client.post(SESSION, json={"name": "Nobody", "passphrase": PASSPHRASE})
    wrong = client.post(SESSION, json={"name": EDITOR, "passphrase": "wrong"})

    assert unknown.status_code == wrong.status_code == 401
    told = [{**answer.json(), "request_id": ""} for answer in (unknown, wrong)]
    assert told[0] == told[1]
