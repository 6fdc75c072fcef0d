"""Mail against a real SMTP server: what is sent to whom, when, once, and what never is."""

import itertools
import os
import re
import signal
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.system.conftest import SmallSite, lay_small_site
from tests.system.mail_server import PATIENCE_SECONDS, Mail, MailServer
from tests.system.running import EDITOR, PASSPHRASE, Answer, Service, comment_body

BODY = "Nobody answered me for a week."
REASON = "Because <b>you</b> are right & we were not."
NUMBERS = itertools.count(1)


class _Desk:
    """A service with its mail server; `editor` acts, `reader` posts."""

    def __init__(self, service: Service, mails: MailServer, language: str) -> None:
        self.service = service
        self.mails = mails
        self.language = language
        self.address = ""
        self.comment = ""
        self.receipt = ""

    def post(self, email: str = "", **fields: object) -> Answer:
        """A new comment with an address nobody else has; the answer is 201."""
        self.address = email or f"reader-{next(NUMBERS)}@example.net"
        given = {"body": BODY, "email": self.address, "language": self.language, **fields}
        language = str(given.pop("language"))
        answer = self.service.ask("POST", "/api/v1/comments", comment_body(language, **given))
        assert answer.status == 201, answer.body
        self.comment, self.receipt = answer.body["id"], answer.body["receipt"]
        return answer

    def next(self) -> Mail:
        """The next mail to whoever posted last."""
        return self.mails.next(self.address)

    def confirm(self) -> Mail:
        """The mail that asked for it."""
        mail = self.next()
        assert self.press(mail.link("confirm")) == 200
        return mail

    def press(self, path: str, **fields: str) -> int:
        """The status when somebody presses a page's button, or a mail program does."""
        return self.service.post_form(path, urlencode(fields)).status

    def act(self, action: str, *, comment: str = "", **fields: str | bool) -> None:
        """What an editor does with a comment, by default the last one."""
        session = self.service.ask(
            "POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE}
        )
        headers = {"Authorization": f"Bearer {session.body['token']}"}
        address = f"/api/v1/comments/{comment or self.comment}"
        version = self.service.ask("GET", address, headers=headers).body["version"]
        answer = self.service.ask(
            "POST", f"{address}/{action}", {**fields, "version": version}, headers
        )
        assert answer.status in {200, 201}, answer.body

    def decide(self, outcome: str = "accepted", *, reason: str = REASON, **fields: str) -> None:
        self.act(
            "decision", outcome=outcome, reason=reason, reason_language=self.language, **fields
        )

    def wait_for_log(self, words: str) -> None:
        """Raises AssertionError when the service never says them."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.service.log.read_text():
            assert time.monotonic() < deadline, words
            os.sched_yield()

    def assert_nothing_comes(self, address: str) -> None:
        """Mails go out in their order: once a later one is there, none was before it."""
        self.post()
        self.next()
        assert self.mails.unread(address) == []


def _made_desk(service: Service, site: SmallSite) -> _Desk:
    mails = MailServer().start()
    service.environment |= {
        "FEEDBACK_SMTP": f"smtp://127.0.0.1:{mails.port}",
        "FEEDBACK_MAIL_FROM": "Code of practice <code@example.org>",
        "FEEDBACK_MAIL_REPLY_TO": "Ответы, сюда <answers@example.org>",
    }
    made = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    return _Desk(service, mails, site.language)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Desk]:
    """One service for all tests that leave it running."""
    folder = tmp_path_factory.mktemp("mail")
    site = lay_small_site(folder / "site")
    service = Service(folder, {"FEEDBACK_SITE": str(site.folder)})
    made = _made_desk(service, site)
    service.start()
    yield made
    service.kill()
    made.mails.stop()


@pytest.fixture
def own_desk(service: Service, site: SmallSite) -> Iterator[_Desk]:
    """A service for one test, not started yet."""
    made = _made_desk(service, site)
    yield made
    made.mails.stop()


def test_nothing_but_one_question_is_sent_before_somebody_presses_the_button(desk: _Desk) -> None:
    desk.post()
    asked = desk.next()
    address, comment = desk.address, desk.comment

    desk.decide()
    looked = desk.service.ask("GET", asked.link("confirm"))
    desk.assert_nothing_comes(address)
    pressed = desk.press(asked.link("confirm"))
    told = desk.mails.next(address)

    assert (looked.status, pressed) == (200, 200)
    assert b'method="post"' in looked.body
    assert told.subject == "Your comment is decided"
    assert asked.message["Message-ID"] != told.message["Message-ID"]
    for secret in (BODY, comment, "complaints", "acknowledge"):
        assert secret not in asked.text + asked.html + asked.subject


def test_questions_decisions_and_changes_are_told_and_the_comment_is_not(desk: _Desk) -> None:
    desk.post()
    desk.confirm()

    desk.act("question", body="Which week was it?", language=desk.language)
    question = desk.next()
    desk.decide()
    decided = desk.next()
    desk.decide("declined", reason="On second thoughts, no.")
    changed = desk.next()
    desk.act("undo")
    undone = desk.next()

    assert "Which week was it?" in question.text
    assert "Accepted. The wording will change" in decided.text
    assert REASON in decided.text
    assert "Because &lt;b&gt;you&lt;/b&gt; are right &amp; we were not." in decided.html
    assert "has changed" in changed.text
    assert "On second thoughts, no." in changed.text
    assert "taken back" in undone.text
    own = f'href="http://127.0.0.1:{desk.service.port}/'
    for mail in (question, decided, changed, undone):
        assert "1.1 Title of complaints-acknowledge" in mail.text
        assert BODY not in mail.text + mail.html + mail.subject
        assert "http" not in mail.html.replace(own, "")
    address = desk.address
    desk.assert_nothing_comes(address)


def test_every_mail_has_the_headers_that_machines_ask_for(desk: _Desk) -> None:
    desk.post()

    mail = desk.next()

    message = mail.message
    reply_to = message["Reply-To"].addresses
    assert message["From"] == "Code of practice <code@example.org>"
    assert mail.sender == "code@example.org"
    assert message["To"] == desk.address
    assert [(one.display_name, one.addr_spec) for one in reply_to] == [
        ("Ответы, сюда", "answers@example.org")
    ]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.link("unsubscribe") in message["List-Unsubscribe"]
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", message["Message-ID"])
    assert message["Date"]
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert max(map(len, mail.raw.splitlines())) < 998


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_ends_it_and_removes_the_address(desk: _Desk, body: dict[str, str]) -> None:
    desk.post()
    asked = desk.confirm()
    address = desk.address

    looked = desk.service.ask("GET", asked.link("unsubscribe"))
    ended = desk.press(asked.link("unsubscribe"), **body)

    desk.decide()
    assert (looked.status, ended) == (200, 200)
    assert desk.press(asked.link("unsubscribe")) == 404
    assert desk.press(asked.link("confirm")) == 404
    assert address not in (desk.service.data / "waiting" / "000000.json").read_text()
    desk.assert_nothing_comes(address)


def test_links_that_lead_nowhere_all_look_the_same(desk: _Desk) -> None:
    desk.post()
    token = re.search(r"token=([\w-]+)", desk.next().link("confirm"))
    assert token
    header = {"Authorization": f"Receipt {desk.receipt}"}
    assert desk.service.ask("POST", "/api/v1/receipt/erase", {}, header).status == 204

    answers = [
        desk.service.ask(
            method, f"/feedback/email/{page}?token={given}", headers={"Accept": "text/html"}
        )
        for given in (token[1], token[1][:-1], "", "A" * 43, "%00", "a&token=b")
        for page in ("confirm", "unsubscribe")
        for method in ("GET", "POST")
    ]

    changing = rb"[0-9a-f]{16}|confirm|unsubscribe"
    assert {answer.status for answer in answers} == {404}
    assert len({re.sub(changing, b"", answer.body) for answer in answers}) == 1


@pytest.mark.parametrize(
    ("code", "subject", "said"),
    [
        ("pt", "Seu comentário foi decidido", "Os editores decidiram seu comentário."),
        ("ru", "По вашему комментарию принято решение", "Редакторы приняли решение"),
    ],
)
def test_mails_and_their_pages_speak_the_commenters_language(
    desk: _Desk, code: str, subject: str, said: str
) -> None:
    desk.post(language=code)
    asked = desk.confirm()
    page = desk.service.ask("GET", asked.link("unsubscribe"))
    desk.decide()

    mail = desk.next()

    assert f'<html lang="{code}"'.encode() in page.body
    assert mail.subject == subject
    assert said in mail.text
    assert f'<html lang="{code}"' in mail.html
    assert mail.message["Content-Language"].startswith(code)


@pytest.mark.parametrize("is_public", [False, True])
def test_merged_comment_is_told_of_the_originals_decision_and_of_it_only_if_public(
    desk: _Desk, is_public: bool
) -> None:
    desk.post(body="The original, in words of its own.")
    original = desk.comment
    desk.post()
    desk.confirm()
    if is_public:
        desk.act("publicity", comment=original, public=True)
    desk.decide("duplicate", duplicate_of=original, reason="The same as another.")

    desk.decide("declined", comment=original, reason="It stays.")
    mail = desk.next()

    said = mail.text + mail.html
    assert "Declined" in mail.text
    assert "It stays." in mail.text
    assert ("together with another comment" in said) is is_public
    assert ("/complaints-acknowledge/comments" in said) is is_public
    for secret in (original, "The original, in words", "The same as another."):
        assert secret not in said
    desk.assert_nothing_comes(desk.address)


def test_mails_wait_for_a_server_that_is_down(desk: _Desk) -> None:
    desk.post()
    desk.confirm()
    address = desk.address
    desk.mails.stop()
    desk.decide()
    assert desk.service.ask("GET", "/readyz").status == 200

    desk.mails = MailServer(port=desk.mails.port).start()

    assert desk.mails.next(address).subject == "Your comment is decided"
    desk.assert_nothing_comes(address)


def test_refused_address_is_given_up_and_nobody_else_waits(desk: _Desk) -> None:
    desk.mails.refusals |= {"gone@example.net": "550 no such user", "full@example.net": "452 full"}
    desk.post("gone@example.net")
    desk.post("full@example.net")
    desk.post()
    desk.next()

    desk.mails.refusals.clear()

    desk.mails.next("full@example.net")
    desk.assert_nothing_comes("gone@example.net")
    assert "email-refused" in (desk.service.data / "waiting" / "000000.json").read_text()
    log = desk.service.log.read_text()
    assert "refused for good" in log
    assert "@example" not in log


@pytest.mark.parametrize(
    ("typed", "envelope"),
    [
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai"),
        ("o'neil+code@example.net", "o'neil+code@example.net"),
    ],
)
def test_addresses_of_the_whole_world_are_reached(desk: _Desk, typed: str, envelope: str) -> None:
    desk.post(typed)

    mail = desk.mails.next(envelope)

    assert mail.message.get_all("To") == [envelope]


def test_address_that_could_be_more_than_one_is_refused(desk: _Desk) -> None:
    addresses = (
        "a@example.net\nBcc: b@example.net",
        "a@example.net\r\nBcc: b@example.net",
        "=?utf-8?q?a=0ABcc=3A?=@example.net",
        "=?utf-8?b?YQpCY2M6IGI=?=@example.net",
        "a\u2028Bcc:b@example.net",
        "a\u0085b@example.net",
        '"a\nb"@example.net',
        "a@example.net, b@example.net",
        "<a@example.net> SIZE=1",
        "a@exa\0mple.net",
    )

    answers = [
        desk.service.ask("POST", "/api/v1/comments", comment_body(desk.language, email=address))
        for address in addresses
    ]

    assert [(one.status, one.body["faults"][0]["field"]) for one in answers] == [
        (422, "email") for _ in addresses
    ]


def test_name_of_the_commenter_is_in_no_header_and_no_mail(desk: _Desk) -> None:
    desk.post(name='Ana "=?utf-8?q?=0ABcc:_x?="')
    desk.confirm()
    desk.decide()

    mail = desk.next()

    assert b"Bcc" not in mail.raw
    assert "Ana" not in mail.text + mail.html


def test_kill_between_sending_and_marking_repeats_the_same_mail_once(own_desk: _Desk) -> None:
    service, mails = own_desk.service, own_desk.mails
    service.start()
    process = service.process
    assert process is not None
    mails.before_answer = lambda: process.send_signal(signal.SIGKILL)
    own_desk.post()
    address = own_desk.address
    first = own_desk.next()
    process.wait(PATIENCE_SECONDS)
    mails.before_answer = None

    service.start()
    second = own_desk.next()
    own_desk.press(second.link("confirm"))
    own_desk.assert_nothing_comes(address)
    service.end()
    service.start()
    own_desk.assert_nothing_comes(address)

    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_wrong_password_harms_nobody_and_is_told_without_it(own_desk: _Desk) -> None:
    service = own_desk.service
    guarded = MailServer(logins=("code", "right"), auth_without_tls=True).start()
    service.environment["FEEDBACK_SMTP"] = f"smtp://code:wrong-secret@127.0.0.1:{guarded.port}"
    service.start()
    own_desk.post()
    own_desk.wait_for_log("answer 535")
    shown = service.run("config")
    guarded.stop()

    assert guarded.unread(own_desk.address) == []
    assert "wrong-secret" not in service.log.read_text() + shown.stdout + shown.stderr
    assert f"FEEDBACK_SMTP=smtp://code:…@127.0.0.1:{guarded.port}?starttls=never" in shown.stdout
