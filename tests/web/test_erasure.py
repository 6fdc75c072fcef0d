"""Erasing one's comment: what is said before, and that nothing is left to be found after."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreFull
from feedback_api.domain.identity import CommentId
from feedback_api.services import Services
from feedback_api.services.ports import Step
from feedback_api.services.triage import add_note, ask
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE, SECTION, SOURCE
from tests.web.following import (
    API,
    EDITOR,
    RECEIPT,
    authorised,
    closed,
    decided,
    follow,
    given_comment,
    made_public,
    memory_of,
    open_cycle,
)
from tests.web.reading import COMMENTS, FORM, OpenClient, form_values, page_of, posted, text_of

NEVER_GIVEN = "0000-0000-0000-0000-0009"
SECRET = "Unmistakable words"
_ANSWER_S_OWN = re.compile(r"[0-9a-f]{16}")


@pytest.fixture
def told(client: TestClient, services: Services) -> tuple[CommentId, str]:
    """A comment with everything that can gather around one, public, and its receipt."""
    comment, receipt = given_comment(
        client,
        body=f"{SECRET} of the body.",
        suggestion=f"{SECRET} suggested.",
        name=f"{SECRET} Silva",
        email="silva@example.org",
    )
    client.post(f"{API}/reply", json={"body": f"{SECRET} added."}, headers=authorised(receipt))
    made_public(services, comment)
    version = services.comments.get(comment).version
    add_note(
        comment, f"{SECRET} noted.", editor=EDITOR, expected_version=version, services=services
    )
    ask(
        comment,
        f"{SECRET} asked?",
        SOURCE,
        editor=EDITOR,
        expected_version=version + 1,
        services=services,
    )
    decided(services, comment, reason=f"{SECRET} decided.")
    return comment, receipt


def test_erasure_says_first_what_goes_and_what_stays(
    client: TestClient, services: Services, told: tuple[CommentId, str]
) -> None:
    comment, receipt = told
    shown = follow(client, receipt)

    asked = client.post(f"{RECEIPT}/erase", data=form_values(shown, "/erase"))

    assert asked.status_code == 200
    said = text_of(asked)
    assert "What is erased" in said
    assert "your name and your e-mail address" in said
    assert "What stays" in said
    assert "its day, language, role and kind" in said
    assert services.comments.get(comment).erased is None


def test_confirmed_erasure_leaves_no_word(
    client: TestClient, services: Services, told: tuple[CommentId, str]
) -> None:
    comment, receipt = told
    asked = client.post(f"{RECEIPT}/erase", data={"receipt": receipt})

    done = client.post(f"{RECEIPT}/erase", data=form_values(asked, "/erase"))

    assert done.status_code == 200
    assert "Your comment is erased" in text_of(done)
    assert not page_of(done).xpath("//main//form")
    kept = memory_of(services).comments[comment]
    assert kept.erased is not None
    assert SECRET not in repr(kept)
    assert "silva" not in repr(kept)
    assert kept.receipt_hash == ""


def test_erased_comment_is_nowhere(
    editor_client: TestClient, services: Services, told: tuple[CommentId, str]
) -> None:
    comment, receipt = told
    seen = [f"{FORM}/comments", f"/api/v1/sections/{SECTION}", "/review", COMMENTS]
    before = [editor_client.get(address).text for address in seen]

    answer = editor_client.post(f"{API}/erase", headers=authorised(receipt))

    assert answer.status_code == 204
    assert all(SECRET in text for text in before)
    assert not [address for address in seen if SECRET in editor_client.get(address).text]
    assert editor_client.get(f"/api/v1/pages/{PAGE}/counts").json()["counts"] == {}
    assert editor_client.get(f"{COMMENTS}/{comment}").status_code == 404
    assert editor_client.get(f"/review/{comment}").status_code == 404


@pytest.mark.parametrize("step", ["", "/reply", "/object", "/withdraw", "/erase", "/data", "/file"])
def test_erased_receipt_answers_as_one_never_given_on_every_page(
    client: TestClient, told: tuple[CommentId, str], step: str
) -> None:
    _, receipt = told
    client.post(f"{API}/erase", headers=authorised(receipt))
    fields = {"body": "x"} if step in ("/reply", "/object") else {}

    erased, unknown = (
        client.post(f"{RECEIPT}{step}", data={"receipt": given, **fields})
        for given in (receipt, NEVER_GIVEN)
    )

    assert _bare(erased, receipt) == _bare(unknown, NEVER_GIVEN)
    assert erased.status_code == 404


@pytest.mark.parametrize(
    ("method", "step"),
    [
        ("GET", ""),
        ("GET", "/data"),
        ("POST", "/reply"),
        ("POST", "/object"),
        ("POST", "/withdraw"),
        ("POST", "/erase"),
    ],
)
def test_erased_receipt_answers_as_one_never_given_to_programs(
    client: TestClient, told: tuple[CommentId, str], method: str, step: str
) -> None:
    _, receipt = told
    client.post(f"{API}/erase", headers=authorised(receipt))
    body = {"body": "x"} if step in ("/reply", "/object") else None

    erased, unknown = (
        client.request(method, f"{API}{step}", json=body, headers=authorised(given))
        for given in (receipt, NEVER_GIVEN)
    )

    assert _bare(erased, receipt) == _bare(unknown, NEVER_GIVEN)
    assert (erased.status_code, erased.json()["code"]) == (404, "unknown-receipt")


def _bare(answer: Response, receipt: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body without the number that each request gets, and what was typed."""
    assert receipt not in str(answer.headers)
    own = answer.headers["x-request-id"]
    assert _ANSWER_S_OWN.fullmatch(own)
    headers = {name: value.replace(own, "…") for name, value in answer.headers.items()}
    return answer.status_code, headers, answer.text.replace(own, "…").replace(receipt, "…")


def test_late_retry_of_an_erased_comment_does_not_bring_it_back(
    client: TestClient, services: Services
) -> None:
    key = {"Idempotency-Key": "once"}
    receipt = client.post(COMMENTS, json=posted(), headers=key).json()["receipt"]
    client.post(f"{API}/erase", headers=authorised(receipt))

    retried = client.post(COMMENTS, json=posted(), headers=key)

    assert (retried.status_code, retried.json()["code"]) == (410, "erased")
    assert receipt not in retried.text
    assert len(memory_of(services).comments) == 1


def test_comment_of_a_closed_cycle_can_be_erased(client: TestClient, services: Services) -> None:
    cycle = open_cycle(services)
    comment, receipt = given_comment(client)
    decided(services, comment)
    closed(services, cycle, cycle.closes + timedelta(days=1))

    answer = client.post(f"{API}/erase", headers=authorised(receipt))

    assert answer.status_code == 204
    assert memory_of(services).comments[comment].erased is not None


@pytest.mark.parametrize(
    ("fields", "field"), [({"confirm": "no"}, "confirm"), ({"sure": "yes"}, "sure")]
)
def test_form_with_other_fields_erases_nothing(
    client: TestClient, services: Services, fields: dict[str, str], field: str
) -> None:
    comment, receipt = given_comment(client)

    answer = client.post(f"{RECEIPT}/erase", data={"receipt": receipt, **fields})

    assert answer.status_code == 422
    assert field in text_of(answer)
    assert services.comments.get(comment).erased is None


class _FullStore(MemoryStore):
    """A store whose disk is full."""

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        raise StoreFull


def test_full_disk_says_that_nothing_was_erased(
    client: TestClient, services: Services, open_client: OpenClient
) -> None:
    comment, receipt = given_comment(client)
    full = _FullStore()
    full.comments = memory_of(services).comments
    crowded = open_client(over=replace(services, comments=full))

    answer = crowded.post(f"{RECEIPT}/erase", data={"receipt": receipt, "confirm": "yes"})

    assert answer.status_code == 507
    assert "no space left" in text_of(answer)
    assert services.comments.get(comment).erased is None


@pytest.mark.parametrize(
    ("other", "heading", "goes"),
    [
        ("pt", "Apagar seu comentário?", "O que é apagado"),
        ("ru", "Стереть ваш комментарий?", "Что стирается"),
    ],
)
def test_erasure_asks_in_the_language_chosen(
    client: TestClient, open_client: OpenClient, other: str, heading: str, goes: str
) -> None:
    _, receipt = given_comment(client)
    other_client = open_client(other=other)

    page = page_of(other_client.post(f"{RECEIPT}/erase?language=bb", data={"receipt": receipt}))

    assert page.xpath("//h1")[0].text_content() == heading
    assert page.xpath("//h2")[0].text_content() == goes
