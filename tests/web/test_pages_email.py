"""The pages behind the links in mails, and what the form says of mail."""

import pytest
from starlette.testclient import TestClient

from feedback_api.services import Services
from feedback_api.services.email_links import Purpose, link_token
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER
from tests.web.reading import FORM, OpenClient, entered, form_of, page_of, text_of

ADDRESS = "reader@example.net"


@pytest.fixture
def stored(store: MemoryStore) -> MemoryStore:
    store.add(usual_comment(1, email=ADDRESS, body="Not for strangers."))
    return store


def _link(services: Services, purpose: Purpose) -> str:
    token = link_token(services.comments.get(comment_id(1)), purpose, services.secrets)
    return f"/feedback/email/{purpose}?token={token}"


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_and_shows_nothing_of_the_comment(
    client: TestClient, stored: MemoryStore, services: Services, purpose: Purpose, method: str
) -> None:
    answer = client.request(method, _link(services, purpose))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert stored.get(comment_id(1)).version == 1
    for secret in ("Not for strangers.", ADDRESS, comment_id(1), "complaints"):
        assert secret not in answer.text


def test_button_of_the_page_confirms(
    client: TestClient, stored: MemoryStore, services: Services
) -> None:
    shown = client.get(_link(services, Purpose.CONFIRM))

    answer = client.post(str(form_of(shown, "/confirm").action))

    assert answer.status_code == 200
    assert "Your address is confirmed" in text_of(answer)
    assert stored.get(comment_id(1)).email_confirmed_at is not None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            "One-Click\r\n--x--\r\n",
        ),
        ("text/plain", ""),
    ],
)
def test_mail_program_removes_the_address_with_one_request(
    client: TestClient, stored: MemoryStore, services: Services, kind: str, body: str
) -> None:
    link = _link(services, Purpose.UNSUBSCRIBE)

    answer = client.post(link, content=body, headers={"content-type": kind})

    assert answer.status_code == 200
    assert stored.get(comment_id(1)).email is None


def test_link_of_a_mail_leads_into_the_other_language_and_keeps_its_token(
    client: TestClient, stored: MemoryStore, services: Services
) -> None:
    link = _link(services, Purpose.CONFIRM)

    answer = client.get(f"{link}&language={OTHER}")

    assert "Confirme seu endereço de e-mail" in text_of(answer)
    languages = page_of(answer).xpath("//ul[@class='cop-languages']//a")
    assert [one.get("href") for one in languages] == [
        f"{link}&language=aa",
        f"{link}&language=bb",
    ]


@pytest.mark.parametrize("sends_mail", [False, True])
def test_form_says_whether_mail_is_sent(
    open_client: OpenClient, store: MemoryStore, sends_mail: bool
) -> None:
    client = open_client(sends_mail=sends_mail)

    shown = text_of(client.get(FORM))
    sent = text_of(client.post(FORM, data=entered(email=ADDRESS)))

    assert ("You get one mail with a link" in shown) is sends_mail
    assert ("No mail is sent" in shown) is not sends_mail
    assert ("A mail is on its way" in sent) is sends_mail


def test_nothing_is_said_of_mail_to_whoever_gave_no_address(open_client: OpenClient) -> None:
    sent = open_client(sends_mail=True).post(FORM, data=entered())

    assert sent.status_code == 201
    assert "A mail is on its way" not in text_of(sent)
