"""The client against a real server: encryption, logins, refusals."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from feedback_api.mail.smtp_server import PutOff, Refused, ServerTrouble, SmtpServer
from feedback_api.mail_addresses import Recipient
from feedback_api.mail_settings import Security, SmtpSettings
from tests.fakes.event_loop import run_alone
from tests.system.mail_server import MailServer

TO = "reader@example.net"
MESSAGE = b"Subject: a\r\n\r\nb\r\n"
LOGIN = ("code@example.org", "pass word: ы")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator's system trusts the authority."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


@pytest.fixture
def plain() -> Iterator[MailServer]:
    yield from _run(MailServer())


@pytest.fixture
def guarded() -> Iterator[MailServer]:
    yield from _run(MailServer(logins=LOGIN, auth_without_tls=True))


@pytest.fixture
def starttls(context: ssl.SSLContext) -> Iterator[MailServer]:
    yield from _run(MailServer(starttls=context, logins=LOGIN))


@pytest.fixture
def tls(context: ssl.SSLContext) -> Iterator[MailServer]:
    yield from _run(MailServer(tls=context))


def _run(server: MailServer) -> Iterator[MailServer]:
    server.start()
    yield server
    server.stop()


def _sent(server: MailServer, security: Security, *, to: str = TO,
          login: tuple[str, str] | None = None) -> None:  # fmt: skip
    """Raises what sending one message raises."""
    user, password = login or (None, None)
    settings = SmtpSettings(
        host="127.0.0.1", port=server.port, security=security, username=user, password=password
    )

    async def send() -> None:
        async with SmtpServer(settings, greeting="example.org") as opened:
            recipient = Recipient(address=to, needs_utf8=not to.isascii())
            await opened.send(MESSAGE, recipient, "code@example.org")

    if server.is_up:
        server.run(send())
    else:
        run_alone(send())


def test_message_is_handed_over_by_starttls_after_a_login(
    trusted: None, starttls: MailServer
) -> None:
    _sent(starttls, Security.STARTTLS, login=LOGIN)

    assert [mail.sender for mail in starttls.unread(TO)] == ["code@example.org"]


def test_message_is_handed_over_by_tls_from_the_start(trusted: None, tls: MailServer) -> None:
    _sent(tls, Security.TLS)

    assert len(tls.unread(TO)) == 1


def test_wrong_password_is_trouble_told_without_it(guarded: MailServer) -> None:
    with pytest.raises(ServerTrouble) as trouble:
        _sent(guarded, Security.NONE, login=(LOGIN[0], "wrong"))

    assert trouble.value.reason == "SMTPAuthenticationError, answer 535"
    assert guarded.unread(TO) == []


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_server_nobody_vouches_for_gets_nothing(
    starttls: MailServer, tls: MailServer, security: Security
) -> None:
    server = tls if security is Security.TLS else starttls

    with pytest.raises(ServerTrouble):
        _sent(server, security)

    assert server.unread(TO) == []


def test_server_without_tls_gets_nothing_where_tls_is_required(plain: MailServer) -> None:
    with pytest.raises(ServerTrouble):
        _sent(plain, Security.STARTTLS)

    assert plain.unread(TO) == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 no", Refused),
        ("553 no", Refused),
        ("450 later", PutOff),
        ("452 full", PutOff),
        ("421 closing", ServerTrouble),
    ],
)
def test_answer_to_an_address_says_whose_fault_it_is(
    plain: MailServer, answer: str, kind: type[Exception]
) -> None:
    plain.refusals[TO] = answer

    with pytest.raises(kind) as raised:
        _sent(plain, Security.NONE)

    assert TO not in str(raised.value)


def test_server_that_is_not_there_is_trouble(plain: MailServer) -> None:
    plain.stop()

    with pytest.raises(ServerTrouble):
        _sent(plain, Security.NONE)


def test_address_beyond_ascii_is_given_to_a_server_that_takes_it(plain: MailServer) -> None:
    _sent(plain, Security.NONE, to="анна@example.net")

    assert len(plain.unread("анна@example.net")) == 1
