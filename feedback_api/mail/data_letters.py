"""Mails the link to one's own data to whoever asked for it, if comments were made with the address.

What was asked waits in memory alone, so a restart forgets it: nobody's address reaches the disk by
being typed into the page.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from feedback_api.background import where
from feedback_api.domain.identity import LanguageCode
from feedback_api.mail.letters import LetterWriter, Origins
from feedback_api.mail.message import Letter, Sender, message_bytes
from feedback_api.mail.restraint import Restraint
from feedback_api.mail.smtp_server import MailServer, PutOff, Refused, ServerTrouble
from feedback_api.mail_addresses import Undeliverable, recipient
from feedback_api.services import Services
from feedback_api.services.data_requests import LINK_HOURS, comments_with, data_token
from feedback_api.web.messages import mark

_log = logging.getLogger(__name__)

_WAITING_LIMIT = 1_000
_AGAIN_SECONDS = 60.0
_SUBJECT = mark("Your comments and your data")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    email: str
    language: LanguageCode
    at: datetime


class DataLetters:
    """A DataDesk, and the worker behind it; only `ask` may be called in another thread."""

    def __init__(
        self,
        services: Services,
        *,
        writer: LetterWriter,
        server: MailServer,
        sender: Sender,
        origins: Origins,
    ) -> None:
        self._services = services
        self._writer = writer
        self._server = server
        self._sender = sender
        self._origins = origins
        self._restraint = Restraint()
        self._waiting: list[_Asked] = []
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self, email: str, language: LanguageCode) -> None:
        """See DataDesk; beyond what anybody could read, requests are dropped."""
        now = self._services.clock.now()
        if len(self._waiting) < _WAITING_LIMIT:
            self._waiting.append(_Asked(email=email, language=language, at=now))
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._woken.set)

    async def work(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, then finish the mail in hand."""
        self._loop = asyncio.get_running_loop()
        ended = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                self._woken.clear()
                is_done = await self._answer_all(stopping)
                woken = asyncio.create_task(self._woken.wait())
                patience = None if is_done else _AGAIN_SECONDS
                await asyncio.wait(
                    {ended, woken}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                woken.cancel()
        finally:
            ended.cancel()

    async def _answer_all(self, stopping: asyncio.Event) -> bool:
        """Whether nothing is left to be tried again."""
        left: list[_Asked] = []
        while self._waiting and not stopping.is_set():
            asked = self._waiting.pop(0)
            try:
                await self._answer(asked)
            except (ServerTrouble, PutOff):
                left.append(asked)
            except Exception as error:  # one request must not stop the others
                _log.warning("A request for one's own data failed (%s)", where(error))
        until = self._services.clock.now() - timedelta(hours=LINK_HOURS)
        self._waiting += [asked for asked in left if asked.at > until]
        return not left

    async def _answer(self, asked: _Asked) -> None:
        """Raises ServerTrouble, PutOff."""
        found = await asyncio.to_thread(comments_with, asked.email, services=self._services)
        now = self._services.clock.now()
        if not found or not self._restraint.allows(asked.email, now):
            return
        address = found[0].email or ""  # as it was given first, not as a stranger typed it
        with suppress(Undeliverable, Refused):
            to = recipient(address)
            message = message_bytes(self._letter(address, asked), to, self._sender, now)
            try:
                async with self._server as server:
                    await server.send(message, to, self._sender.mailbox.address)
            except (ServerTrouble, PutOff):
                self._restraint.take_back(asked.email)
                raise
            _log.info("A mail was sent (own data)")

    def _letter(self, address: str, asked: _Asked) -> Letter:
        messages = self._writer.messages(asked.language)
        token = data_token(address, now=self._services.clock.now(), secrets=self._services.secrets)
        query = urlencode({"token": token, "language": messages.language})
        return self._writer.render(
            "own-data",
            messages,
            name=self._writer.name(f"own-data {address} {asked.at.isoformat()}"),
            subject=_SUBJECT,
            link=f"{self._origins.service}/feedback/my-data/comments?{query}",
            hours=LINK_HOURS,
        )
