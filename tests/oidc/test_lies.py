"""What the service does not believe, whoever says it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from httpx2 import Response

from feedback_api.services.editors import add_editor
from tests.oidc.conftest import ORIGIN, Board, asked, make_board
from tests.oidc.lying_provider import (
    KEY,
    OTHER_KEY,
    LyingProvider,
    Page,
    signed,
    signed_with_secret,
    unsigned,
)
from tests.oidc.real_provider import CLIENT_SECRET
from tests.web.reading import PASSPHRASE, form_of, form_values, text_of

OTHER_SIGN_IN = "The provider’s answer was made for another sign-in"
OTHER_ISSUER = "The answer comes from another provider"
OTHER_APPLICATION = "The answer was meant for another application"
BAD_SIGNATURE = "The provider’s signature is not valid"
OUT_OF_DATE = "The provider’s answer is out of date"
UNACCEPTABLE = "The provider’s answer cannot be accepted"
REFUSED = "The provider refused the sign-in"
UNFIT = "The provider cannot be used as it is set up"
UNREACHABLE = "The provider cannot be reached"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
ENDED = "/review/sign-in/ended"
ONE_DAY = 86_400
METADATA = "/.well-known/openid-configuration"
Token = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def process() -> Iterator[LyingProvider]:
    provider = LyingProvider()
    yield provider
    provider.stop()


@pytest.fixture
def liar(process: LyingProvider) -> LyingProvider:
    process.be_honest()
    return process


@pytest.fixture
def board(tmp_path: Path, liar: LyingProvider) -> Board:
    return make_board(tmp_path, liar.issuer, seconds=1)


@pytest.fixture(scope="module")
def one_board(tmp_path_factory: pytest.TempPathFactory, process: LyingProvider) -> Board:
    return make_board(tmp_path_factory.mktemp("board"), process.issuer, seconds=1)


@pytest.fixture
def used_board(one_board: Board, liar: LyingProvider) -> Board:
    """One that knows the provider already, but nobody and no browser."""
    for editor in one_board.services.editors.all():
        one_board.services.editors.remove(editor.name)
    one_board.client.cookies.clear()
    return one_board


def _come_back(board: Board, liar: LyingProvider, make: Token, **changes: object) -> Response:
    """Sign in with the ID token that `make` makes of the claims."""
    query = asked(board.begin())
    liar.give(make(liar.claims(**{"nonce": query["nonce"]} | changes)))
    return board.client.get(f"/review/sign-in/callback?code=c&state={query['state']}")


def test_honest_token_is_believed(board: Board, liar: LyingProvider) -> None:
    assert _come_back(board, liar, signed).status_code == 303
    assert board.is_signed_in()
    assert liar.asked == [METADATA, "/keys", "/token"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"nonce": "of another"}, OTHER_SIGN_IN),
        ({"nonce": None}, OTHER_SIGN_IN),
        ({"iss": "https://evil.example"}, OTHER_ISSUER),
        ({"iss": None}, OTHER_ISSUER),
        ({"aud": "another"}, OTHER_APPLICATION),
        ({"aud": ["another", "code-of-practice"], "azp": "another"}, OTHER_APPLICATION),
        ({"aud": None}, OTHER_APPLICATION),
        ({"exp": None}, OUT_OF_DATE),
        ({"sub": None}, UNACCEPTABLE),
        ({"sub": ""}, UNACCEPTABLE),
        ({"sub": 7}, UNACCEPTABLE),
        ({"sub": "ana\nrui"}, UNACCEPTABLE),
        ({"at_hash": "of-another-token"}, UNACCEPTABLE),
        ({"groups": None}, "Your account has no access to the board"),
        ({"groups": "editor"}, "Your account has no access to the board"),
        ({"groups": {"editors": True}}, "Your account has no access to the board"),
    ],
    ids=str,
)
def test_wrong_claim_is_refused_with_its_own_sentence(
    used_board: Board, liar: LyingProvider, changes: dict[str, object], told: str
) -> None:
    answer = _come_back(used_board, liar, signed, **changes)

    _assert_refused(used_board, answer, told)


@pytest.mark.parametrize(
    ("claim", "seconds"), [("exp", -60), ("iat", ONE_DAY), ("nbf", ONE_DAY)], ids=str
)
def test_wrong_time_is_refused(
    used_board: Board, liar: LyingProvider, claim: str, seconds: int
) -> None:
    at = int(time.time()) + seconds

    answer = _come_back(used_board, liar, signed, **{claim: at})

    _assert_refused(used_board, answer, OUT_OF_DATE)


def _assert_refused(board: Board, answer: Response, told: str) -> None:
    assert answer.status_code == 403
    assert told in text_of(answer)
    assert board.services.editors.all() == ()
    assert "__Host-editor" not in board.client.cookies


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda claims: signed(claims, key=OTHER_KEY), BAD_SIGNATURE),
        (lambda claims: signed(claims, kid="unheard of"), BAD_SIGNATURE),
        (unsigned, BAD_SIGNATURE),
        (lambda claims: unsigned(claims).rstrip(".") + ".x", BAD_SIGNATURE),
        (lambda claims: signed_with_secret(claims, CLIENT_SECRET.encode()), BAD_SIGNATURE),
        (lambda claims: signed_with_secret(claims, KEY.as_pem(private=False)), BAD_SIGNATURE),
        (lambda claims: signed(claims)[:-8] + "AAAAAAAA", BAD_SIGNATURE),
        (lambda _: "a.b.c.d.e", UNACCEPTABLE),
        (lambda _: "", UNACCEPTABLE),
        (lambda _: None, UNACCEPTABLE),
        (lambda _: ["a.b.c"], UNACCEPTABLE),
    ],
)
def test_token_that_no_key_of_the_provider_s_signed_is_refused(
    used_board: Board, liar: LyingProvider, make: Token, told: str
) -> None:
    answer = _come_back(used_board, liar, make)

    assert (answer.status_code, told in text_of(answer)) == (403, True)
    assert not used_board.is_signed_in()


def test_unknown_key_is_looked_for_just_once(board: Board, liar: LyingProvider) -> None:
    _come_back(board, liar, lambda claims: signed(claims, kid="unheard of"))

    assert liar.asked.count("/keys") == 2


def test_person_of_whom_userinfo_tells_is_the_one_of_the_token(
    used_board: Board, liar: LyingProvider
) -> None:
    liar.answer("/userinfo", {"sub": "rui", "groups": ["editors"]})

    answer = _come_back(used_board, liar, signed, groups=None)

    assert UNACCEPTABLE in text_of(answer)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (Page(b'{"error": "invalid_grant"}', 400), "The provider no longer accepts this sign-in"),
        (Page(b'{"error": "invalid_client"}', 401), REFUSED),
        (Page(b'{"error": "<b>\\n"}', 400), REFUSED),
        (Page(b"<html>", 200), REFUSED),
        (Page(b"[]", 200), REFUSED),
        (Page(b"{}", 200), UNACCEPTABLE),
        (Page(b"down", 502), UNREACHABLE),
        (Page(b"", 302, {"location": "http://127.0.0.1:9/elsewhere"}), REFUSED),
        (Page(b"\x1f\x8b", 200, {"content-encoding": "gzip"}), UNREACHABLE),
        (Page(b" " * 65_536, repeat=100), UNREACHABLE),
        (Page(b" ", repeat=400, pause=Event()), UNREACHABLE),
    ],
    ids=["grant", "client", "markup", "html", "array", "empty", "502", "redirect", "gzip", "huge",
         "slow"],
)  # fmt: skip
def test_token_endpoint_that_misbehaves_signs_nobody_in(
    used_board: Board, liar: LyingProvider, caplog: pytest.LogCaptureFixture, page: Page, told: str
) -> None:
    query = asked(used_board.begin())
    liar.pages["/token"] = page

    answer = used_board.client.get(f"/review/sign-in/callback?code=c0de&state={query['state']}")

    assert told in text_of(answer)
    assert not {"c0de", query["state"], "<b>"} & set(caplog.text.split())
    assert not used_board.is_signed_in()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"issuer": "https://evil.example"}, OTHER_ISSUER),
        ({"issuer": None}, UNFIT),
        ({"token_endpoint": "http://127.0.0.1:9/token"}, UNFIT),
        ({"jwks_uri": "https://keys.example.org/"}, UNFIT),
        ({"authorization_endpoint": "http://login.example.org/"}, UNFIT),
        ({"authorization_endpoint": "javascript:alert(1)"}, UNFIT),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, UNFIT),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, UNFIT),
    ],
    ids=str,
)
def test_provider_that_describes_itself_unfitly_is_not_gone_to(
    board: Board, liar: LyingProvider, changes: dict[str, object], told: str
) -> None:
    liar.describe(**changes)

    answer = board.client.get("/review/sign-in/provider")

    assert told in text_of(answer)
    assert liar.asked == [METADATA]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("error=access_denied", "The sign-in was cancelled"),
        ("error=server_error&error_description=%3Cb%3E", REFUSED),
        ("error=login_required", REFUSED),
        ("", REFUSED),
        ("code=c&iss=https://evil.example", OTHER_ISSUER),
        ("error=access_denied&iss=https://evil.example", OTHER_ISSUER),
    ],
)
def test_answer_with_an_error_asks_nothing_more(
    used_board: Board, liar: LyingProvider, query: str, told: str
) -> None:
    state = asked(used_board.begin())["state"]

    answer = used_board.client.get(f"/review/sign-in/callback?state={state}&{query}")

    assert told in text_of(answer)
    assert "/token" not in liar.asked
    assert 'sign-in=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "A" * 5_000])
def test_answer_without_its_cookie_is_refused(
    used_board: Board, liar: LyingProvider, cookie: str
) -> None:
    state = asked(used_board.begin())["state"]
    used_board.client.cookies.clear()

    answer = used_board.client.get(
        f"/review/sign-in/callback?code=c&state={state}",
        headers={"Cookie": f"__Host-sign-in={cookie}"},
    )

    assert (answer.status_code, "This sign-in is over" in text_of(answer)) == (400, True)
    assert "/token" not in liar.asked


@pytest.mark.parametrize("wanted", ["https://evil.example/review", "//evil.example", "/reviewer"])
def test_sign_in_leads_nowhere_else(used_board: Board, liar: LyingProvider, wanted: str) -> None:
    query = asked(used_board.begin(next=wanted))
    liar.give(signed(liar.claims(nonce=query["nonce"])))

    answer = used_board.client.get(f"/review/sign-in/callback?code=c&state={query['state']}")

    assert answer.headers["location"] == "/review"


def test_provider_ends_the_sessions_of_a_person(used_board: Board, liar: LyingProvider) -> None:
    _come_back(used_board, liar, signed)
    before = used_board.is_signed_in()

    answer = used_board.client.post(ENDED, data={"logout_token": signed(_logout(liar))})

    assert (before, answer.status_code, used_board.is_signed_in()) == (True, 200, False)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "changes",
    [{"events": None}, {"events": {}}, {"events": {LOGOUT: 1}}, {"nonce": "n"}, {"sub": None},
     {"jti": None}, {"iat": 1}, {"exp": 1}, {"aud": "another"}, {"iss": "https://evil.example"}],
    ids=str,
)  # fmt: skip
def test_logout_token_that_is_none_ends_nothing(
    used_board: Board, liar: LyingProvider, changes: dict[str, object]
) -> None:
    _come_back(used_board, liar, signed)

    answer = used_board.client.post(ENDED, data={"logout_token": signed(_logout(liar, **changes))})

    assert (answer.status_code, used_board.is_signed_in()) == (400, True)


def test_logout_token_is_taken_once(used_board: Board, liar: LyingProvider) -> None:
    token = signed(_logout(liar))
    first = used_board.client.post(ENDED, data={"logout_token": token})
    _come_back(used_board, liar, signed)

    again = used_board.client.post(ENDED, data={"logout_token": token})

    assert (first.status_code, again.status_code, used_board.is_signed_in()) == (200, 400, True)


def test_strangers_tokens_do_not_make_the_service_ask_again(
    board: Board, liar: LyingProvider
) -> None:
    for _ in range(3):
        token = signed(_logout(liar), kid="unheard of")
        assert board.client.post(ENDED, data={"logout_token": token}).status_code == 400

    assert liar.asked.count("/keys") == 1


def test_session_lasts_as_long_as_configured(board: Board, liar: LyingProvider) -> None:
    _come_back(board, liar, signed)
    board.clock.shift = timedelta(minutes=59)
    within = board.is_signed_in()
    board.clock.shift = timedelta(minutes=61)

    over = board.client.get("/review")

    assert within
    assert over.headers["location"] == "/review/sign-in/provider?silent=1&next=/review"


def test_session_ended_elsewhere_is_not_renewed_silently(board: Board, liar: LyingProvider) -> None:
    _come_back(board, liar, signed)
    board.client.post(ENDED, data={"logout_token": signed(_logout(liar))})
    board.clock.shift = timedelta(minutes=61)

    assert board.client.get("/review").headers["location"].startswith("/review/sign-in?next=")


@pytest.mark.parametrize(
    ("other", "language", "told"),
    [
        ("pt", "aa", "It ends after a time, and when you sign out anywhere."),
        (
            "pt",
            "bb",
            "Ela termina depois de algum tempo ou quando você sai em qualquer dispositivo.",
        ),
        ("ru", "bb", "Он завершается через некоторое время и при выходе на любом устройстве."),
    ],
)
def test_end_of_a_session_is_told_without_the_hours_of_local_accounts(
    liar: LyingProvider, tmp_path: Path, other: str, language: str, told: str
) -> None:
    board = make_board(tmp_path, liar.issuer, other=other)
    _come_back(board, liar, signed)
    board.clock.shift = timedelta(minutes=61)

    shown = board.client.get("/review/sign-in", headers={"Accept-Language": language})

    assert told in text_of(shown)
    assert "12" not in text_of(shown)


def test_sessions_of_another_provider_do_not_hold(
    board: Board, liar: LyingProvider, tmp_path: Path
) -> None:
    _come_back(board, liar, signed)
    services = board.services
    elsewhere = make_board(tmp_path, "https://login.example.org", services=services)
    elsewhere.client.cookies = board.client.cookies

    assert (board.is_signed_in(), elsewhere.is_signed_in()) == (True, False)


def test_without_local_accounts_a_passphrase_opens_nothing(
    liar: LyingProvider, tmp_path: Path
) -> None:
    board = make_board(tmp_path, liar.issuer, local=False)
    add_editor("Ana", PASSPHRASE, services=board.services)
    right = {"name": "Ana", "passphrase": PASSPHRASE}

    shown = board.client.get("/review/sign-in")
    by_form = board.client.post("/review/sign-in", data=right)
    by_program = board.client.post("/api/v1/session", json=right)

    assert "Passphrase" not in text_of(shown)
    assert (by_form.status_code, by_program.status_code) == (403, 403)
    assert by_program.json()["code"] == "local-accounts-off"
    assert "Names and passphrases are not accepted here" in text_of(by_form)


def test_wrong_passphrase_is_told_in_its_form_and_not_at_the_button(used_board: Board) -> None:
    add_editor("Ana", PASSPHRASE, services=used_board.services)
    shown = form_values(used_board.client.get("/review/sign-in"))

    answer = used_board.client.post(
        "/review/sign-in", data=shown | {"name": "x", "passphrase": "y"}
    )

    assert "The name or the passphrase is wrong." in form_of(answer).text_content()


@pytest.mark.parametrize(
    ("other", "button", "told"),
    [
        ("pt", "Entrar com a conta da empresa", "A entrada foi cancelada"),
        ("ru", "Войти с корпоративной учётной записью", "Вход отменён"),
    ],
)
def test_refusals_speak_the_reader_s_language(
    liar: LyingProvider, tmp_path: Path, other: str, button: str, told: str
) -> None:
    board = make_board(tmp_path, liar.issuer, other=other)
    state = asked(board.begin())["state"]

    answer = board.client.get(
        f"/review/sign-in/callback?state={state}&error=access_denied",
        headers={"Accept-Language": "bb"},
    )

    assert told in text_of(answer)
    assert button in text_of(answer)


def test_button_leads_to_our_own_origin_and_back_to_the_page(used_board: Board) -> None:
    answer = used_board.client.get("/review/sign-in?next=/review/cycles")

    assert f'href="{ORIGIN}/review/sign-in/provider?next=%2Freview%2Fcycles"' in answer.text


def _logout(liar: LyingProvider, **changes: object) -> dict[str, Any]:
    return liar.claims(**{"jti": f"{time.time()}", "events": {LOGOUT: {}}} | changes)
