"""Which language a reader gets."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.identity import LanguageCode
from feedback_api.domain.section import Language
from feedback_api.web.language_choice import accepted_language
from tests.web.reading import FORM, OpenClient, page_of

LANGUAGES = tuple(
    Language(code=LanguageCode(code), name=code, tag=tag, direction="ltr", source=code == "en")
    for code, tag in (("en", "en"), ("pt", "pt-BR"), ("ru", "ru"))
)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("pt", "pt"),
        ("pt-BR", "pt"),
        ("PT-br", "pt"),
        ("pt-PT", "pt"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "ru"),
        ("en;q=0.3, ru;q=0.9, pt;q=0.5", "ru"),
        ("de, fr;q=0.9, ru;q=0.1", "ru"),
        ("de, *;q=0.5", "en"),
        ("*", "en"),
        ("en;q=0, ru;q=0.1", "ru"),
        ("ru;q=0", "en"),
        ("ru;q=1.5, pt;q=0.1", "pt"),
        ("ru;q=nonsense, pt", "pt"),
        ("ru ; q=0.5 , pt ; q=0.6", "pt"),
        (";;;,,,", "en"),
        ("русский", "en"),
        ("x" * 5_000 + ",ru", "en"),
    ],
)
def test_header_is_weighed(header: str, chosen: str) -> None:
    assert accepted_language(header, LANGUAGES) == chosen


@pytest.mark.parametrize(
    ("address", "cookie", "header", "chosen"),
    [
        ("/", "", "", "aa"),
        ("/", "", "bb", "bb"),
        ("/", "bb", "aa", "bb"),
        ("/", "xx", "bb", "bb"),
        ("/?language=bb", "aa", "aa", "bb"),
        ("/?language=xx", "", "bb", "bb"),
    ],
)
def test_first_address_leads_to_the_reader_s_language(
    client: TestClient, address: str, cookie: str, header: str, chosen: str
) -> None:
    headers = {"Accept-Language": header, "Cookie": f"language={cookie}"}

    answer = client.get(address, headers=headers)

    assert (answer.status_code, answer.headers["location"]) == (302, f"/{chosen}/")
    assert {"Accept-Language", "Cookie"} <= {*answer.headers["vary"].split(", ")}
    assert answer.headers["cache-control"] == "no-store"
    assert ("set-cookie" in answer.headers) == (address == "/?language=bb")


def test_first_address_leads_to_the_site_s_own_origin(open_client: OpenClient) -> None:
    client = open_client(origin="http://api.example", site_origin="http://code.example")

    assert client.get("/").headers["location"] == "http://code.example/aa/"


@pytest.mark.parametrize("address", ["/aa/", FORM, "/review/sign-in"])
def test_deep_addresses_are_never_redirected(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "bb", "Cookie": "language=bb"})

    assert answer.status_code == 200


def test_explicit_choice_is_remembered(client: TestClient) -> None:
    first = client.get("/feedback/receipt?language=bb")
    second = client.get("/feedback/receipt", headers={"Accept-Language": "aa"})

    assert first.headers["set-cookie"].startswith("language=bb; Max-Age=31536000; Path=/")
    assert page_of(second).get("lang") == "bb"


def test_language_of_the_address_wins_over_the_choice(client: TestClient) -> None:
    answer = client.get(FORM, headers={"Cookie": "language=bb"})

    assert page_of(answer).get("lang") == "aa"


def test_every_page_offers_itself_in_every_language(client: TestClient) -> None:
    page = page_of(client.get(FORM))

    links = page.xpath("//*[@id='cop-languages']//a")
    assert [link.get("hreflang") for link in links] == ["aa", "bb"]
    for link in links:
        assert page_of(client.get(link.get("href"))).get("lang") == link.get("hreflang")
