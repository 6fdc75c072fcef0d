"""Puts the mail room together: for the service, and for the command that sends digests."""

from collections.abc import Sequence
from functools import partial

from feedback_api.background import Worker
from feedback_api.mail.data_letters import DataLetters
from feedback_api.mail.digests import Digests
from feedback_api.mail.letters import LetterWriter, Origins
from feedback_api.mail.message import Letter, Sender
from feedback_api.mail.postman import Postman
from feedback_api.mail.smtp_server import SmtpServer
from feedback_api.mail_settings import MailSettings
from feedback_api.services import Services
from feedback_api.services.digests import Digest
from feedback_api.settings import Settings
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.web.messages import read_messages


def mail_workers(settings: Settings, services: Services, changes: ChangeFeed) -> Sequence[Worker]:
    """The postman; nobody where no mail is sent."""
    mail = settings.mail
    if mail is None:
        return ()
    writer = _writer(settings, services)
    postman = Postman(
        services,
        writer=writer,
        server=_server(mail),
        sender=_sender(mail),
        digests=Digests(services, writer, answer_days=settings.answer_days, at=mail.digest),
    )
    return (partial(postman.work, changes.listen),)


def data_letters(settings: Settings, services: Services) -> DataLetters | None:
    """Who mails links to people's own data; nobody where no mail is sent."""
    if settings.mail is None:
        return None
    return DataLetters(
        services,
        writer=_writer(settings, services),
        server=_server(settings.mail),
        sender=_sender(settings.mail),
        origins=_origins(settings),
    )


class DigestRound:
    """Digests for everybody at once, whenever somebody asks for them."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._mail = settings.mail
        self._services = services
        writer = _writer(settings, services)
        self._digests = Digests(services, writer, answer_days=settings.answer_days)

    async def written(self) -> Sequence[tuple[Digest, Letter]]:
        """What would be sent now."""
        digests = await self._digests.everybody(self._services.clock.now())
        return [(digest, self._digests.letter(digest)) for digest in digests]

    async def send(self) -> tuple[int, int]:
        """How many were sent, and how many there were. Raises ServerTrouble."""
        digests = await self._digests.everybody(self._services.clock.now())
        if self._mail is None or not digests:
            return 0, len(digests)
        sent = 0
        async with _server(self._mail) as server:
            for digest in digests:
                sent += await self._digests.send(digest, server, _sender(self._mail))
        return sent, len(digests)


def _writer(settings: Settings, services: Services) -> LetterWriter:
    return LetterWriter(services, read_messages(settings.languages), _origins(settings))


def _origins(settings: Settings) -> Origins:
    return Origins(service=settings.origin, site=settings.site_origin)


def _server(mail: MailSettings) -> SmtpServer:
    return SmtpServer(mail.smtp, greeting=mail.sender.address.rpartition("@")[2])


def _sender(mail: MailSettings) -> Sender:
    return Sender(mailbox=mail.sender, reply_to=mail.reply_to)
