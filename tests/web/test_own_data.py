"""The download of one's own data: everything that is the commenter's, and nothing else."""

import json
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.event import INTERNAL
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.prepare import prepare
from feedback_api.services.support import second
from feedback_api.services.triage import add_note, ask, assign, set_gloss
from tests.fakes.published import SECTION, SOURCE, TEXT, WORDING
from tests.web.following import (
    API,
    EDITOR,
    RECEIPT,
    authorised,
    decided,
    follow,
    given_comment,
    made_public,
    memory_of,
)
from tests.web.reading import form_values, posted

EDITORS_ONLY = "For editors’ eyes"
WRITTEN = {
    "body": "First words.",
    "suggestion": "Better words.",
    "name": "Иван Silva",
    "email": "ivan@example.org",
}


@pytest.fixture
def told(client: TestClient, services: Services) -> tuple[CommentId, str]:
    """A comment with everything that can gather around one, and its receipt."""
    comment, receipt = given_comment(client, **WRITTEN)
    client.post(f"{API}/reply", json={"body": "More words."}, headers=authorised(receipt))
    made_public(services, comment)
    second(comment, "a browser", services=services)
    by: dict[str, Any] = {"editor": EDITOR, "services": services}

    def version() -> int:
        return services.comments.get(comment).version

    ask(comment, "Which week?", SOURCE, expected_version=version(), **by)
    add_note(comment, f"{EDITORS_ONLY}: noted.", expected_version=version(), **by)
    set_gloss(comment, f"{EDITORS_ONLY}: gloss.", SOURCE, expected_version=version(), **by)
    assign(comment, EDITOR, expected_version=version(), **by)
    decided(services, comment, reason="It stays so.")
    draft = DecisionDraft(
        outcome=State.ACCEPTED, reason=f"{EDITORS_ONLY}: soon.", reason_language=SOURCE
    )
    prepare(comment, draft, expected_version=version(), **by)
    return comment, receipt


def _downloaded(client: TestClient, receipt: str) -> list[Response]:
    """By program, and by the button on the page."""
    values = form_values(follow(client, receipt), "/data")
    return [
        client.get(f"{API}/data", headers=authorised(receipt)),
        client.post(f"{RECEIPT}/data", data=values),
    ]


def test_both_ways_give_the_same_file(client: TestClient, told: tuple[CommentId, str]) -> None:
    answers = _downloaded(client, told[1])

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-disposition"] == 'attachment; filename="comment.json"'
        assert answer.headers["cache-control"] == "no-store"
    assert answers[0].json() == answers[1].json()


def test_file_holds_all_that_was_written_and_answered(
    client: TestClient, told: tuple[CommentId, str]
) -> None:
    data: dict[str, Any] = client.get(f"{API}/data", headers=authorised(told[1])).json()

    sent = posted(**WRITTEN)
    assert {name: data[name] for name in sent} == sent
    assert (data["section"], data["wording"], data["wording_text"]) == (SECTION, WORDING, TEXT)
    assert [one["body"] for one in data["additions"]] == ["More words."]
    assert [one["body"] for one in data["questions"]] == ["Which week?"]
    assert data["decision"]["reason"] == "It stays so."
    assert (data["public"], data["support"], data["collected"]) == (True, 1, False)
    assert (data["objection"], data["email_confirmed_at"]) == (None, None)


def test_file_and_page_hold_nothing_that_is_the_editors(
    client: TestClient, services: Services, told: tuple[CommentId, str]
) -> None:
    comment, receipt = told
    hidden = memory_of(services).comments[comment]
    kept_from_all = [
        EDITORS_ONLY,
        EDITOR,
        hidden.receipt_hash,
        *hidden.seconds,
        *(f'"{kind.value}"' for kind in INTERNAL),
    ]
    assert {event.what for event in hidden.events} >= INTERNAL - {"preparation-dropped", "proposed"}

    answers = [*_downloaded(client, receipt), client.get(API, headers=authorised(receipt))]

    for answer in answers:
        assert not [word for word in kept_from_all if str(word) in answer.text]
    page = follow(client, receipt).text
    labels = ["Assignment changed", "Note written", "Summary line changed", "Decision prepared"]
    assert not [word for word in (EDITORS_ONLY, f">{EDITOR}<", *labels) if word in page]


def test_address_is_in_the_file_and_nowhere_else(
    client: TestClient, told: tuple[CommentId, str]
) -> None:
    receipt = told[1]

    shown = [
        follow(client, receipt),
        client.get(API, headers=authorised(receipt)),
        client.get(f"/api/v1/sections/{SECTION}"),
        client.get(f"/feedback/{SOURCE}/{SECTION}/comments"),
    ]

    assert not [answer.url for answer in shown if "ivan@example.org" in answer.text]
    assert "ivan@example.org" in client.get(f"{API}/data", headers=authorised(receipt)).text


def test_file_of_a_comment_that_nobody_touched_is_complete_too(client: TestClient) -> None:
    _, receipt = given_comment(client)

    data = client.get(f"{API}/data", headers=authorised(receipt)).json()

    assert json.loads(json.dumps(data)) == data
    assert (data["decision"], data["questions"], data["email"]) == (None, [], None)


def test_events_name_neither_editors_nor_what_only_they_know(
    client: TestClient, services: Services
) -> None:
    comment, receipt = given_comment(client)
    name = EditorName("Unmistakable Editor")
    assign(comment, EDITOR, editor=name, expected_version=1, services=services)
    add_note(comment, "x", editor=name, expected_version=2, services=services)

    shown = client.get(API, headers=authorised(receipt)).json()

    assert [event["what"] for event in shown["events"]] == ["submitted"]
    assert name not in json.dumps(shown)


@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("0000-0000-0000-0000-0009", 404), ("x" * 9_000, 404)]
)
def test_wrong_receipt_gives_no_file(client: TestClient, given: str, status: int) -> None:
    answer = client.get(f"{API}/data", headers=authorised(given))

    assert answer.status_code == status
    assert "content-disposition" not in answer.headers
