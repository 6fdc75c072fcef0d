"""The digest for editors and owners of pages, by the clock and by command."""

import json
from collections.abc import Iterator

import pytest

from tests.system.conftest import SmallSite, post_comment
from tests.system.mail_server import MailServer
from tests.system.running import PASSPHRASE, Service

ANA, RUI = "ana@example.org", "rui@example.org"
LONG_AGO = "2026-01-01T00:00:00Z"


@pytest.fixture
def mails(service: Service) -> Iterator[MailServer]:
    server = MailServer().start()
    service.environment |= {
        "FEEDBACK_SMTP": f"smtp://127.0.0.1:{server.port}",
        "FEEDBACK_MAIL_FROM": "code@example.org",
    }
    yield server
    server.stop()


def _make_editor(service: Service, name: str, *options: str) -> None:
    made = service.run("editor", "add", name, *options, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr


def _make_accounts_old(service: Service) -> None:
    path = service.data / "editors.json"
    document = json.loads(path.read_text("utf-8"))
    for editor in document["editors"].values():
        editor["added_at"] = LONG_AGO
        editor.pop("digest_at", None)
    path.write_text(json.dumps(document), "utf-8")


def test_owner_gets_one_digest_a_day_and_whoever_has_no_news_gets_none(
    service: Service, site: SmallSite, mails: MailServer
) -> None:
    _make_editor(
        service, "Ana", "--email", ANA, "--owner", "complaints officer", "--language", "pt"
    )
    _make_editor(service, "Rui", "--email", RUI, "--owner", "head of support")
    service.start()
    post_comment(service, site, body="Words that stay in the store.")
    service.end()
    _make_accounts_old(service)
    service.environment["FEEDBACK_DIGEST"] = "00:00 UTC"

    service.start()
    digest = mails.next(ANA)
    service.end()
    service.start()
    post_comment(service, site, email="reader@example.net")
    mails.next("reader@example.net")

    assert digest.subject == "Comentários sobre o código de prática: seu resumo"
    assert "Novos: 1" in digest.text
    assert "Sem decisão: 1" in digest.text
    assert "Em atraso: 0" in digest.text
    assert "1.1 Title of complaints-acknowledge" in digest.text
    assert "Words that stay" not in digest.text + digest.html
    assert '<html lang="pt"' in digest.html
    assert mails.unread(ANA) == mails.unread(RUI) == []


def test_command_shows_and_sends_it_while_the_service_runs(
    service: Service, site: SmallSite, mails: MailServer
) -> None:
    _make_editor(service, "Ana")
    changed = service.run("editor", "change", "Ana", "--email", ANA)
    service.start()
    post_comment(service, site)

    shown = service.run("digest", "--dry-run")
    assert mails.unread(ANA) == []
    sent = service.run("digest")

    assert changed.stdout == f"Ana is an editor and gets the digest of all pages at {ANA}.\n"
    assert "To Ana: Comments on the code of practice: your digest" in shown.stdout
    assert "Undecided: 1" in shown.stdout
    assert (sent.returncode, sent.stdout) == (0, "1 of 1 digests were sent.\n")
    assert "New: 1" in mails.next(ANA).text
    assert ANA not in service.log.read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--email", "a@example.org\nBcc: x"), "The email"),
        (("--email", "nobody"), "The email is no address"),
        (("--language", "xx"), "The language is none of"),
    ],
)
def test_editor_who_could_not_be_reached_is_not_made(
    service: Service, options: tuple[str, str], message: str
) -> None:
    made = service.run("editor", "add", "Ana", *options, stdin=f"{PASSPHRASE}\n")

    assert made.returncode == 1
    assert made.stderr.startswith(message)
    assert not (service.data / "editors.json").exists()


def test_digest_without_a_mail_server_is_refused_in_words(service: Service) -> None:
    refused = service.run("digest")

    assert (refused.returncode, refused.stderr) == (
        1,
        "No mail can be sent: FEEDBACK_SMTP is not set.\n",
    )
