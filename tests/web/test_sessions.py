"""Sessions: how long they hold, whose they are, and what another site can do with them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.editor import AccountRole
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import (
    add_editor,
    change_passphrase,
    change_role,
    end_sessions,
    remove_editor,
)
from feedback_api.web.permissions import PERMISSIONS, Own
from feedback_api.web.sessions import IDLE, LASTS
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, usual_comment
from tests.web.reading import (
    COMMENTS,
    EDITOR,
    FORM,
    PASSPHRASE,
    OpenClient,
    entered,
    form_values,
    page_of,
    posted,
    signed_in,
    text_of,
)
from tests.web.visitors import HeldClock

SIGN_IN = "/review/sign-in"
RIGHT = {"name": EDITOR, "passphrase": PASSPHRASE}
FOREIGN = {"Origin": "https://evil.example"}
SITE, SERVICE = "https://code.example.org", "https://api.example.org"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def services(clock: HeldClock) -> Services:
    made = replace(fake_services(), clock=clock)
    add_editor(EDITOR, PASSPHRASE, services=made)
    made.comments.add(usual_comment(900))
    return made


def _pass(clock: HeldClock, time: timedelta) -> None:
    clock.time += time


def _copy_of(client: TestClient, open_client: OpenClient) -> TestClient:
    copy = open_client()
    copy.cookies.update(client.cookies)
    return copy


def test_session_in_use_does_not_end_for_want_of_use(
    editor_client: TestClient, clock: HeldClock
) -> None:
    for _ in range(3):
        _pass(clock, IDLE - timedelta(seconds=1))
        assert editor_client.get("/review").status_code == 200


def test_session_that_is_not_used_ends(editor_client: TestClient, clock: HeldClock) -> None:
    _pass(clock, IDLE)

    assert editor_client.get("/review").status_code == 303


def test_use_does_not_put_off_the_end(editor_client: TestClient, clock: HeldClock) -> None:
    for _ in range(11):
        _pass(clock, timedelta(hours=1))
        assert editor_client.get("/review").status_code == 200
    _pass(clock, LASTS - timedelta(hours=11))

    assert editor_client.get("/review").status_code == 303


def test_form_from_before_the_cookie_was_renewed_is_taken(
    editor_client: TestClient, clock: HeldClock
) -> None:
    opened = editor_client.get(f"/review/{comment_id(900)}")
    first = editor_client.cookies["editor"]
    _pass(clock, timedelta(hours=1))
    editor_client.get("/review")

    values = form_values(opened, "/note") | {"body": "Look at this."}
    answer = editor_client.post(f"/review/{comment_id(900)}/note", data=values)

    assert editor_client.cookies["editor"] != first
    assert answer.status_code == 303


def test_copy_of_a_cookie_that_nobody_uses_ends_while_the_original_goes_on(
    editor_client: TestClient, open_client: OpenClient, clock: HeldClock
) -> None:
    copy = _copy_of(editor_client, open_client)
    for _ in range(2):
        _pass(clock, timedelta(hours=1))
        assert editor_client.get("/review").status_code == 200

    assert copy.get("/review").status_code == 303


def test_signing_out_takes_the_renewed_cookie_back_too(
    editor_client: TestClient, clock: HeldClock
) -> None:
    values = form_values(editor_client.get("/review"), "/sign-out")
    _pass(clock, timedelta(hours=1))

    answer = editor_client.post("/review/sign-out", data=values)

    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith('editor=""')


@pytest.mark.parametrize(
    "act",
    [
        lambda services: end_sessions(EditorName(EDITOR), services=services),
        lambda services: change_role(EDITOR, AccountRole.REVIEWER, services=services),
        lambda services: change_passphrase(EDITOR, "another passphrase", services=services),
        lambda services: remove_editor(EDITOR, services=services),
    ],
    ids=["signed out", "another role", "another passphrase", "removed"],
)
def test_every_session_of_the_account_ends(
    services: Services,
    editor_client: TestClient,
    open_client: OpenClient,
    act: Callable[[Services], object],
) -> None:
    program = open_client()
    token = program.post("/api/v1/session", json=RIGHT).json()["token"]
    program.headers["Authorization"] = f"Bearer {token}"
    before = [editor_client.get("/review").status_code, program.get(COMMENTS).status_code]

    act(services)

    assert before == [200, 200]
    assert [editor_client.get("/review").status_code, program.get(COMMENTS).status_code] == [
        303,
        401,
    ]


def test_cookie_is_no_token_and_token_no_cookie(
    editor_client: TestClient, open_client: OpenClient
) -> None:
    other = open_client()
    token = other.post("/api/v1/session", json=RIGHT).json()["token"]

    as_cookie = other.get("/review", headers={"Cookie": f"editor={token}"})
    cookie = editor_client.cookies["editor"]
    as_token = other.get(COMMENTS, headers={"Authorization": f"Bearer {cookie}"})

    assert (as_cookie.status_code, as_token.status_code) == (303, 401)


def test_planted_session_is_never_taken_over(
    editor_client: TestClient, open_client: OpenClient, clock: HeldClock
) -> None:
    victim = _copy_of(editor_client, open_client)
    planted = victim.cookies["editor"]
    _pass(clock, IDLE)  # else the sign-in page would send it on as signed in
    shown = victim.get(SIGN_IN)
    victim.post(SIGN_IN, data=form_values(shown) | RIGHT)

    assert victim.cookies["editor"] != planted
    assert victim.get("/review").status_code == 200
    assert editor_client.get("/review").status_code == 303


def test_sign_in_without_the_secret_of_the_form_is_refused_and_can_be_sent_again(
    client: TestClient,
) -> None:
    refused = client.post(SIGN_IN, data=RIGHT)
    again = client.post(SIGN_IN, data=form_values(refused) | {"passphrase": PASSPHRASE})

    assert refused.status_code == 403
    assert "editor=" not in refused.headers["set-cookie"]
    assert "the page was too old" in text_of(refused)
    assert again.status_code == 303


def test_secret_of_one_browser_s_form_does_not_fit_another(open_client: OpenClient) -> None:
    attacker, victim = open_client(), open_client()
    victim.get(SIGN_IN)

    answer = victim.post(SIGN_IN, data=form_values(attacker.get(SIGN_IN)) | RIGHT)

    assert answer.status_code == 403
    assert "editor" not in victim.cookies


def test_forms_in_two_tabs_both_work(client: TestClient) -> None:
    first = client.get(SIGN_IN)
    client.get(SIGN_IN)

    assert client.post(SIGN_IN, data=form_values(first) | RIGHT).status_code == 303


@pytest.mark.parametrize(
    ("origin", "name"),
    [("http://testserver", "sign-in-form"), (SITE, "__Host-sign-in-form")],
)
def test_cookie_of_the_form_is_bound_and_hidden(
    open_client: OpenClient, origin: str, name: str
) -> None:
    cookie = open_client(origin=origin).get(SIGN_IN).headers["set-cookie"]

    assert cookie.startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert ("Secure" in cookie) == origin.startswith("https")


@pytest.mark.parametrize(
    ("other", "said"),
    [("pt", "A sua sessão terminou"), ("ru", "Ваш сеанс завершён")],
)
def test_sign_in_page_says_when_a_session_has_ended_and_leads_back(
    open_client: OpenClient, clock: HeldClock, other: str, said: str
) -> None:
    client = signed_in(open_client(other=other))
    _pass(clock, IDLE)

    sent = client.get(f"/review/{comment_id(900)}?done=noted")
    shown = client.get(sent.headers["location"], headers={"Accept-Language": "bb"})
    back = client.post(SIGN_IN, data=form_values(shown) | RIGHT)

    assert said in text_of(shown)
    assert back.headers["location"] == f"/review/{comment_id(900)}?done=noted"


def test_stranger_is_not_told_of_a_session_that_never_was(client: TestClient) -> None:
    assert "Your session has ended" not in text_of(client.get(SIGN_IN))


@pytest.mark.parametrize(
    ("button", "page"),
    [
        (f"/review/{comment_id(900)}/decision", f"/review/{comment_id(900)}"),
        ("/review/cycles/2027-1/announce", "/review/cycles/2027-1"),
        ("/review/cycles/2027-1/summaries/x", "/review/cycles/2027-1/summaries/x"),
        ("/review/templates/thanks/remove", "/review/templates"),
        ("/review/deliveries/again", "/review/deliveries"),
    ],
)
def test_form_of_a_session_that_ended_gives_the_words_back_and_leads_back(
    editor_client: TestClient, clock: HeldClock, button: str, page: str
) -> None:
    _pass(clock, IDLE)
    typed = {"csrf": "x", "reason": "It was promised.", "text-aa": "A summary of it."}

    answer = editor_client.post(button, data=typed, headers={"Accept": "text/html"})

    assert answer.status_code == 401
    assert "It was promised." in text_of(answer)
    assert "A summary of it." in text_of(answer)
    assert f"{SIGN_IN}?next={page}" in page_of(answer).xpath("//main//a/@href")


CHANGES = [key for key in PERMISSIONS if not key.startswith("GET ")]
OPEN_CHANGES = [
    key
    for key in CHANGES
    if not PERMISSIONS[key].needs_account and PERMISSIONS[key].own is not Own.SESSION
]
CLOSED_CHANGES = [key for key in CHANGES if key not in OPEN_CHANGES]
CAUSED_ELSEWHERE = [
    FOREIGN,
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
]


def test_no_change_is_caused_by_another_site(editor_client: TestClient, services: Services) -> None:
    csrf = form_values(editor_client.get("/review"), "/sign-out")["csrf"]
    before = services.comments.get(comment_id(900))

    for key in CHANGES:
        for headers in CAUSED_ELSEWHERE:
            status, code = _changed(editor_client, key, csrf, headers)
            assert (key, status, code) in ((key, 403, "not-from-our-page"), _upload(key))
    assert services.comments.get(comment_id(900)) == before


def test_pages_of_a_site_elsewhere_change_nothing_that_needs_an_account(
    open_client: OpenClient,
) -> None:
    client = signed_in(open_client(origin=SERVICE, site_origin=SITE))
    csrf = form_values(client.get("/review"), "/sign-out")["csrf"]

    for key in CLOSED_CHANGES:
        status, code = _changed(client, key, csrf, {"Origin": SITE})
        assert (key, status, code) in ((key, 403, "not-from-our-page"), _upload(key))


def _changed(client: TestClient, key: str, csrf: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and code of a change asked for with the right secret, and these headers."""
    method, _, path = key.partition(" ")
    is_json = path.startswith("/api/")
    answer = client.request(
        method,
        path.replace("{comment}", comment_id(900)).replace("{lang}", "aa"),
        json={} if is_json else None,
        data=None if is_json else {"csrf": csrf},
        headers={**headers, "X-CSRF-Token": csrf},
    )
    return answer.status_code, str(answer.json()["code"])


def _upload(key: str) -> tuple[str, int, str]:
    """What is answered instead where the secret is read after a file that is not there."""
    return key if key.endswith("/collect") else "", 415, "wrong-content-type"


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a browser of long ago, or a program
        {"Origin": "http://testserver"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # told to send no referrer
        {"Sec-Fetch-Site": "none"},  # typed, or a bookmark
    ],
)
def test_readers_own_forms_are_taken(client: TestClient, headers: dict[str, str]) -> None:
    sent = client.post(FORM, data=entered(), headers=headers)
    by_program = client.post(COMMENTS, json=posted(), headers=headers)

    assert (sent.status_code, by_program.status_code) == (201, 201)
    receipt = by_program.json()["receipt"]
    assert client.post(
        "/feedback/receipt/withdraw", data={"receipt": receipt, "confirm": "yes"}, headers=headers
    ).is_success


def test_board_s_forms_need_the_secret_whatever_the_origin_says(
    editor_client: TestClient, services: Services
) -> None:
    for csrf in ("", "x" * 32, "0" * 32):
        answer = editor_client.post(
            f"/review/{comment_id(900)}/note",
            data={"csrf": csrf, "version": "1", "body": "Hello."},
            headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 403
    assert services.comments.get(comment_id(900)).notes == ()
