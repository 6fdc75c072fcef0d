"""Editors sign in and out."""

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    OpenClient,
    form_values,
    page_of,
    signed_in,
    text_of,
)

SIGN_IN = "/review/sign-in"
RIGHT = {"name": EDITOR, "passphrase": PASSPHRASE}


def _sent(client: TestClient, entered: dict[str, str], **headers: str) -> Response:
    """What becomes of the form, filled in so."""
    shown = client.get(SIGN_IN, headers=headers)
    return client.post(SIGN_IN, data=form_values(shown) | entered, headers=headers)


def test_board_sends_strangers_to_the_sign_in_page_and_back(client: TestClient) -> None:
    sent = client.get("/review?state=accepted&text=a%26b")
    shown = client.get(sent.headers["location"])
    back = client.post(SIGN_IN, data=form_values(shown) | RIGHT)

    assert sent.status_code == 303
    assert sent.headers["location"].startswith(SIGN_IN)
    assert back.headers["location"] == "/review?state=accepted&text=a%26b"
    assert client.get(back.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": EDITOR, "passphrase": "not it at all"},
        {"name": "Nobody", "passphrase": PASSPHRASE},
        {"name": EDITOR, "passphrase": ""},
        {"name": "", "passphrase": ""},
        {"name": EDITOR, "passphrase": "x" * 20_000},
    ],
)
def test_wrong_names_and_passphrases_are_refused_alike(
    client: TestClient, wrong: dict[str, str]
) -> None:
    answer = _sent(client, wrong)

    assert answer.status_code == 401
    assert "The name or the passphrase is wrong." in text_of(answer)
    assert form_values(answer)["name"] == wrong["name"]
    assert wrong["passphrase"] not in answer.text or not wrong["passphrase"]
    assert "editor=" not in answer.headers["set-cookie"]


def test_log_tells_who_signed_in_and_never_what_was_typed(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    _sent(client, {"name": "hunter2 is my secret", "passphrase": "not it at all"})
    _sent(client, RIGHT)

    told = [
        line.getMessage() for line in caplog.records if line.name == "feedback_api.web.signing_in"
    ]
    assert told == ["A sign-in by passphrase was refused.", f"{EDITOR} signed in by passphrase."]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/review",
        "//evil.example/review",
        "/\\evil.example",
        "\\\\evil.example",
        "/reviewer",
        "javascript:alert(1)",
        "/review\r\nSet-Cookie: a=b",
        "http://[::/review",
        "",
    ],
)
def test_sign_in_leads_nowhere_else(client: TestClient, wanted: str) -> None:
    answer = _sent(client, {**RIGHT, "next": wanted})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/review"


@pytest.mark.parametrize(
    ("origin", "name"),
    [("http://testserver", "editor"), ("https://code.example.org", "__Host-editor")],
)
def test_cookie_is_bound_and_hidden_from_scripts(
    open_client: OpenClient, origin: str, name: str
) -> None:
    client = open_client(origin=origin)

    cookie = _sent(client, RIGHT).headers["set-cookie"]

    assert cookie.startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert ("Secure" in cookie) == origin.startswith("https")
    assert "Domain" not in cookie


def test_each_sign_in_is_a_session_of_its_own(open_client: OpenClient) -> None:
    first, second = signed_in(open_client()), signed_in(open_client())

    tokens = {client.cookies["editor"] for client in (first, second)}
    secrets = {
        form_values(client.get("/review"), "/sign-out")["csrf"] for client in (first, second)
    }
    assert (len(tokens), len(secrets)) == (2, 2)


def test_sign_out_ends_every_copy_of_the_session(
    editor_client: TestClient, open_client: OpenClient
) -> None:
    copy = open_client()
    copy.cookies = editor_client.cookies
    before = copy.get("/review").status_code

    answer = editor_client.post(
        "/review/sign-out", data=form_values(editor_client.get("/review"), "/sign-out")
    )

    assert (before, answer.status_code) == (200, 303)
    assert 'editor=""' in answer.headers["set-cookie"]
    assert copy.get("/review").status_code == 303


def test_sign_out_needs_the_secret_of_the_page(editor_client: TestClient) -> None:
    answer = editor_client.post("/review/sign-out", data={"csrf": "x"})

    assert answer.status_code == 403
    assert editor_client.get("/review").status_code == 200


def test_sign_in_caused_by_another_site_is_refused(client: TestClient) -> None:
    answer = client.post(SIGN_IN, data=RIGHT, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_sign_in_works_under_a_second_name_of_the_service(client: TestClient) -> None:
    shown = client.get(SIGN_IN)
    headers = {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"}

    answer = client.post(
        SIGN_IN,
        data=form_values(shown) | RIGHT,
        headers={**headers, "Cookie": f"sign-in-form={client.cookies['sign-in-form']}"},
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "x", "a.b", '"', "A" * 4_000, "é", "eyJhIjoxfQ.x"])
def test_broken_cookies_are_no_session(client: TestClient, token: str) -> None:
    answer = client.get("/review", headers={b"Cookie": f"editor={token}".encode()})

    assert answer.status_code == 303


def test_whoever_is_signed_in_goes_on(editor_client: TestClient) -> None:
    answer = editor_client.get(f"{SIGN_IN}?next=/review%3Fkind%3Dpraise")

    assert (answer.status_code, answer.headers["location"]) == (303, "/review?kind=praise")


@pytest.mark.parametrize(
    ("other", "heading", "fault"),
    [
        ("pt", "Entrar no painel dos editores", "Nome ou frase secreta incorretos."),
        ("ru", "Вход на панель редакторов", "Неверное имя или парольная фраза."),
    ],
)
def test_sign_in_speaks_the_reader_s_language(
    open_client: OpenClient, other: str, heading: str, fault: str
) -> None:
    client = open_client(other=other)

    answer = _sent(client, {**RIGHT, "name": "x"}, **{"Accept-Language": "bb"})

    assert page_of(answer).xpath("//h1")[0].text_content() == heading
    assert fault in text_of(answer)
