"""The public JSON API."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.decision import State
from tests.fakes.comments import usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, PAGE, RETIRED, SECTION, SOURCE, WORDING
from tests.web.reading import COMMENTS, OpenClient, codes_of, posted


def test_section_answers_every_language_and_public_comments(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, public=True, body="Seen.", email="who@example.org"))
    store.add(usual_comment(2, public=False, body="Not let through."))
    store.add(usual_comment(3, public=True, visibility=Visibility.REVIEWERS, body="Reserved."))
    store.add(usual_comment(4, public=True, state=State.WITHDRAWN, body="Taken back."))

    answer = client.get(f"/api/v1/sections/{SECTION}")

    assert answer.status_code == 200
    shown = answer.json()
    assert set(shown) == {"id", "page", "level", "number", "counts", "languages", "comments"}
    assert set(shown["languages"]) == {SOURCE, OTHER}
    assert shown["languages"][SOURCE]["fingerprint"] == WORDING
    assert [comment["body"] for comment in shown["comments"]] == ["Seen."]
    assert shown["counts"] == {SECTION: 1}
    assert "example.org" not in answer.text
    assert "receipt" not in answer.text


def test_counts_hold_only_what_readers_may_see(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, public=True))
    store.add(usual_comment(2, public=True, visibility=Visibility.REVIEWERS))
    store.add(usual_comment(3))

    answer = client.get(f"/api/v1/pages/{PAGE}/counts")

    assert answer.json() == {"page": PAGE, "counts": {SECTION: 1}}


def test_counts_asked_again_are_not_sent_again_until_they_change(
    client: TestClient, store: MemoryStore
) -> None:
    address = f"/api/v1/pages/{PAGE}/counts"
    etag = client.get(address).headers["etag"]

    unchanged = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
    store.add(usual_comment(1, public=True))
    changed = client.get(address, headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/sections/nothing", 404, "unknown-section"),
        (f"/api/v1/sections/{RETIRED}", 410, "retired-section"),
        ("/api/v1/pages/nothing/counts", 404, "unknown-page"),
        ("/api/v1/nothing", 404, "not-found"),
    ],
)
def test_unknown_names_answer_a_problem(
    client: TestClient, address: str, status: int, code: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_post_stores_the_comment_and_answers_its_receipt(
    client: TestClient, store: MemoryStore
) -> None:
    answer = client.post(COMMENTS, json=posted(suggestion="Within 2 days.", name="Rui"))

    assert answer.status_code == 201
    sent = answer.json()
    assert set(sent) == {"id", "receipt", "status_url"}
    assert sent["status_url"] == "http://testserver/feedback/receipt"
    (comment,) = store.comments.values()
    assert (comment.id, comment.state, comment.public) == (sent["id"], State.RECEIVED, False)
    assert comment.suggestion == "Within 2 days."


def test_post_sent_again_with_its_key_stores_once_and_answers_the_same(
    client: TestClient, store: MemoryStore
) -> None:
    headers = {"Idempotency-Key": "a-key"}

    first = client.post(COMMENTS, json=posted(), headers=headers)
    second = client.post(COMMENTS, json=posted(), headers=headers)

    assert (second.status_code, second.json()) == (201, first.json())
    assert len(store.comments) == 1


def test_post_with_a_used_key_and_another_body_is_refused(
    client: TestClient, store: MemoryStore
) -> None:
    headers = {"Idempotency-Key": "a-key"}
    client.post(COMMENTS, json=posted(), headers=headers)

    answer = client.post(COMMENTS, json=posted(body="Something else."), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-mismatch")
    assert len(store.comments) == 1


def test_post_tells_every_fault_at_once(client: TestClient) -> None:
    wrong = posted(
        section="nothing",
        language="xx",
        role="boss",
        kind=5,
        body="",
        email="nobody",
        name="a\nb",
        state="accepted",
    )
    del wrong["about"]

    answer = client.post(COMMENTS, json=wrong, headers={"Idempotency-Key": "k" * 300})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid-comment"
    assert sorted(codes_of(answer)) == [
        ("Idempotency-Key", "too-long"),
        ("about", "required"),
        ("body", "required"),
        ("email", "not-email"),
        ("kind", "wrong-type"),
        ("language", "unknown-language"),
        ("name", "single-line"),
        ("role", "unknown-value"),
        ("section", "unknown-section"),
        ("state", "unknown-field"),
    ]


@pytest.mark.parametrize(
    ("other", "title"),
    [("pt", "Seu comentário ainda não foi recebido"), ("ru", "Ваш комментарий пока не принят")],
)
def test_problem_speaks_the_language_of_the_header(
    open_client: OpenClient, other: str, title: str
) -> None:
    client = open_client(other=other)

    answer = client.post(COMMENTS, json={}, headers={"Accept-Language": "xx, bb-XX;q=0.8, aa;q=0"})

    assert answer.json()["title"] == title
    assert answer.headers["content-language"].startswith(other)
    assert "Accept-Language" in answer.headers["vary"]


def test_receipt_in_the_header_shows_the_comment(client: TestClient) -> None:
    receipt = client.post(COMMENTS, json=posted(name="Rui")).json()["receipt"]

    answer = client.get("/api/v1/receipt", headers={"Authorization": f"receipt {receipt.lower()}"})

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["state"], shown["name"]) == ("received", "Rui")
    assert [event["what"] for event in shown["events"]] == ["submitted"]
    assert "receipt_hash" not in answer.text


def test_reply_and_withdrawal_take_the_receipt_from_the_body_too(
    client: TestClient, store: MemoryStore
) -> None:
    receipt = client.post(COMMENTS, json=posted()).json()["receipt"]

    replied = client.post("/api/v1/receipt/reply", json={"receipt": receipt, "body": "And more."})
    withdrawn = client.post("/api/v1/receipt/withdraw", json={"receipt": receipt})

    assert [addition["body"] for addition in replied.json()["additions"]] == ["And more."]
    assert withdrawn.json()["state"] == "withdrawn"
    (comment,) = store.comments.values()
    assert comment.state is State.WITHDRAWN


def test_withdrawal_by_header_needs_no_body(client: TestClient) -> None:
    receipt = client.post(COMMENTS, json=posted()).json()["receipt"]
    headers = {"Authorization": f"Receipt {receipt}"}

    withdrawn = client.post("/api/v1/receipt/withdraw", headers=headers)
    replied = client.post("/api/v1/receipt/reply", json={"body": "Late."}, headers=headers)

    assert withdrawn.status_code == 200
    assert (replied.status_code, replied.json()["code"]) == (409, "not-allowed-now")


@pytest.mark.parametrize("scheme", ["", "Bearer x", "Receipt", "Receipt "])
def test_missing_receipt_is_asked_for(client: TestClient, scheme: str) -> None:
    answer = client.get("/api/v1/receipt", headers={"Authorization": scheme})

    assert (answer.status_code, answer.json()["code"]) == (401, "receipt-missing")
    assert answer.headers["www-authenticate"] == "Receipt"


@pytest.mark.parametrize(
    "receipt", ["0000-0000-0000-0000-0009", "nonsense", "é", "A" * 5000, "\t-"]
)
def test_unknown_receipts_all_look_the_same(client: TestClient, receipt: str) -> None:
    answer = client.get(
        "/api/v1/receipt", headers={b"Authorization": f"Receipt {receipt}".encode()}
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-receipt")


def test_health_and_readiness_answer(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
