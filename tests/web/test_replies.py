"""What editors ask by way of the receipt, and how often a commenter may reply."""

import jsonschema
import pytest
from starlette.testclient import TestClient

from feedback_api.domain.decision import State
from feedback_api.domain.identity import CommentId, CycleId
from feedback_api.services import Services
from feedback_api.services.triage import ask
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import OTHER, SOURCE
from tests.web.following import (
    API,
    EDITOR,
    RECEIPT,
    authorised,
    decided,
    follow,
    given_comment,
    made_public,
    stored,
)
from tests.web.reading import COMMENTS, OpenClient, form_values, page_of, text_of

REPLY = f"{API}/reply"


@pytest.fixture
def given(client: TestClient) -> tuple[CommentId, str]:
    return given_comment(client)


def _asked(services: Services, comment: CommentId, body: str = "Which week?") -> None:
    version = stored(services, comment).version
    ask(comment, body, OTHER, editor=EDITOR, expected_version=version, services=services)


def test_question_is_shown_in_its_language_with_the_form_to_answer_it(
    client: TestClient, services: Services, given: tuple[CommentId, str]
) -> None:
    _asked(services, given[0])

    answer = follow(client, given[1])

    (quote,) = [
        one for one in page_of(answer).find_class("cop-quote") if "Which week" in (one.text or "")
    ]
    assert quote.get("lang") == OTHER
    assert "The editors ask you" in text_of(answer)
    assert "The editors have a question for you. Answer it below." in text_of(answer)
    assert EDITOR not in text_of(answer)
    assert "body" in form_values(answer, "/reply")


def test_question_and_answer_are_told_to_programs(
    client: TestClient, services: Services, given: tuple[CommentId, str]
) -> None:
    _asked(services, given[0])

    shown = client.post(REPLY, json={"body": "The last."}, headers=authorised(given[1])).json()

    assert "have a question for you" not in text_of(follow(client, given[1]))
    assert [(one["language"], one["body"]) for one in shown["questions"]] == [
        (OTHER, "Which week?")
    ]
    assert [one["body"] for one in shown["additions"]] == ["The last."]


def test_decision_is_replied_to_once(
    client: TestClient, services: Services, given: tuple[CommentId, str]
) -> None:
    decided(services, given[0])
    first = client.post(f"{RECEIPT}/reply", data={"receipt": given[1], "body": "But why?"})

    second = client.post(f"{RECEIPT}/reply", data={"receipt": given[1], "body": "And when?"})
    answer = client.post(REPLY, json={"body": "And when?"}, headers=authorised(given[1]))

    assert first.status_code == 200
    assert not page_of(first).xpath("//form[contains(@action, '/reply')]")
    assert (second.status_code, answer.status_code) == (409, 409)
    assert answer.json()["code"] == "already-replied"
    assert "There is one reply to each question and to each decision." in text_of(second)
    assert "And when?" in text_of(second)  # what was typed is not lost
    assert [said.body for said in stored(services, given[0]).additions] == ["But why?"]


def test_question_after_a_decision_gives_one_more_reply(
    client: TestClient, services: Services, given: tuple[CommentId, str]
) -> None:
    decided(services, given[0])
    client.post(REPLY, json={"body": "But why?"}, headers=authorised(given[1]))

    _asked(services, given[0])

    assert client.get(API, headers=authorised(given[1])).json()["possible"]["reply"] is True
    answer = client.post(REPLY, json={"body": "The last."}, headers=authorised(given[1]))
    assert answer.json()["possible"]["reply"] is False


def test_limit_of_additions_is_told_with_the_words_typed(
    client: TestClient, given: tuple[CommentId, str]
) -> None:
    for number in range(20):
        client.post(REPLY, json={"body": f"Number {number}."}, headers=authorised(given[1]))

    page = client.post(f"{RECEIPT}/reply", data={"receipt": given[1], "body": "One too many."})

    assert page.status_code == 422
    assert "One too many." in text_of(page)
    assert "the limit is 20" in text_of(page)
    assert not page_of(page).xpath("//main//a[@href='#reply-body']")


def test_deferred_comment_names_the_cycle_that_answers_it(
    client: TestClient, services: Services, given: tuple[CommentId, str]
) -> None:
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = (usual_cycle("2027-2", titles={SOURCE: "Second review"}),)
    decided(services, given[0], State.DEFERRED, deferred_to=CycleId("2027-2"))

    assert "It is answered in the review cycle “Second review”." in text_of(
        follow(client, given[1])
    )
    assert client.get(API, headers=authorised(given[1])).json()["deferred_to"] == "2027-2"


@pytest.mark.parametrize(
    ("other", "said"),
    [("pt", "Os editores perguntam a você"), ("ru", "Вопрос редакторов к вам")],
)
def test_question_is_announced_in_the_language_chosen(
    open_client: OpenClient,
    services: Services,
    given: tuple[CommentId, str],
    other: str,
    said: str,
) -> None:
    _asked(services, given[0])

    assert said in text_of(follow(open_client(other=other), given[1], OTHER))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", API),
        ("get", f"{API}/data"),
        ("post", REPLY),
        ("post", f"{API}/withdraw"),
        ("post", f"{COMMENTS}/{{comment}}/second"),
    ],
)
def test_answers_are_as_described(
    client: TestClient,
    services: Services,
    given: tuple[CommentId, str],
    method: str,
    path: str,
) -> None:
    _asked(services, given[0])
    made_public(services, given[0])
    document = client.get("/api/v1/openapi.json").json()
    described = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]

    answer = client.request(
        method,
        path.format(comment=given[0]),
        json={"body": "More."} if path == REPLY else None,
        headers=authorised(given[1]),
    )

    schema = {**described["schema"], "components": document["components"]}
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), schema)
