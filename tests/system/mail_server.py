"""A real SMTP server on loopback: keeps what it is given, refuses whom a test names."""

import asyncio
import re
import ssl
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE_SECONDS = 60
_GOODBYE_TURNS = 50
_LINK = re.compile(r"https?://\S+/feedback/email/(\w+)\?\S+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it came: to whom the envelope says, and the message."""

    to: str
    sender: str
    raw: bytes
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def link(self, page: str) -> str:
        """Path and query of the link to `/feedback/email/<page>`."""
        found = next(match for match in _LINK.finditer(self.text) if match[1] == page)
        return "/" + found[0].split("/", 3)[3]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        return str(part.get_content()).replace("\r\n", "\n")


class MailServer:
    """`refusals`: answers to RCPT by address; `logins`: user and password, if any may log in."""

    def __init__(
        self,
        *,
        port: int = 0,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        logins: tuple[str, str] | None = None,
        auth_without_tls: bool = False,
    ) -> None:
        self.port = port
        self.refusals: dict[str, str] = {}
        self.before_answer: Callable[[], None] | None = None
        self._unread: list[Mail] = []
        self._changed = threading.Condition()
        self._starttls = starttls
        self._tls = tls
        self._logins = logins
        self._auth_require_tls = not auth_without_tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def is_up(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> "MailServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE_SECONDS)
        return self

    def stop(self) -> None:
        """Idempotent; whoever connects afterwards is refused."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(PATIENCE_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def run(self, client: Coroutine[Any, Any, None]) -> None:
        """Wait for a client on the server's own loop, where both ends see the other's goodbye."""
        asyncio.run_coroutine_threadsafe(client, self._loop).result(PATIENCE_SECONDS)

    def next(self, to: str) -> Mail:
        """The next mail to an address; it may be on its way still."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.unread(to), PATIENCE_SECONDS), to
            mail = self.unread(to)[0]
            self._unread.remove(mail)
            return mail

    def unread(self, to: str) -> list[Mail]:
        """What has come to an address so far."""
        return [mail for mail in self._unread if mail.to == to]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        (to,) = envelope.rcpt_tos
        with self._changed:
            self._unread.append(Mail(to, envelope.mail_from or "", raw, message))
            self._changed.notify_all()
        if self.before_answer is not None:
            self.before_answer()
        return "250 OK"

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(
            self._protocol, "127.0.0.1", self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for _ in range(_GOODBYE_TURNS):
            await asyncio.sleep(0)

    def _protocol(self) -> SMTP:
        return SMTP(
            self,
            enable_SMTPUTF8=True,
            hostname="mail.example.org",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_require_tls=self._auth_require_tls,
            authenticator=self._authenticated if self._logins else None,
            loop=self._loop,
        )

    def _authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._logins, handled=False)
