"""Objecting by receipt to the decision of a closed review cycle."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.decision import State
from feedback_api.services import Services
from feedback_api.services.follow import withdraw
from tests.web.following import (
    API,
    EDITOR,
    RECEIPT,
    authorised,
    closed,
    decided,
    follow,
    given_comment,
    memory_of,
    open_cycle,
    wait_until,
)
from tests.web.reading import OpenClient, codes_of, form_values, page_of, text_of

OBJECT = f"{API}/object"
WORDS = "Nobody read what I wrote."


@pytest.fixture
def cycle(services: Services) -> Cycle:
    return open_cycle(services)


@pytest.fixture
def receipt(client: TestClient, services: Services, cycle: Cycle) -> str:
    """Of a comment declined in a cycle that closed after its last day."""
    comment, given = given_comment(client)
    decided(services, comment)
    closed(services, cycle, cycle.closes + timedelta(days=1))
    return given


def _only(services: Services) -> Comment:
    (comment,) = memory_of(services).comments.values()
    return comment


def test_page_says_until_when_in_the_clocks_of_the_cycle(client: TestClient, receipt: str) -> None:
    answer = follow(client, receipt)

    # Closed on 21 December at 12:00 UTC, 14 days to object; in Lisbon UTC is the time in winter.
    said = "before January 4, 2027 at 12:00\u202fPM (time zone: Lisbon, UTC+00:00)"
    assert said in page_of(answer).text_content()
    moment = page_of(answer).xpath("//h2[@id='object']/following-sibling::p[1]/time")[0]
    assert moment.get("datetime") == "2027-01-04T12:00:00+00:00"


@pytest.mark.parametrize(
    ("other", "said", "button"),
    [
        (
            "pt",
            "antes de 4 de janeiro de 2027 às 12:00 (fuso horário: Lisboa, UTC+00:00)",
            "Contestar…",
        ),
        (
            "ru",
            "4 января 2027 г. в 12:00 (часовой пояс: Лиссабон, UTC+00:00)",
            "Возразить…",
        ),
    ],
)
def test_page_says_so_in_the_form_of_the_language(
    open_client: OpenClient, receipt: str, other: str, said: str, button: str
) -> None:
    answer = follow(open_client(other=other), receipt, "bb")

    assert said in text_of(answer)
    form = page_of(answer).xpath("//form[contains(@action, '/object')]")[0]
    assert form.xpath(".//button")[0].text_content() == button


def test_objection_is_asked_about_before_it_is_made(
    client: TestClient, services: Services, receipt: str
) -> None:
    shown = follow(client, receipt)
    typed = {**form_values(shown, "/object"), "body": f"  {WORDS}\r\n\r\nNobody."}

    asked = client.post(f"{RECEIPT}/object", data=typed)
    before = _only(services)
    done = client.post(f"{RECEIPT}/object", data=form_values(asked, "/object"))

    assert before.objection is None
    assert "Object to the decision?" in text_of(asked)
    assert WORDS in text_of(asked)
    objected = _only(services)
    assert objected.objection is not None
    assert objected.objection.body == f"{WORDS}\n\nNobody."
    assert (objected.state, objected.decision) == (State.IN_REVIEW, None)
    said = text_of(done)
    assert "Your objection is stored: another editor decides your comment again." in said
    assert WORDS in said
    assert "It stays so." in said  # the decision before, which is part of the story
    assert EDITOR not in said
    assert not page_of(done).xpath("//form[contains(@action, '/object')]")


def test_objection_by_program_shows_the_comment_as_it_stands(
    client: TestClient, receipt: str
) -> None:
    answer = client.post(OBJECT, json={"body": WORDS}, headers=authorised(receipt))

    shown = answer.json()
    assert answer.status_code == 200
    assert shown["objection"]["body"] == WORDS
    assert shown["state"] == "in-review"
    assert shown["decision"] is None
    assert [one["reason"] for one in shown["earlier_decisions"]] == ["It stays so."]
    assert shown["possible"] == {
        "reply": True,
        "withdraw": True,
        "object": False,
        "object_before": None,
    }


def test_program_learns_until_when(client: TestClient, receipt: str) -> None:
    shown = client.get(API, headers=authorised(receipt)).json()

    assert shown["possible"]["object"] is True
    assert shown["possible"]["object_before"] == "2027-01-04T12:00:00Z"


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 4_001, "a\u0000b"])
def test_words_that_cannot_be_taken_are_given_back(
    client: TestClient, services: Services, receipt: str, body: str
) -> None:
    page = client.post(f"{RECEIPT}/object", data={"receipt": receipt, "body": body})
    answer = client.post(OBJECT, json={"body": body}, headers=authorised(receipt))

    assert (page.status_code, answer.status_code) == (422, 422)
    control = page_of(page).get_element_by_id("object-body")
    assert control.get("aria-invalid") == "true"
    assert page_of(page).get_element_by_id("reply-body").get("aria-invalid") is None
    assert [field for field, _ in codes_of(answer)] == ["body"]
    assert _only(services).objection is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "required"),
        ({"body": 7}, "wrong-type"),
        ({"body": None}, "wrong-type"),
        ({"body": "x", "reason": "y"}, "unknown-field"),
        ({"body": "x", "receipt": 1}, "wrong-type"),
    ],
)
def test_fields_that_do_not_fit_are_refused(
    client: TestClient, services: Services, receipt: str, fields: dict[str, object], code: str
) -> None:
    answer = client.post(OBJECT, json=fields, headers=authorised(receipt))

    assert answer.status_code == 422
    assert [told for _, told in codes_of(answer)] == [code]
    assert _only(services).objection is None


def test_nothing_decided_leaves_nothing_to_object_to(client: TestClient, cycle: Cycle) -> None:
    _, receipt = given_comment(client)

    _assert_refused(
        client,
        receipt,
        "not-decided-yet",
        "You can object once your comment is decided and its review cycle is closed.",
    )


def test_cycle_that_is_not_closed_takes_no_objection(
    client: TestClient, services: Services, cycle: Cycle
) -> None:
    comment, receipt = given_comment(client)
    decided(services, comment)

    _assert_refused(
        client,
        receipt,
        "cycle-not-closed",
        "Once it is closed you can object",
    )


def test_decision_outside_any_cycle_takes_no_objection(
    client: TestClient, services: Services
) -> None:
    comment, receipt = given_comment(client)
    decided(services, comment)

    _assert_refused(client, receipt, "cycle-not-closed", "Once it is closed you can object")


def test_last_moment_is_over_when_it_comes(
    client: TestClient, services: Services, cycle: Cycle, receipt: str
) -> None:
    wait_until(services, cycle.closes + timedelta(days=15))

    _assert_refused(
        client,
        receipt,
        "objection-over",
        "The decision stands. You can make a new comment in the next review cycle.",
    )


def test_last_moment_is_not_over_before_it_comes(
    client: TestClient, services: Services, cycle: Cycle, receipt: str
) -> None:
    wait_until(services, cycle.closes + timedelta(days=15) - timedelta(seconds=1))

    answer = client.post(OBJECT, json={"body": WORDS}, headers=authorised(receipt))

    assert answer.status_code == 200


def test_second_objection_is_refused(client: TestClient, services: Services, receipt: str) -> None:
    client.post(OBJECT, json={"body": WORDS}, headers=authorised(receipt))

    _assert_refused(
        client,
        receipt,
        "already-objected",
        "There is one objection for each comment; another editor decides it.",
    )


def test_withdrawn_comment_takes_no_objection(
    client: TestClient, services: Services, receipt: str
) -> None:
    withdraw(receipt, services=services)

    _assert_refused(client, receipt, "not-allowed-now", "The comment’s state is “Withdrawn”")


def test_unknown_receipt_objects_to_nothing(client: TestClient, receipt: str) -> None:
    unknown = {"receipt": "0000-0000-0000-0000-0009", "body": WORDS}

    page = client.post(f"{RECEIPT}/object", data={**unknown, "confirm": "yes"})
    answer = client.post(OBJECT, json=unknown)

    assert (page.status_code, answer.status_code) == (404, 404)
    assert answer.json()["code"] == "unknown-receipt"


def _assert_refused(client: TestClient, receipt: str, code: str, said: str) -> None:
    """By program, and on pages with and without the confirmation; what was typed is kept."""
    typed = {"receipt": receipt, "body": "Another complaint."}
    answer = client.post(OBJECT, json={"body": "Another complaint."}, headers=authorised(receipt))
    pages = [
        client.post(f"{RECEIPT}/object", data=typed),
        client.post(f"{RECEIPT}/object", data={**typed, "confirm": "yes"}),
    ]

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert said in answer.json()["detail"]
    for page in pages:
        assert page.status_code == 409
        assert said in text_of(page)
        assert "Another complaint." in text_of(page)
        assert "Object to the decision?" not in text_of(page)
