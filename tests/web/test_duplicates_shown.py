"""What a commenter and readers learn of a merging: nothing of a comment they may not see."""

from collections.abc import Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.decision import State
from feedback_api.domain.identity import CommentId
from feedback_api.services import Services
from feedback_api.services.follow import erase, withdraw
from feedback_api.services.review import begin_review
from tests.fakes.published import SECTION, SOURCE, TOP
from tests.web.following import (
    API,
    EDITOR,
    authorised,
    decided,
    follow,
    given_comment,
    made_public,
    merged,
    stored,
)
from tests.web.reading import FORM, OpenClient, page_of, text_of

TELLTALES = ("Duplicate", "duplicate", "merged", "Said before, elsewhere.")


@pytest.fixture
def original(client: TestClient) -> tuple[CommentId, str]:
    return given_comment(client, section=TOP, body="Said first.")


@pytest.fixture
def duplicate(
    client: TestClient, services: Services, original: tuple[CommentId, str]
) -> tuple[CommentId, str]:
    comment, receipt = given_comment(client, body="Said again.")
    merged(services, comment, into=original[0])
    return comment, receipt


def _shown(client: TestClient, receipt: str) -> dict[str, Any]:
    shown: dict[str, Any] = client.get(API, headers=authorised(receipt)).json()
    return shown


def _assert_nothing_tells_of_another(client: TestClient, receipt: str, other: CommentId) -> None:
    """Neither page nor program nor file; that `merged_into` is null says nothing."""
    answers = [
        follow(client, receipt).text,
        client.get(API, headers=authorised(receipt)).text.replace('"merged_into":null', ""),
        client.get(f"{API}/data", headers=authorised(receipt)).text.replace(
            '"merged_into":null', ""
        ),
    ]

    for text in answers:
        assert not [word for word in (*TELLTALES, other, "Said first.") if word in text]


def test_commenter_sees_the_answer_of_an_original_that_is_not_public(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    decided(services, original[0], State.ACCEPTED, reason="We change it.")

    shown = _shown(client, duplicate[1])

    assert shown["state"] == "accepted"
    assert shown["decision"]["reason"] == "We change it."
    assert shown["merged_into"] is None
    assert "We change it." in text_of(follow(client, duplicate[1]))
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def test_commenter_waits_with_an_original_that_waits(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    received = _shown(client, duplicate[1])
    version = stored(services, original[0]).version
    begin_review(original[0], editor=EDITOR, expected_version=version, services=services)
    in_review = _shown(client, duplicate[1])

    assert (received["state"], received["decision"]) == ("received", None)
    assert (in_review["state"], in_review["decision"]) == ("in-review", None)
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def test_commenter_adds_as_if_nothing_was_merged(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    reply, own = f"{API}/reply", authorised(duplicate[1])

    before = [
        client.post(reply, json={"body": f"Number {number}."}, headers=own) for number in range(3)
    ]
    decided(services, original[0], reason="We keep it.")
    after = [client.post(reply, json={"body": said}, headers=own) for said in ("Why?", "When?")]

    assert [answer.status_code for answer in before] == [200, 200, 200]
    assert [answer.status_code for answer in after] == [200, 409]
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def test_commenter_is_led_to_an_original_that_is_public(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    made_public(services, original[0])
    decided(services, original[0], reason="We keep it.")

    page = page_of(follow(client, duplicate[1]))

    (link,) = page.xpath("//a[contains(@href, '#comment-')]")
    assert link.get("href") == f"/feedback/{SOURCE}/{TOP}/comments#comment-{original[0]}"
    assert "merged with another comment" in page.text_content()
    assert _shown(client, duplicate[1])["merged_into"] == original[0]
    listed = page_of(client.get(f"/feedback/{SOURCE}/{TOP}/comments"))
    assert "Said first." in listed.get_element_by_id(f"comment-{original[0]}").text_content()


def test_link_is_gone_with_the_original_s_publicity(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    made_public(services, original[0])
    decided(services, original[0], reason="We keep it.")

    made_public(services, original[0], public=False)

    _assert_nothing_tells_of_another(client, duplicate[1], original[0])
    assert _shown(client, duplicate[1])["decision"]["reason"] == "We keep it."


@pytest.mark.parametrize("leave", [withdraw, erase])
def test_original_that_is_gone_leaves_its_duplicates_to_be_decided_anew(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
    leave: Any,
) -> None:
    decided(services, original[0], reason="We keep it.")

    leave(original[1], services=services)

    shown = _shown(client, duplicate[1])
    assert (shown["state"], shown["decision"]) == ("in-review", None)
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def test_chain_leads_to_its_root(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    third, receipt = given_comment(client, body="Said a third time.")
    merged(services, third, into=duplicate[0])
    made_public(services, original[0])
    decided(services, original[0], State.ACCEPTED, reason="We change it.")

    shown = _shown(client, receipt)

    assert (shown["state"], shown["merged_into"]) == ("accepted", original[0])


def test_withdrawn_duplicate_tells_of_its_withdrawal_alone(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    withdraw(duplicate[1], services=services)

    assert _shown(client, duplicate[1])["state"] == "withdrawn"
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def test_decision_after_a_merging_does_not_tell_of_the_merging(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    decided(services, duplicate[0], reason="Not the same after all: no.")

    shown = _shown(client, duplicate[1])

    assert (shown["state"], shown["decision"]["reason"]) == (
        "declined",
        "Not the same after all: no.",
    )
    _assert_nothing_tells_of_another(client, duplicate[1], original[0])


def _readers_find(client: TestClient) -> Sequence[str]:
    return [
        client.get(f"{FORM}/comments").text,
        client.get(f"/api/v1/sections/{SECTION}").text,
        client.get(f"/feedback/{SOURCE}/feed.atom").text,
    ]


def test_readers_learn_nothing_of_an_original_that_is_not_public(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    made_public(services, duplicate[0])
    before = client.get(f"/api/v1/sections/{SECTION}").json()["comments"][0]
    decided(services, original[0], State.ACCEPTED, reason="Told to its own commenter.")
    after = client.get(f"/api/v1/sections/{SECTION}").json()["comments"][0]

    assert (before["state"], before["decision"]) == ("received", None)
    assert (after["state"], after["decision"]["outcome"]) == ("accepted", "accepted")
    for text in _readers_find(client):
        assert "Said again." in text
        hidden = (original[0], "Said first.", "Told to its own commenter.", "uplicate")
        assert not [word for word in hidden if word in text]


def test_readers_are_led_to_an_original_that_is_public(
    client: TestClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
) -> None:
    made_public(services, original[0])
    made_public(services, duplicate[0])

    listed = page_of(client.get(f"{FORM}/comments"))

    row = listed.get_element_by_id(f"comment-{duplicate[0]}")
    assert "Duplicate" in row.text_content()
    assert f"comments#comment-{original[0]}" in row.xpath(".//a/@href")[0]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", "Ele foi reunido a outro comentário que diz o mesmo"),
        ("ru", "Он объединён с другим комментарием о том же"),
    ],
)
def test_merging_is_told_in_the_language_chosen(
    open_client: OpenClient,
    services: Services,
    original: tuple[CommentId, str],
    duplicate: tuple[CommentId, str],
    other: str,
    said: str,
) -> None:
    made_public(services, original[0])

    assert said in text_of(follow(open_client(other=other), duplicate[1], "bb"))
