"""What the holder of a receipt can see and do."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.review import decide
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE
from tests.web.reading import (
    COMMENTS,
    OpenClient,
    form_of,
    form_values,
    page_of,
    posted,
    text_of,
)

RECEIPT = "/feedback/receipt"


@pytest.fixture
def receipt(client: TestClient) -> str:
    given: str = client.post(COMMENTS, json=posted(body="My words.")).json()["receipt"]
    return given


def test_receipt_however_typed_shows_state_reason_and_history(
    client: TestClient, store: MemoryStore, services: Services, receipt: str
) -> None:
    (comment,) = store.comments.values()
    draft = DecisionDraft(outcome=State.ACCEPTED, reason="Well seen.", reason_language=SOURCE)
    editor = EditorName("Ana")
    decide(comment.id, draft, editor=editor, expected_version=1, services=services)
    typed = f"  {receipt.lower().replace('-', ' ')} "

    answer = client.post(RECEIPT, data={"receipt": typed})

    said = text_of(answer)
    assert answer.status_code == 200
    assert "My words." in said
    assert "Well seen." in said
    assert "Accepted" in said
    assert "an editor" in said
    assert editor not in said
    assert answer.headers["cache-control"] == "no-store"


def test_receipt_is_in_no_address(client: TestClient, receipt: str) -> None:
    page = page_of(client.post(RECEIPT, data={"receipt": receipt}))

    addresses = page.xpath("//@href | //@action | //@src")
    assert addresses
    assert not [address for address in addresses if receipt in address]


@pytest.mark.parametrize("typed", ["0000-0000-0000-0000-0009", "x", "й" * 20, "A" * 9000])
def test_unknown_receipt_gives_the_form_back(client: TestClient, typed: str) -> None:
    answer = client.post(RECEIPT, data={"receipt": typed})

    assert answer.status_code == 404
    assert form_values(answer)["receipt"] == typed
    control = page_of(answer).get_element_by_id("receipt-receipt")
    assert control.get("aria-invalid") == "true"


@pytest.mark.parametrize("step", ["", "/reply", "/withdraw", "/file"])
def test_missing_receipt_is_asked_for(client: TestClient, step: str) -> None:
    answer = client.post(f"{RECEIPT}{step}", data={"receipt": "", "body": "x"})

    assert 400 <= answer.status_code < 500
    assert form_of(answer).get("action", "").startswith(RECEIPT)


def test_words_are_added(client: TestClient, store: MemoryStore, receipt: str) -> None:
    shown = client.post(RECEIPT, data={"receipt": receipt})
    values = form_values(shown, "/reply")

    answer = client.post(f"{RECEIPT}/reply", data={**values, "body": "One more thing."})

    assert "Your words were added." in text_of(answer)
    assert "One more thing." in text_of(answer)
    (comment,) = store.comments.values()
    assert [said.body for said in comment.additions] == ["One more thing."]


def test_words_that_cannot_be_added_are_given_back(
    client: TestClient, store: MemoryStore, receipt: str
) -> None:
    long = "x" * 4_001

    answer = client.post(f"{RECEIPT}/reply", data={"receipt": receipt, "body": long})

    assert answer.status_code == 422
    assert form_values(answer, "/reply")["body"] == long
    assert page_of(answer).get_element_by_id("reply-body").get("aria-invalid") == "true"
    (comment,) = store.comments.values()
    assert comment.additions == ()


def test_withdrawal_asks_before_it_happens(
    client: TestClient, store: MemoryStore, receipt: str
) -> None:
    shown = client.post(RECEIPT, data={"receipt": receipt})

    asked = client.post(f"{RECEIPT}/withdraw", data=form_values(shown, "/withdraw"))
    (unchanged,) = store.comments.values()
    done = client.post(f"{RECEIPT}/withdraw", data=form_values(asked, "/withdraw"))

    assert unchanged.state is State.RECEIVED
    assert "Withdraw your comment?" in text_of(asked)
    (comment,) = store.comments.values()
    assert comment.state is State.WITHDRAWN
    assert "Your comment is withdrawn." in text_of(done)
    assert not [form for form in page_of(done).forms if form.get("action", "").count("withdraw")]


def test_receipt_is_saved_as_a_file(client: TestClient, receipt: str) -> None:
    answer = client.post(f"{RECEIPT}/file", data={"receipt": receipt})

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"] == 'attachment; filename="receipt.txt"'
    assert receipt in answer.text
    assert "http://testserver/feedback/receipt" in answer.text


@pytest.mark.parametrize(
    ("other", "heading", "state"),
    [
        ("pt", "Seu comentário sobre “8 Acknowledging a complaint”", "Recebido"),
        ("ru", "Ваш комментарий к разделу «8 Acknowledging a complaint»", "Получен"),
    ],
)
def test_receipt_page_speaks_the_language_chosen(
    open_client: OpenClient, receipt: str, other: str, heading: str, state: str
) -> None:
    client = open_client(other=other)

    page = page_of(client.post(f"{RECEIPT}?language=bb", data={"receipt": receipt}))

    assert page.xpath("//h1")[0].text_content() == heading
    assert page.find_class("cop-badge")[0].text_content() == state
