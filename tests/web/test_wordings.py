"""Any wording the code ever had, as JSON."""

import pytest
from starlette.testclient import TestClient

from tests.fakes.published import (
    EARLIER_WORDING,
    MARKDOWN,
    OTHER,
    RETIRED,
    SECTION,
    SOURCE,
    TEXT,
    UNTRANSLATED,
    WORDING,
)
from tests.web.reading import OpenClient


def _address(section: str, language: str, fingerprint: str) -> str:
    return f"/api/v1/sections/{section}/wordings/{language}/{fingerprint}"


def test_present_wording_is_told_whole(client: TestClient) -> None:
    answer = client.get(_address(SECTION, SOURCE, WORDING))

    assert answer.status_code == 200
    assert answer.json() == {
        "section": SECTION,
        "language": SOURCE,
        "fingerprint": WORDING,
        "title": "Acknowledging a complaint",
        "markdown": MARKDOWN,
        "text": TEXT,
        "text_language": SOURCE,
        "is_current": True,
    }


@pytest.mark.parametrize("section", [SECTION, RETIRED])
def test_earlier_wording_is_told_also_of_a_retired_section(
    client: TestClient, section: str
) -> None:
    shown = client.get(_address(section, SOURCE, EARLIER_WORDING)).json()

    assert (shown["markdown"], shown["is_current"]) == ("Earlier text.\n", False)


def test_wording_of_a_missing_translation_is_the_sources(client: TestClient) -> None:
    shown = client.get(_address(UNTRANSLATED, OTHER, WORDING)).json()

    assert (shown["language"], shown["text_language"]) == (OTHER, SOURCE)


def test_wording_asked_again_is_not_sent_again(client: TestClient) -> None:
    address = _address(SECTION, SOURCE, WORDING)
    etag = client.get(address).headers["etag"]

    again = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (_address(SECTION, SOURCE, "ffffffffffffffff"), "unknown-wording"),
        (_address(SECTION, SOURCE, WORDING.upper()), "unknown-wording"),
        (_address(RETIRED, SOURCE, "ffffffffffffffff"), "unknown-wording"),
        (_address("nothing", SOURCE, WORDING), "unknown-section"),
        (_address(SECTION, "zz", WORDING), "unknown-language"),
    ],
)
def test_what_never_was_answers_404(client: TestClient, address: str, code: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("other", ["pt", "ru"])
def test_refusal_is_told_in_the_readers_language(open_client: OpenClient, other: str) -> None:
    client = open_client(other=other)
    address = _address(SECTION, SOURCE, "ffffffffffffffff")

    said = client.get(address, headers={"Accept-Language": OTHER}).json()["detail"]

    assert said != client.get(address, headers={"Accept-Language": SOURCE}).json()["detail"]
