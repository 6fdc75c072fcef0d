"""Seconding a published comment: once for each browser, and without a trace of who."""

import re
from collections.abc import Mapping

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.identity import CommentId
from feedback_api.services import Services
from feedback_api.services.follow import erase, withdraw
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import OTHER, PAGE, SECTION, SOURCE, TOP
from tests.web.following import given_comment, made_public, memory_of, merged, stored
from tests.web.reading import COMMENTS, FORM, OpenClient, codes_of, page_of, text_of

LIST = f"{FORM}/comments"
SERVICE = "https://api.example.org"
SITE = "https://code.example.org"
YES = {"confirm": "yes"}


@pytest.fixture
def comment(services: Services) -> CommentId:
    """A public comment that is stored before any client is opened."""
    memory_of(services).add(usual_comment(1, public=True, body="Late again."))
    return comment_id(1)


def _api(comment: CommentId, step: str = "second") -> str:
    return f"{COMMENTS}/{comment}/{step}"


def _page(comment: CommentId, step: str = "second") -> str:
    return f"{LIST}/{comment}/{step}"


def _support(client: TestClient) -> int:
    (shown,) = client.get(f"/api/v1/sections/{SECTION}").json()["comments"]
    support: int = shown["support"]
    return support


def test_browser_seconds_once_and_takes_it_back(client: TestClient, comment: CommentId) -> None:
    before = _support(client)
    answers = [client.post(_api(comment, step)).json() for step in ("second", "second", "unsecond")]

    assert before == 0
    assert answers == [
        {"comment": comment, "support": 1, "seconded": True},
        {"comment": comment, "support": 1, "seconded": True},
        {"comment": comment, "support": 0, "seconded": False},
    ]


def test_each_browser_counts(open_client: OpenClient, comment: CommentId) -> None:
    browsers = [open_client() for _ in range(3)]

    for browser in browsers:
        browser.post(_api(comment))

    assert _support(browsers[0]) == 3


def test_list_has_a_plain_form_that_works_without_a_script(
    client: TestClient, comment: CommentId
) -> None:
    shown = client.get(LIST)
    form = page_of(shown).get_element_by_id(f"comment-{comment}").xpath(".//form")[0]

    seconded = client.post(form.get("action"), data=dict(form.form_values()))
    after = client.get(seconded.headers["location"])

    assert (form.get("method"), form.get("action")) == ("post", _page(comment))
    assert seconded.status_code == 303
    assert seconded.headers["location"] == f"{LIST}#comment-{comment}"
    row = page_of(after).get_element_by_id(f"comment-{comment}")
    assert "1 person supports it. You do, too." in " ".join(row.text_content().split())
    assert row.xpath(".//form/@action") == [_page(comment, "unsecond")]


def test_support_is_taken_back_by_the_form(client: TestClient, comment: CommentId) -> None:
    client.post(_page(comment), data=YES)

    taken = client.post(_page(comment, "unsecond"), data=YES)

    assert taken.status_code == 303
    assert "supports it" not in text_of(client.get(LIST))


def test_part_answers_the_list_with_the_focus_where_it_was(
    client: TestClient, comment: CommentId
) -> None:
    answer = client.post(f"{_page(comment)}?part=1", data=YES, headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert "<html" not in answer.text
    (focus,) = page_of(answer).xpath("//*[@data-focus]")
    assert focus.text_content() == "Take my support back"
    assert "You do, too." in text_of(answer)


@pytest.mark.parametrize(
    ("origin", "cookie", "secure"),
    [("http://testserver", "supporter", False), (SERVICE, "__Host-supporter", True)],
)
def test_cookie_comes_with_the_first_second_and_is_for_nothing_else(
    open_client: OpenClient, comment: CommentId, origin: str, cookie: str, secure: bool
) -> None:
    client = open_client(origin=origin)

    read = [client.get(LIST), client.get(f"/api/v1/sections/{SECTION}"), client.get(FORM)]
    untouched = client.post(_api(comment, "unsecond"))
    seconded = client.post(_api(comment))

    assert not [answer for answer in (*read, untouched) if "set-cookie" in answer.headers]
    given = seconded.headers["set-cookie"]
    assert re.match(rf"{cookie}=[A-Za-z0-9_-]{{22}};", given)
    attributes = {part.strip().lower() for part in given.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= attributes
    assert ("secure" in attributes) is secure
    assert not [part for part in attributes if part.startswith("domain")]


def test_what_is_stored_cannot_be_linked_across_sections(
    client: TestClient, services: Services
) -> None:
    memory_of(services).add(usual_comment(1, public=True))
    memory_of(services).add(usual_comment(2, public=True, section=TOP))

    for number in (1, 2):
        client.post(_api(comment_id(number)))

    (cookie,) = client.cookies.values()
    first, second = (stored(services, comment_id(number)).seconds for number in (1, 2))
    assert len(first) == len(second) == 1
    assert first != second
    assert cookie not in repr(memory_of(services).comments)
    assert cookie not in client.get(f"/api/v1/sections/{SECTION}").text
    assert first[0] not in client.get(f"/api/v1/sections/{SECTION}").text
    assert first[0] not in client.get(LIST).text


@pytest.mark.parametrize(
    "cookie", ["", "x", "x" * 23, "x" * 4_000, "é" * 22, "../../etc/passwd0000000"]
)
def test_cookie_that_is_none_of_ours_is_replaced(
    open_client: OpenClient, comment: CommentId, cookie: str
) -> None:
    client = open_client()

    answer = client.post(_api(comment), headers={b"Cookie": f"supporter={cookie}".encode()})

    assert answer.status_code == 200
    assert re.match(r"supporter=[A-Za-z0-9_-]{22};", answer.headers["set-cookie"])


def _hide(services: Services, comment: CommentId, how: str, receipt: str) -> None:
    if how == "kept back":
        made_public(services, comment, public=False)
    elif how == "withdrawn":
        withdraw(receipt, services=services)
    else:
        erase(receipt, services=services)


@pytest.mark.parametrize("step", ["second", "unsecond"])
@pytest.mark.parametrize("how", ["kept back", "withdrawn", "erased"])
def test_comment_that_readers_cannot_see_answers_as_one_that_never_was(
    client: TestClient, services: Services, how: str, step: str
) -> None:
    comment, receipt = given_comment(client)
    made_public(services, comment)
    client.post(_api(comment))
    _hide(services, comment, how, receipt)
    never = comment_id(99)

    hidden, unknown = (client.post(_api(one, step)) for one in (comment, never))
    hidden_page, unknown_page = (
        client.post(_page(one, step), data=YES, headers={"Accept": "text/html"})
        for one in (comment, never)
    )
    hidden_asked, unknown_asked = (
        client.get(_page(one), headers={"Accept": "text/html"}) for one in (comment, never)
    )

    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown-comment")
    assert _bare(hidden) == _bare(unknown)
    assert _bare(hidden_page) == _bare(unknown_page)
    assert _bare(hidden_asked) == _bare(unknown_asked)
    assert hidden_page.status_code == hidden_asked.status_code == 404


def _bare(answer: Response) -> tuple[int, Mapping[str, str], str]:
    own = answer.headers["x-request-id"]
    headers = {name: value.replace(own, "…") for name, value in answer.headers.items()}
    return answer.status_code, headers, answer.text.replace(own, "…")


@pytest.mark.parametrize("named", ["x", "0", "%00", "' or 1=1", "..", "a" * 500])
def test_id_that_is_none_is_unknown(client: TestClient, comment: CommentId, named: str) -> None:
    answer = client.post(f"{COMMENTS}/{named}/second")

    assert answer.status_code == 404
    assert _support(client) == 0


def test_comment_is_found_on_its_own_section_only(client: TestClient, comment: CommentId) -> None:
    answer = client.post(f"/feedback/{SOURCE}/{TOP}/comments/{comment}/second", data=YES)

    assert answer.status_code == 404
    assert _support(client) == 0


def test_language_and_section_of_the_address_must_exist(
    client: TestClient, comment: CommentId
) -> None:
    asked = [
        f"/feedback/xx/{SECTION}/comments/{comment}/second",
        f"/feedback/{SOURCE}/nothing/comments/{comment}/second",
    ]

    assert [client.post(address, data=YES).status_code for address in asked] == [404, 404]
    assert _support(client) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
    ],
)
def test_other_sites_cannot_make_a_browser_second(
    client: TestClient, services: Services, comment: CommentId, headers: dict[str, str]
) -> None:
    answer = client.post(_api(comment), headers=headers)
    page = client.post(_page(comment), data=YES, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-from-our-page")
    assert page.status_code == 403
    assert "set-cookie" not in answer.headers | page.headers
    assert stored(services, comment).seconds == ()


@pytest.mark.parametrize(
    ("body", "status"), [({}, 200), ({"comment": "x"}, 422), ([], 422), ("second", 422)]
)
def test_body_is_empty_or_refused(
    client: TestClient, comment: CommentId, body: object, status: int
) -> None:
    assert client.post(_api(comment), json=body).status_code == status


def test_form_with_other_fields_is_refused(client: TestClient, comment: CommentId) -> None:
    answer = client.post(_page(comment), data={"supporter": "x", "part": "2"})

    assert (answer.status_code, sorted(codes_of(answer))) == (
        422,
        [("confirm", "required"), ("part", "unknown-value"), ("supporter", "unknown-field")],
    )
    assert _support(client) == 0


def test_site_of_another_origin_leads_to_a_page_that_seconds(
    open_client: OpenClient, comment: CommentId
) -> None:
    client = open_client(origin=SERVICE, site_origin=SITE)

    part = client.get(f"{LIST}?part=1", headers={"Origin": SITE})
    (link,) = page_of(part).find_class("cop-support")[0].xpath(".//a")
    asked = client.get(link.get("href"), headers={"Sec-Fetch-Site": "cross-site"})
    form = page_of(asked).find_class("cop-support")[0].xpath(".//form")[0]
    done = client.post(
        form.get("action"), data=dict(form.form_values()), headers={"Origin": SERVICE}
    )

    assert not page_of(part).xpath("//form")
    assert link.get("href") == f"{SERVICE}{_page(comment)}"
    assert "Late again." in text_of(asked)
    assert (asked.status_code, done.status_code) == (200, 303)
    assert _support(client) == 1


def test_site_of_another_origin_cannot_second_by_script(
    open_client: OpenClient, comment: CommentId
) -> None:
    """Its requests come without the cookie, so that each would count as a new browser."""
    client = open_client(origin=SERVICE, site_origin=SITE)

    answer = client.post(_api(comment), headers={"Origin": SITE})

    assert (answer.status_code, answer.json()["code"]) == (403, "not-from-our-page")
    assert _support(client) == 0


def test_who_seconds_both_of_two_merged_comments_counts_once(
    client: TestClient, services: Services, comment: CommentId
) -> None:
    again, _ = given_comment(client)
    made_public(services, again)
    for one in (comment, again):
        client.post(_api(one))

    merged(services, again, into=comment)

    shown = client.get(f"/api/v1/sections/{SECTION}").json()["comments"]
    assert [one["support"] for one in shown] == [2, 1]  # the browser, and who said it again


def test_duplicates_bring_their_support_while_readers_see_them(
    client: TestClient, services: Services, comment: CommentId
) -> None:
    again, _ = given_comment(client, section=TOP)
    made_public(services, again)
    client.post(_api(again))
    merged(services, again, into=comment)

    together = _support(client)
    made_public(services, again, public=False)
    alone = _support(client)

    assert (together, alone) == (2, 0)


def test_reviewers_only_duplicate_is_in_no_count(
    client: TestClient, services: Services, comment: CommentId
) -> None:
    hidden, _ = given_comment(client, visibility=Visibility.REVIEWERS)
    merged(services, hidden, into=comment)

    assert _support(client) == 0
    assert "supports it" not in text_of(client.get(LIST))
    assert client.get(f"/api/v1/pages/{PAGE}/counts").json()["counts"] == {SECTION: 1}


def test_second_changes_no_version_and_no_history(
    client: TestClient, services: Services, comment: CommentId
) -> None:
    before = stored(services, comment)

    client.post(_api(comment))

    after = stored(services, comment)
    assert (after.version, after.events) == (before.version, before.events)


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        ("pt", {1: "1 pessoa apoia.", 2: "2 pessoas apoiam."}),
        (
            "ru",
            {
                1: "Поддерживает 1 человек.",
                3: "Поддерживают 3 человека.",
                5: "Поддерживают 5 человек.",
                21: "Поддерживает 21 человек.",
            },
        ),
    ],
)
def test_support_is_told_in_the_right_plural(
    open_client: OpenClient, services: Services, other: str, numbers: Mapping[int, str]
) -> None:
    for number in numbers:
        seconds = tuple(f"mark {mark}" for mark in range(number))
        memory_of(services).add(usual_comment(number, public=True, seconds=seconds))

    page = page_of(open_client(other=other).get(f"/feedback/{OTHER}/{SECTION}/comments"))

    told = {
        number: " ".join(
            page.get_element_by_id(f"comment-{comment_id(number)}")
            .xpath(".//*[@role='status']")[0]
            .text_content()
            .split()
        )
        for number in numbers
    }
    assert told == numbers


@pytest.mark.parametrize(("other", "button"), [("pt", "Apoiar"), ("ru", "Поддержать")])
def test_button_speaks_the_language_of_its_address(
    open_client: OpenClient, comment: CommentId, other: str, button: str
) -> None:
    page = page_of(open_client(other=other).get(f"/feedback/{OTHER}/{SECTION}/comments"))

    assert page.find_class("cop-support")[0].xpath(".//button")[0].text_content() == button
