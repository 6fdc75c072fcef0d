"""Hands mails to the SMTP server of the settings, and tells apart whose fault a failure is."""

import ssl
from types import TracebackType
from typing import Protocol, Self

import aiosmtplib

from feedback_api.mail_addresses import Recipient
from feedback_api.mail_settings import Security, SmtpSettings

_SECONDS = 20.0
_TRANSIENT = range(400, 500)


class ServerTrouble(Exception):
    """No mail can be sent now, whoever it is for; `reason` names no address."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class PutOff(Exception):
    """The server does not take this mail now, but perhaps later (RFC 5321, 4yz)."""


class Refused(Exception):
    """The server will never take this mail for this address (RFC 5321, 5yz)."""


class MailServer(Protocol):
    """Takes mails while entered."""

    async def __aenter__(self) -> Self:
        """Raises ServerTrouble."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raises nothing."""

    async def send(self, message: bytes, to: Recipient, sender: str) -> None:
        """On return the server has taken it. Raises ServerTrouble, PutOff, Refused."""


class SmtpServer:
    """See MailServer: one connection at a time, by TLS unless the settings say otherwise."""

    def __init__(self, settings: SmtpSettings, *, greeting: str) -> None:
        """`greeting`: the domain we say we are; this machine's own name is nobody's business."""
        self._settings = settings
        self._greeting = greeting
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> Self:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            local_hostname=self._greeting,
            timeout=_SECONDS,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            tls_context=ssl.create_default_context(),
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise ServerTrouble(_reason(error)) from None
        self._client = client
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if error is None:
                await client.quit()
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            client.close()

    async def send(self, message: bytes, to: Recipient, sender: str) -> None:
        """See MailServer."""
        if self._client is None:
            raise ServerTrouble("not connected")
        options = ["SMTPUTF8"] if to.needs_utf8 else []
        try:
            await self._client.sendmail(sender, to.address, message, mail_options=options)
        except (aiosmtplib.SMTPNotSupported, ValueError):
            raise Refused from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_code(min(one.code for one in error.recipients)) from None
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
            raise _of_code(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ServerTrouble(_reason(error)) from None


def _of_code(code: int) -> Exception:
    """421 means that the server is about to close, which says nothing of the mail."""
    if code == aiosmtplib.SMTPStatus.domain_unavailable:
        return ServerTrouble(f"answer {code}")
    return PutOff() if code in _TRANSIENT else Refused()


def _reason(error: Exception) -> str:
    """What may be logged: a server's own words can repeat an address or a password."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__}, answer {error.code}"
    return type(error).__name__
