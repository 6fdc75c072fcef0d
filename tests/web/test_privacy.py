"""The privacy notice, the channel for grave things, and one's own data by a link in a mail."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.identity import CommentId, LanguageCode
from feedback_api.services import Services
from feedback_api.services.data_requests import LINK_HOURS, data_token
from feedback_api.services.erasing import erasures
from feedback_api.services.privacy_terms import Channel, PrivacyTerms
from feedback_api.services.retention import Policy
from feedback_api.services.submit import submit
from feedback_api.web.routes import WebOptions, build_app
from tests.fakes.comments import usual_draft
from tests.fakes.published import SECTION
from tests.web.reading import (
    COMMENTS,
    EDITOR,
    FORM,
    PASSPHRASE,
    page_of,
    posted,
    signed_in,
    text_of,
)
from tests.web.small_site import lay_languages

ADDRESS = "Ann.Silva@example.org"
CHANNEL = Channel(
    url="https://speak-up.example.org/{language}",
    name={"": "Speak-up line", "bb": "Канал"},
    phone={"": "+351 800 100 200"},
)
HTML = {"accept": "text/html"}
OpenPrivate = Callable[..., TestClient]


class _Desk:
    """See DataDesk; notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, LanguageCode]] = []

    def ask(self, email: str, language: LanguageCode) -> None:
        self.asked.append((email, language))


@pytest.fixture
def desk() -> _Desk:
    return _Desk()


@pytest.fixture
def open_private(services: Services, site: Path, desk: _Desk) -> OpenPrivate:
    """A client of a service with these terms, whose other language speaks `other`."""

    def make(
        terms: PrivacyTerms | None = None, *, other: str = "pt", sends_mail: bool = True
    ) -> TestClient:
        options = WebOptions(
            origin="http://testserver",
            site_origin="http://testserver",
            site=site,
            languages=lay_languages(site.parent, other),
            sends_mail=sends_mail,
            terms=terms or PrivacyTerms(contact="privacy@example.org", channel=CHANNEL),
            desk=desk,
        )
        return TestClient(build_app(services, options), follow_redirects=False)

    return make


def _link(services: Services, email: str, step: str = "comments") -> str:
    token = data_token(email, now=services.clock.now(), secrets=services.secrets)
    return f"/feedback/my-data/{step}?token={token}"


def _stored(services: Services, email: str | None = ADDRESS, **fields: str) -> CommentId:
    draft = usual_draft(email=email, **fields)
    return submit(draft, idempotency_key=None, services=services).comment.id


@pytest.mark.parametrize(
    ("other", "heading"),
    [
        ("pt", "Privacidade: o que guardamos sobre você e o que não guardamos"),
        ("ru", "Конфиденциальность: что о вас хранится, а что нет"),
    ],
)
def test_notice_speaks_the_language_of_its_url(
    open_private: OpenPrivate, other: str, heading: str
) -> None:
    answer = open_private(other=other).get("/feedback/bb/privacy")

    assert answer.status_code == 200
    assert page_of(answer).xpath("//h1")[0].text_content() == heading


def test_notice_says_what_the_settings_say(open_private: OpenPrivate) -> None:
    terms = PrivacyTerms(
        contact="privacy@example.org", policy=Policy(contact_days=77, reviewers_days=33)
    )
    said = text_of(open_private(terms).get("/feedback/aa/privacy"))

    assert "77 days" in said
    assert "33 days" in said
    assert "privacy@example.org" in said
    assert "FEEDBACK_PRIVACY_CONTACT" not in said


@pytest.mark.parametrize(
    ("other", "path", "named"),
    [
        ("pt", "/feedback/aa/privacy", ("wording", "review cycle", "who might read it")),
        ("pt", "/feedback/bb/privacy", ("redação", "ciclo de revisão", "quem podia lê-lo")),
        ("ru", "/feedback/bb/privacy", ("формулировка", "цикл пересмотра", "кому был виден")),
    ],
)
def test_notice_names_all_that_a_tombstone_keeps(
    open_private: OpenPrivate, other: str, path: str, named: tuple[str, ...]
) -> None:
    rows = page_of(open_private(other=other).get(path)).xpath("//main//tbody/tr/th")

    assert [words for words in named if words not in rows[-1].text_content()] == []


def test_notice_without_a_contact_tells_the_operator(open_private: OpenPrivate) -> None:
    said = text_of(open_private(PrivacyTerms()).get("/feedback/aa/privacy"))

    assert "this notice is not complete" in said
    assert "FEEDBACK_PRIVACY_CONTACT" in said


@pytest.mark.parametrize("path", [FORM, "/feedback/receipt", "/feedback/my-data"])
def test_forms_and_footers_link_to_the_notice(open_private: OpenPrivate, path: str) -> None:
    page = page_of(open_private().get(path))

    assert page.xpath("//main//a[@href='/feedback/aa/privacy']")
    assert page.xpath("//footer//a[@href='/feedback/aa/privacy']")


def test_channel_stands_beside_the_choice_in_the_language_of_the_form(
    open_private: OpenPrivate,
) -> None:
    client = open_private(other="ru")

    for language, name in (("aa", "Speak-up line"), ("bb", "Канал")):
        page = page_of(client.get(f"/feedback/{language}/{SECTION}"))
        (told,) = page.find_class("cop-grave")
        (link, phone) = told.xpath(".//a")
        assert (link.get("href"), link.text_content()) == (
            f"https://speak-up.example.org/{language}",
            name,
        )
        assert phone.get("href") == "tel:+351800100200"
        assert told.xpath("preceding-sibling::fieldset[1]//input[@value='problem']")


def test_channel_that_is_not_configured_is_no_dead_link(open_private: OpenPrivate) -> None:
    page = page_of(open_private(PrivacyTerms()).get(FORM))

    (told,) = page.find_class("cop-grave")
    assert not told.xpath(".//a")
    assert "No such channel is named here" in told.text_content()


@pytest.mark.parametrize(("kind", "shown"), [("problem", 1), ("praise", 0)])
def test_receipt_of_a_problem_shows_the_channel(
    open_private: OpenPrivate, kind: str, shown: int
) -> None:
    client = open_private()
    receipt = client.post(COMMENTS, json=posted(kind=kind)).json()["receipt"]

    own = page_of(client.post("/feedback/receipt", data={"receipt": receipt}))

    assert len(own.find_class("cop-grave")) == shown


def test_request_is_answered_alike_whether_the_address_is_known(
    open_private: OpenPrivate, services: Services, desk: _Desk
) -> None:
    _stored(services)
    client = open_private()

    answers = [
        client.post("/feedback/my-data", data={"email": email})
        for email in (ADDRESS, "nobody@example.org")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].text == answers[1].text
    assert [email for email, _ in desk.asked] == [ADDRESS, "nobody@example.org"]


@pytest.mark.parametrize("email", ["", "nobody", "a@b\nBcc: c@d", "x" * 300 + "@example.org"])
def test_request_for_no_address_is_refused(
    open_private: OpenPrivate, desk: _Desk, email: str
) -> None:
    assert open_private().post("/feedback/my-data", data={"email": email}).status_code == 422
    assert desk.asked == []


@pytest.mark.parametrize(
    ("other", "language", "title", "fault"),
    [
        ("pt", "aa", "The request was not taken", "such as name@example.org."),
        ("pt", "bb", "A solicitação não foi aceita", "como nome@example.org."),
        ("ru", "bb", "Запрос не принят", "вида name@example.org."),
    ],
)
def test_wrong_address_is_told_as_what_it_is_and_given_back(
    open_private: OpenPrivate, other: str, language: str, title: str, fault: str
) -> None:
    client = open_private(other=other)

    answer = client.post(
        f"/feedback/my-data?language={language}", data={"email": "nobody"}, headers=HTML
    )

    page = page_of(answer)
    assert page.xpath("//main//*[@role='alert']//strong")[0].text_content() == title
    assert fault in page.xpath("//main//*[@class='cop-fault']")[0].text_content()
    assert page.xpath("//main//input[@name='email']/@value") == ["nobody"]


def test_service_without_mail_points_to_the_receipt(open_private: OpenPrivate) -> None:
    page = open_private(sends_mail=False).get("/feedback/my-data")

    assert "This service sends no mail" in text_of(page)
    assert not page_of(page).xpath("//main//form")


def test_link_shows_all_comments_of_the_address_and_no_others(
    open_private: OpenPrivate, services: Services
) -> None:
    _stored(services, body="Mine, once.")
    _stored(services, email=ADDRESS.lower(), body="Mine, again.")
    _stored(services, email="ben@example.org", body="Not mine.")
    _stored(services, email="ann.ſilva@example.org", body="Nor this.")

    said = text_of(open_private().get(_link(services, ADDRESS)))

    assert "Mine, once." in said
    assert "Mine, again." in said
    assert "Not mine." not in said
    assert "Nor this." not in said


def test_link_gives_both_files(open_private: OpenPrivate, services: Services) -> None:
    _stored(services, body="Mine, once.", name="Ann")
    client = open_private()

    data = client.post(_link(services, ADDRESS, "data"))
    text = client.post(_link(services, ADDRESS, "text"))

    assert data.headers["content-disposition"] == 'attachment; filename="comments.json"'
    (one,) = json.loads(data.text)["comments"]
    assert (one["body"], one["name"], one["email"]) == ("Mine, once.", "Ann", ADDRESS)
    assert one["hashes"] == ["receipt"]
    assert text.headers["content-type"].startswith("text/plain")
    assert all(word in text.text for word in ("Mine, once.", "Ann", ADDRESS, "your receipt"))


def test_only_what_was_ticked_is_erased_and_only_when_confirmed(
    open_private: OpenPrivate, services: Services
) -> None:
    gone, left = _stored(services, body="Gone."), _stored(services, body="Left.")
    client = open_private()
    link = _link(services, ADDRESS, "erase")

    nothing = client.post(link, data={"confirm": "yes"})
    asked = client.post(link, data={f"comment-{gone}": "yes"})
    assert "Nothing is ticked" in text_of(nothing)
    assert "Gone." in text_of(asked)
    assert "Left." not in text_of(asked)
    assert erasures(services) == []

    done = client.post(link, data={f"comment-{gone}": "yes", "confirm": "yes"})

    assert "1 other comment" in text_of(done)
    assert [(act.comment, act.way.value) for act in erasures(services)] == [(gone, "email")]
    assert services.comments.get(left).body == "Left."


def test_strangers_comment_cannot_be_erased_by_ones_own_link(
    open_private: OpenPrivate, services: Services
) -> None:
    _stored(services)
    other = _stored(services, email="ben@example.org")

    open_private().post(
        _link(services, ADDRESS, "erase"), data={f"comment-{other}": "yes", "confirm": "yes"}
    )

    assert erasures(services) == []


def _refused(answer: Response) -> tuple[int, bool]:
    return answer.status_code, "ask for a new one" in text_of(answer)


def test_link_that_ended_or_was_changed_is_none(
    open_private: OpenPrivate, services: Services
) -> None:
    _stored(services)
    client = open_private()
    token = data_token(ADDRESS, now=services.clock.now(), secrets=services.secrets)
    old = services.clock.now() - timedelta(hours=LINK_HOURS, minutes=1)
    ended = data_token(ADDRESS, now=old, secrets=services.secrets)
    changed = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[:30], "", "é", "A" * 700]
    changed += [letter * len(token) for letter in "BCDEFG"]  # ends in years that there are not

    for wrong in (ended, *changed):
        for path in ("comments", "data", "text", "erase"):
            method = "GET" if path == "comments" else "POST"
            answer = client.request(
                method, f"/feedback/my-data/{path}", params={"token": wrong}, headers=HTML
            )
            assert _refused(answer) == (404, True), (path, wrong)


@pytest.mark.parametrize(("language", "label"), [("aa", "e-mail"), ("bb", "почте")])
def test_link_that_is_none_leads_to_where_a_new_one_is_asked_for(
    open_private: OpenPrivate, language: str, label: str
) -> None:
    client = open_private(other="ru")

    answer = client.get(f"/feedback/my-data/comments?token=x&language={language}", headers=HTML)

    ways = page_of(answer).xpath("//main//p[@class='cop-next']/a")
    assert [way.get("href") for way in ways] == [f"/feedback/my-data?language={language}"]
    assert ways[0].text_content().endswith(label)


def test_link_says_nothing_of_the_address(services: Services) -> None:
    token = data_token(ADDRESS, now=services.clock.now(), secrets=services.secrets)

    assert "silva" not in token.lower()
    assert len(token) < 120


def test_editor_erases_for_a_reason_and_the_list_tells_of_it(
    services: Services, open_private: OpenPrivate
) -> None:
    comment = _stored(services, body="Unmistakable.")
    client = signed_in(open_private())
    shown = page_of(client.get(f"/review/{comment}"))
    (form,) = shown.xpath(f"//form[@action='/review/{comment}/erase']")
    csrf = form.xpath(".//input[@name='csrf']/@value")[0]

    asked = client.post(f"/review/{comment}/erase", data={"csrf": csrf})
    without = client.post(f"/review/{comment}/erase", data={"csrf": csrf, "confirm": "yes"})
    done = client.post(
        f"/review/{comment}/erase",
        data={"csrf": csrf, "confirm": "yes", "why": "Asked by letter."},
    )

    assert (asked.status_code, without.status_code, done.status_code) == (200, 422, 303)
    listed = client.get(done.headers["location"])
    assert "Asked by letter." in text_of(listed)
    assert "Unmistakable." not in listed.text
    (act,) = client.get("/api/v1/acts").json()["acts"]
    assert (act["what"], act["way"], act["why"]) == ("comment", "editor", "Asked by letter.")


def test_program_of_an_editor_erases_for_a_reason(
    services: Services, open_private: OpenPrivate
) -> None:
    comment = _stored(services)
    client = signed_in(open_private())
    token = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE}).json()[
        "token"
    ]
    bearer = {"authorization": f"Bearer {token}"}
    path = f"/api/v1/comments/{comment}/erase"

    refused = client.post(path, json={"why": " "}, headers=bearer)
    done = client.post(path, json={"why": "Names a customer."}, headers=bearer)
    again = client.post(path, json={"why": "Names a customer."}, headers=bearer)

    assert (refused.status_code, done.status_code, again.status_code) == (422, 204, 404)
