"""Whoever has a local account changes its passphrase in the browser."""

from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import StoreBusy, StoreError, StoreFailed
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.counting import Purpose
from feedback_api.services.editors import add_editor, sign_in
from feedback_api.services.ports import EditorStep
from tests.fakes.memory_editors import MemoryEditors
from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    OpenClient,
    form_values,
    page_of,
    signed_in,
    text_of,
)
from tests.web.restrained import limited

PAGE = "/review/passphrase"
NEW = "nine green lanterns"
RIGHT = {"present": PASSPHRASE, "passphrase": NEW, "again": NEW}


def _sent(client: TestClient, entered: dict[str, str], **headers: str) -> Response:
    """What becomes of the form, filled in so."""
    shown = form_values(client.get(PAGE, headers=headers), PAGE)
    return client.post(PAGE, data=shown | entered, headers={"accept": "text/html", **headers})


def _faults(answer: Response) -> dict[str, str]:
    """What is said beside each field."""
    faults = page_of(answer).xpath("//main//p[@class='cop-fault']")
    return {fault.get("id").split("-")[1]: fault.text_content() for fault in faults}


def test_new_passphrase_is_in_force_and_every_other_session_over(
    editor_client: TestClient, open_client: OpenClient, services: Services
) -> None:
    elsewhere, copy = signed_in(open_client()), open_client()
    copy.cookies.update(editor_client.cookies)

    answer = _sent(editor_client, RIGHT)

    told = editor_client.get(answer.headers["location"])
    assert answer.status_code == 303
    assert "Your passphrase is changed." in text_of(told)
    assert [client.get("/review").status_code for client in (elsewhere, copy)] == [303, 303]
    assert len(answer.headers.get_list("set-cookie")) == 1
    assert sign_in(EDITOR, NEW, services=services).name == EDITOR


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"present": "not it at all"}, {"present": "This is not your present passphrase."}),
        ({"present": ""}, {"present": "This is not your present passphrase."}),
        ({"present": PASSPHRASE * 100}, {"present": "This is not your present passphrase."}),
        (
            {"passphrase": PASSPHRASE, "again": PASSPHRASE},
            {"passphrase": "This is the passphrase you have already; choose another."},
        ),
        (
            {"passphrase": "password1234", "again": "password1234"},
            {
                "passphrase": "Easily guessed: it is common or made of names known here. "
                "Take four words at random."
            },
        ),
        (
            {"present": "not it at all", "passphrase": "xyzzy", "again": "xyzzy"},
            {
                "present": "This is not your present passphrase.",
                "passphrase": "Too short: 5 characters, the least is 12.",
            },
        ),
        (
            {"again": "nine green lantern"},
            {"again": "Not the same as above; write the new passphrase here again."},
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_given_back(
    editor_client: TestClient, services: Services, wrong: dict[str, str], told: dict[str, str]
) -> None:
    before = services.editors.all()

    answer = _sent(editor_client, RIGHT | wrong)

    typed = {value for value in (RIGHT | wrong).values() if value}
    assert (answer.status_code, _faults(answer)) == (422, told)
    assert not [value for value in typed if value in answer.text]
    assert services.editors.all() == before
    assert editor_client.get("/review").status_code == 200


def test_reviewer_changes_their_own(open_client: OpenClient, services: Services) -> None:
    add_editor("Bia", PASSPHRASE, account_role=AccountRole.REVIEWER, services=services)
    client = signed_in(open_client(), "Bia")

    answer = _sent(client, RIGHT)

    assert answer.status_code == 303
    assert sign_in("Bia", NEW, services=services).account_role is AccountRole.REVIEWER
    assert sign_in(EDITOR, PASSPHRASE, services=services).name == EDITOR


def test_board_links_to_the_page(editor_client: TestClient) -> None:
    links = page_of(editor_client.get("/review")).xpath("//main//a[@href='/review/passphrase']")

    assert [link.text_content() for link in links] == ["Change passphrase"]


def test_without_the_secret_of_the_form_nothing_changes(
    editor_client: TestClient, services: Services
) -> None:
    before = services.editors.all()

    forged = _sent(editor_client, RIGHT | {"csrf": "x"})
    foreign = _sent(editor_client, RIGHT, **{"sec-fetch-site": "cross-site"})

    assert [forged.status_code, foreign.status_code] == [403, 403]
    assert NEW not in forged.text + foreign.text
    assert services.editors.all() == before


def test_without_a_session_there_is_no_page_and_nothing_typed_comes_back(
    client: TestClient,
) -> None:
    shown = client.get(PAGE)
    sent = client.post(PAGE, data=RIGHT, headers={"accept": "text/html"})

    assert (shown.status_code, sent.status_code) == (303, 401)
    assert NEW not in sent.text


def test_guesses_are_counted_as_those_at_the_sign_in(open_client: OpenClient) -> None:
    client = signed_in(open_client(restraint=limited(Purpose.SIGN_IN_NAME)))
    wrong = RIGHT | {"present": "not it at all"}

    answers = [_sent(client, given) for given in (wrong, wrong, wrong, RIGHT)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "retry-after" in answers[-1].headers


class _RefusingEditors(MemoryEditors):
    """Accounts that can be read, and not changed."""

    def __init__(self, error: StoreError) -> None:
        super().__init__()
        self._error = error

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        raise self._error


@pytest.mark.parametrize("error", [StoreBusy(), StoreFailed()], ids=["busy", "failed"])
@pytest.mark.parametrize(
    ("other", "asked", "told"),
    [
        ("pt", "aa", "Passphrases are never shown again, so type all three once more."),
        ("pt", "bb", "As frases secretas nunca são mostradas de novo; digite as três outra vez."),
        ("ru", "bb", "Парольные фразы больше не показываются: введите все три ещё раз."),
    ],
)
def test_store_that_refuses_is_told_without_saying_that_anything_typed_is_still_there(
    open_client: OpenClient,
    services: Services,
    error: StoreError,
    other: str,
    asked: str,
    told: str,
) -> None:
    editors = _RefusingEditors(error)
    editors.add(services.editors.get(EditorName(EDITOR)))
    client = signed_in(open_client(other=other, over=replace(services, editors=editors)))

    answer = _sent(client, RIGHT, **{"Accept-Language": asked})

    assert answer.status_code == 503
    assert told in text_of(answer)
    assert page_of(answer).xpath("//input[@type='password'][@value]") == []
    for lie in ("still here", "continua aqui", "осталось здесь", "does no harm", "не повредит"):
        assert lie not in text_of(answer)


@pytest.mark.parametrize(
    ("other", "heading", "fault"),
    [
        ("pt", "Mudar a frase secreta", "Esta não é a sua frase secreta atual."),
        ("ru", "Сменить парольную фразу", "Это не ваша текущая парольная фраза."),
    ],
)
def test_page_speaks_the_editor_s_language(
    open_client: OpenClient, other: str, heading: str, fault: str
) -> None:
    client = signed_in(open_client(other=other))

    answer = _sent(client, RIGHT | {"present": "wrong"}, **{"Accept-Language": "bb"})

    assert page_of(answer).xpath("//h1")[0].text_content() == heading
    assert _faults(answer) == {"present": fault}


def test_changes_are_logged_without_what_was_typed(
    editor_client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    _sent(editor_client, RIGHT | {"present": "not it at all"})
    _sent(editor_client, RIGHT)

    told = [
        line.getMessage() for line in caplog.records if line.name == "feedback_api.web.signing_in"
    ]
    assert told == [
        f"A change of the passphrase of {EDITOR} was refused.",
        f"{EDITOR} changed the passphrase.",
    ]
