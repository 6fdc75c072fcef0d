"""Signing in and out at the certified provider, without a browser's scripts."""

from datetime import timedelta

import pytest
from httpx2 import URL

from feedback_api.domain.editor import AccountRole
from feedback_api.services.editors import add_editor
from tests.oidc.conftest import ORIGIN, Board, OpenBoard, asked
from tests.oidc.real_provider import Person, RealProvider
from tests.web.reading import PASSPHRASE, form_values, page_of, text_of


def _sign_in(board: Board, person: Person) -> None:
    answer = board.come_back(person.go(board.begin(next="/review?kind=praise")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?kind=praise"), (
        text_of(answer)
    )


@pytest.mark.parametrize(
    ("login", "name", "role"),
    [("ana", "Ana Alves", AccountRole.EDITOR), ("rui", "Rui Reis", AccountRole.REVIEWER)],
)
def test_group_makes_the_role_and_the_provider_the_name(
    board: Board, provider: RealProvider, login: str, name: str, role: AccountRole
) -> None:
    _sign_in(board, Person(provider, login))

    (editor,) = board.services.editors.all()
    assert (editor.name, editor.account_role) == (name, role)
    assert (editor.subject, editor.passphrase_hash) == (f"{provider.issuer} {login}", None)
    assert board.is_signed_in()


def test_request_carries_all_that_protects_it(board: Board) -> None:
    url = board.begin()

    query = asked(url)
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == f"{ORIGIN}/review/sign-in/callback"
    assert query["code_challenge_method"] == "S256"
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert "prompt" not in query
    cookie = board.client.get("/review/sign-in/provider").headers["set-cookie"]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert cookie.startswith("__Host-sign-in=")
    assert "Domain" not in cookie


def test_second_sign_in_finds_the_same_account(board: Board, provider: RealProvider) -> None:
    _sign_in(board, Person(provider, "ana"))
    first = board.client.cookies["__Host-editor"]
    provider.tell(accounts={"ana": {"name": "Ana Married", "groups": ["editors"]}})
    _sign_in(board, Person(provider, "ana"))

    (editor,) = board.services.editors.all()
    assert editor.name == "Ana Alves"
    assert board.client.cookies["__Host-editor"] != first


def test_local_account_of_the_same_name_stays_its_own(board: Board, provider: RealProvider) -> None:
    add_editor("Ana Alves", PASSPHRASE, services=board.services)

    _sign_in(board, Person(provider, "ana"))

    subjects = {editor.name: editor.subject for editor in board.services.editors.all()}
    assert subjects == {"Ana Alves": None, "Ana Alves (2)": f"{provider.issuer} ana"}


def test_person_who_cancels_is_told_so(board: Board, provider: RealProvider) -> None:
    answer = board.come_back(Person(provider, "ana").cancel(board.begin()))

    assert answer.status_code == 403
    assert "The sign-in was cancelled" in text_of(answer)
    assert not board.is_signed_in()


def test_person_in_no_group_is_refused_and_gets_no_account(
    board: Board, provider: RealProvider
) -> None:
    answer = board.come_back(Person(provider, "eve").go(board.begin()))

    assert answer.status_code == 403
    assert "none of your groups is let in" in text_of(answer)
    assert board.services.editors.all() == ()


def test_code_that_is_over_is_refused(board: Board, provider: RealProvider) -> None:
    back = Person(provider, "ana").go(board.begin())
    provider.tell(later=120)

    answer = board.come_back(back)

    assert "The provider no longer accepts this sign-in" in text_of(answer)
    assert not board.is_signed_in()


def test_sign_in_that_took_too_long_is_over(board: Board, provider: RealProvider) -> None:
    back = Person(provider, "ana").go(board.begin())
    board.clock.shift = _minutes(11)

    answer = board.come_back(back)

    assert (answer.status_code, board.is_signed_in()) == (400, False)
    assert "This sign-in is over" in text_of(answer)


def test_replayed_answer_is_refused(board: Board, provider: RealProvider) -> None:
    start = board.begin()
    cookie = board.client.cookies["__Host-sign-in"]
    back = Person(provider, "ana").go(start)
    board.come_back(back)
    board.client.cookies.clear()

    without_cookie = board.come_back(back)
    board.client.cookies.set("__Host-sign-in", cookie)
    with_cookie = board.come_back(back)

    assert "This sign-in is over" in text_of(without_cookie)
    assert "The provider no longer accepts this sign-in" in text_of(with_cookie)
    assert not board.is_signed_in()


def test_answer_of_somebody_else_s_attempt_is_refused(
    open_board: OpenBoard, board: Board, provider: RealProvider
) -> None:
    attacker = open_board(provider.issuer)
    lure = Person(provider, "eve").go(attacker.begin())
    own = board.begin()

    answer = board.come_back(lure)

    assert (answer.status_code, "another sign-in" in text_of(answer)) == (400, True)
    # Their own attempt still goes on.
    assert board.come_back(Person(provider, "ana").go(own)).status_code == 303


def test_token_with_the_nonce_of_another_attempt_is_refused(
    board: Board, provider: RealProvider
) -> None:
    url = URL(board.begin()).copy_set_param("nonce", "of-another-attempt")

    answer = board.come_back(Person(provider, "ana").go(str(url)))

    assert "made for another sign-in" in text_of(answer)
    assert not board.is_signed_in()


def test_code_of_another_verifier_is_refused(board: Board, provider: RealProvider) -> None:
    url = URL(board.begin()).copy_set_param("code_challenge", "A" * 43)

    answer = board.come_back(Person(provider, "ana").go(str(url)))

    assert "The provider no longer accepts this sign-in" in text_of(answer)


def test_answer_that_names_another_issuer_is_refused(board: Board, provider: RealProvider) -> None:
    back = URL(Person(provider, "ana").go(board.begin()))

    other = board.come_back(str(back.copy_set_param("iss", "https://evil.example")))
    board_begun_again = board.begin()
    back = URL(Person(provider, "ana").go(board_begun_again))
    none = board.come_back(str(back.copy_remove_param("iss")))

    for answer in (other, none):
        assert "The answer comes from another provider" in text_of(answer)
    assert not board.is_signed_in()


def test_removed_group_ends_the_sessions(board: Board, provider: RealProvider) -> None:
    person = Person(provider, "ana")
    _sign_in(board, person)
    copied = board.client.cookies["__Host-editor"]
    provider.tell(accounts={"ana": {"name": "Ana", "groups": []}})

    answer = board.come_back(person.go(board.begin()))

    board.client.cookies.set("__Host-editor", copied)
    assert "none of your groups is let in" in text_of(answer)
    assert not board.is_signed_in()


def test_changed_role_ends_the_earlier_sessions(board: Board, provider: RealProvider) -> None:
    person = Person(provider, "ana")
    _sign_in(board, person)
    copied = board.client.cookies["__Host-editor"]
    provider.tell(accounts={"ana": {"name": "Ana", "groups": ["reviewers"]}})

    _sign_in(board, person)

    (editor,) = board.services.editors.all()
    assert (editor.account_role, board.is_signed_in()) == (AccountRole.REVIEWER, True)
    board.client.cookies.clear()
    board.client.cookies.set("__Host-editor", copied)
    assert not board.is_signed_in()


def test_session_is_renewed_after_an_hour_without_asking(
    board: Board, provider: RealProvider
) -> None:
    person = Person(provider, "ana")
    _sign_in(board, person)
    board.clock.shift = _minutes(61)

    sent = board.client.get("/review?kind=praise")
    start = board.client.get(sent.headers["location"]).headers["location"]
    board.clock.shift = _minutes(0)  # the provider's token is made by its own clock
    back = board.come_back(person.go(start))

    assert asked(start)["prompt"] == "none"
    assert back.headers["location"] == "/review?kind=praise"
    assert board.is_signed_in()


def test_renewal_asks_when_the_provider_has_to(board: Board, provider: RealProvider) -> None:
    _sign_in(board, Person(provider, "ana"))
    board.clock.shift = _minutes(61)
    sent = board.client.get("/review?kind=praise")
    start = board.client.get(sent.headers["location"]).headers["location"]
    elsewhere = Person(provider, "ana")  # who is not signed in at the provider

    back = board.come_back(elsewhere.go(start))
    again = board.client.get(back.headers["location"]).headers["location"]

    assert back.headers["location"] == "/review/sign-in/provider?next=%2Freview%3Fkind%3Dpraise"
    assert "prompt" not in asked(again)


def test_renewal_by_somebody_else_is_no_renewal(board: Board, provider: RealProvider) -> None:
    _sign_in(board, Person(provider, "ana"))
    board.clock.shift = _minutes(61)
    rui = Person(provider, "rui")
    rui.go(board.begin())
    start = board.client.get("/review/sign-in/provider?silent=1").headers["location"]
    board.clock.shift = _minutes(0)
    board.client.cookies.delete("__Host-editor")

    back = board.come_back(rui.go(start))

    assert back.headers["location"].startswith("/review/sign-in?next=")
    assert not board.is_signed_in()


def test_sign_out_ends_every_session_and_offers_the_provider_s(
    board: Board, provider: RealProvider
) -> None:
    person = Person(provider, "ana")
    _sign_in(board, person)
    copied = board.client.cookies["__Host-editor"]

    form = form_values(board.client.get("/review"), "/sign-out")
    answer = board.client.post("/review/sign-out", data=form)
    page = board.client.get(answer.headers["location"])
    (end,) = page_of(page).xpath("//a[contains(@href, '/session/end')]/@href")
    back = person.sign_out(end)
    board.client.cookies.set("__Host-editor", copied)

    assert "You are signed out" in text_of(page)
    assert back == f"{ORIGIN}/review/sign-in"
    assert not board.is_signed_in()


def test_changed_keys_are_fetched_once(board: Board, provider: RealProvider) -> None:
    _sign_in(board, Person(provider, "ana"))
    provider.tell(rotate=True)

    _sign_in(board, Person(provider, "rui"))

    assert len(board.services.editors.all()) == 2


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_service_shows_its_secret_as_the_provider_wants_it(
    open_board: OpenBoard, method: str
) -> None:
    process = RealProvider(method=method)
    try:
        process.tell(origins=[ORIGIN], accounts={"ana": {"name": "Ana", "groups": ["editors"]}})
        _sign_in(open_board(process.issuer), Person(process, "ana"))
    finally:
        process.stop()


def test_provider_that_is_down_is_told_and_local_accounts_still_work(
    open_board: OpenBoard,
) -> None:
    process = RealProvider()
    process.stop()
    board = open_board(process.issuer)
    add_editor("Ana", PASSPHRASE, services=board.services)

    answer = board.client.get("/review/sign-in/provider?next=/review")
    form = form_values(answer) | {"name": "Ana", "passphrase": PASSPHRASE}
    signed_in = board.client.post("/review/sign-in", data=form)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "The provider cannot be reached" in text_of(answer)
    assert signed_in.status_code == 303


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_account_of_the_provider_has_no_passphrase_to_change_here(
    board: Board, provider: RealProvider
) -> None:
    _sign_in(board, Person(provider, "ana"))

    shown = board.client.get("/review/passphrase")
    new = {"present": "None", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    sent = board.client.post("/review/passphrase", data=form_values(shown, "/sign-out") | new)

    assert "You sign in with your company account" in text_of(shown)
    assert not page_of(shown).xpath("//input[@type='password']")
    assert (sent.status_code, sent.json()["code"]) == (403, "provider-account")
    assert [one.passphrase_hash for one in board.services.editors.all()] == [None]
