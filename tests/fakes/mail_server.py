"""A mail server that is not there: it keeps the addresses it was given mail for."""

from types import TracebackType
from typing import Self

from feedback_api.mail_addresses import Recipient


class FakeMailServer:
    """See MailServer; `visited` and `asked` are for those that are away, or refuse."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def visited(self) -> None:
        """Somebody comes; raises ServerTrouble where nobody is there."""

    def asked(self, address: str) -> None:
        """There is a letter for this address; raises where it is not taken."""

    async def __aenter__(self) -> Self:
        self.visited()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    async def send(self, message: bytes, to: Recipient, sender: str) -> None:
        self.asked(to.address)
        self.sent.append(to.address)
