"""Links to one's own data: who gets a mail, and what a mail server that is away costs them."""

import asyncio
from pathlib import Path

import pytest

from feedback_api.domain.identity import LanguageCode
from feedback_api.mail.data_letters import DataLetters
from feedback_api.mail.letters import LetterWriter, Origins
from feedback_api.mail.message import Sender
from feedback_api.mail.restraint import LIMIT
from feedback_api.mail.smtp_server import ServerTrouble
from feedback_api.mail_addresses import Mailbox
from feedback_api.services import Services
from feedback_api.services.submit import submit
from feedback_api.web.messages import read_messages
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import usual_draft
from tests.fakes.event_loop import run_alone
from tests.fakes.mail_server import FakeMailServer
from tests.web.small_site import lay_languages

ADDRESS = "reader@example.net"
ENGLISH = LanguageCode("aa")


class _Server(FakeMailServer):
    """Each visit ends the work of whoever comes."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.stopping = asyncio.Event()

    def visited(self) -> None:
        self.stopping.set()
        if self.is_away:
            raise ServerTrouble("away")


@pytest.fixture
def services() -> Services:
    made = fake_services()
    submit(usual_draft(email=ADDRESS), idempotency_key=None, services=made)
    return made


@pytest.fixture
def server() -> _Server:
    return _Server()


@pytest.fixture
def letters(services: Services, server: _Server, tmp_path: Path) -> DataLetters:
    origins = Origins(service="http://localhost", site="http://localhost")
    messages = read_messages(lay_languages(tmp_path, "pt"))
    return DataLetters(
        services,
        writer=LetterWriter(services, messages, origins),
        server=server,
        sender=Sender(mailbox=Mailbox(address="code@example.org")),
        origins=origins,
    )


async def _work(letters: DataLetters, server: _Server) -> None:
    """Until the server was visited."""
    server.stopping = asyncio.Event()
    await letters.work(server.stopping)


def test_address_that_a_comment_was_made_with_gets_one_mail_and_no_other(
    letters: DataLetters, server: _Server
) -> None:
    for address in ("nobody@example.net", ADDRESS.upper()):
        letters.ask(address, ENGLISH)

    run_alone(_work(letters, server))

    assert server.sent == [ADDRESS]


def test_mail_server_that_is_away_for_an_hour_costs_nobody_the_mail(
    letters: DataLetters, server: _Server
) -> None:
    async def an_hour() -> None:
        letters.ask(ADDRESS, ENGLISH)
        server.is_away = True
        for _ in range(LIMIT + 1):
            await _work(letters, server)
        server.is_away = False
        await _work(letters, server)

    run_alone(asyncio.wait_for(an_hour(), timeout=20))

    assert server.sent == [ADDRESS]
