"""Sends what is due as soon as it is, tries again what failed, and slows nobody down.

It hears of each change, and looks at every comment once when it starts. A letter is marked as told
only after the server took it; a crash in between sends it once more under the same Message-ID.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from feedback_api.background import where
from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId
from feedback_api.mail.digests import Digests
from feedback_api.mail.letters import LetterWriter
from feedback_api.mail.message import Sender, message_bytes
from feedback_api.mail.restraint import Restraint
from feedback_api.mail.smtp_server import MailServer, PutOff, Refused, ServerTrouble
from feedback_api.mail_addresses import Undeliverable, recipient
from feedback_api.services import Services
from feedback_api.services.deliveries import mark
from feedback_api.services.duplicates import merged_into
from feedback_api.services.letters_due import REFUSED, DueLetter, Occasion, due_letters
from feedback_api.services.ports import CommentQuery
from feedback_api.services.retries import Retries

_log = logging.getLogger(__name__)

_LONGEST_WAIT = timedelta(minutes=1)
_TRIALS_LIMIT = 120
"""With the delays of Retries some five days, after which mail servers give up, too (RFC 5321)."""
_SERVER = "server"

Listen = Callable[[Callable[[CommentId], None]], Callable[[], None]]
"""See ChangeFeed.listen."""


class Postman:
    """One for the whole service; all its methods run on the event loop."""

    def __init__(
        self,
        services: Services,
        *,
        writer: LetterWriter,
        server: MailServer,
        sender: Sender,
        digests: Digests,
        retries: Retries[CommentId] | None = None,
    ) -> None:
        self._services = services
        self._writer = writer
        self._server = server
        self._sender = sender
        self._digests = digests
        self._waiting = retries or Retries[CommentId]()
        self._server_trials = Retries[str]()
        self._restraint = Restraint()
        self._sent: dict[CommentId, tuple[str, int]] = {}
        self._woken = asyncio.Event()

    async def work(self, listen: Listen, stopping: asyncio.Event) -> None:
        """Until `stopping`, then finish the letter in hand."""
        loop = asyncio.get_running_loop()
        woken_by_stop = asyncio.create_task(self._wake_when(stopping))
        end = listen(lambda comment_id: _call(loop, self.hear, comment_id))
        try:
            for comment_id in await asyncio.to_thread(self._all):
                self.hear(comment_id)
            while not stopping.is_set():
                self._woken.clear()
                await self.deliver(stopping)
                await self._rest()
        finally:
            end()
            woken_by_stop.cancel()

    def hear(self, comment_id: CommentId) -> None:
        """Something about the comment has changed, and so for those merged into it."""
        now = self._services.clock.now()
        self._waiting.add(comment_id, now)
        with suppress(UnknownComment):
            comment = self._services.comments.get(comment_id)
            for duplicate in merged_into(comment, self._services):
                self._waiting.add(duplicate.id, now)
        self._woken.set()

    async def deliver(self, stopping: asyncio.Event) -> None:
        """Send everything that is due now."""
        now = self._services.clock.now()
        resting = self._server_trials.next_at()
        if resting is not None and now < resting:
            return
        due = [one for one in self._waiting.due(now) if self._has_letters(one)]
        digests = await self._digests.due(now)
        if not due and not digests:
            return
        try:
            async with self._server as server:
                for comment_id in due:
                    if stopping.is_set():
                        return
                    await self._deliver_all(comment_id, server)
                for digest in digests:
                    await self._digests.send(digest, server, self._sender)
        except ServerTrouble as trouble:
            self._server_trials.failed(_SERVER, self._services.clock.now())
            _log.warning("The mail server cannot be used now: %s", trouble.reason)
        else:
            self._server_trials.done(_SERVER)

    async def _deliver_all(self, comment_id: CommentId, server: MailServer) -> None:
        """Every letter about one comment, oldest first, as long as nothing goes wrong."""
        try:
            await self._mark_sent(comment_id)
            while (letter := self._next(comment_id)) is not None:
                await self._deliver(*letter, server)
        except ServerTrouble:
            raise
        except Exception as error:  # one comment must not stop the mails of all others
            failures = self._waiting.failed(comment_id, self._services.clock.now())
            _log.warning("A mail is put off, the %d. time (%s)", failures, where(error))
            if failures >= _TRIALS_LIMIT:
                self._waiting.done(comment_id)
        else:
            self._waiting.done(comment_id)

    async def _deliver(self, comment: Comment, due: DueLetter, server: MailServer) -> None:
        """Raises ServerTrouble, PutOff, StoreError."""
        channel, upto = due.channel, due.upto
        try:
            to = recipient(comment.email or "")
            letter = self._writer.write(comment, due)
            now = self._services.clock.now()
            if due.occasion is Occasion.CONFIRM and not self._restraint.allows(to.address, now):
                raise PutOff
            message = message_bytes(letter, to, self._sender, now)
            await server.send(message, to, self._sender.mailbox.address)
        except (Refused, Undeliverable):
            _log.warning("A mail was refused for good; its address gets no more")
            channel, upto = REFUSED, len(comment.events)
        else:
            _log.info("A mail was sent (%s)", due.occasion)
        self._sent[comment.id] = (channel, upto)
        await self._mark_sent(comment.id)

    async def _mark_sent(self, comment_id: CommentId) -> None:
        """Store what was sent; until that succeeds we alone know it. Raises StoreError."""
        if comment_id in self._sent:
            channel, upto = self._sent[comment_id]
            with suppress(UnknownComment):
                await asyncio.to_thread(mark, comment_id, channel, upto, services=self._services)
            del self._sent[comment_id]

    def _next(self, comment_id: CommentId) -> tuple[Comment, DueLetter] | None:
        """What to send next."""
        try:
            comment = self._services.comments.get(comment_id)
        except UnknownComment:
            return None
        now = self._services.clock.now()
        due = due_letters(comment, now=now, services=self._services)
        return (comment, due[0]) if due else None

    def _has_letters(self, comment_id: CommentId) -> bool:
        if self._next(comment_id) is not None or comment_id in self._sent:
            return True
        self._waiting.done(comment_id)
        return False

    def _all(self) -> list[CommentId]:
        """Every comment with something to mail."""
        now = self._services.clock.now()
        return [
            comment.id
            for comment in self._services.reads.every(CommentQuery())
            if comment.email and due_letters(comment, now=now, services=self._services)
        ]

    async def _rest(self) -> None:
        """Until something is due, or somebody wakes us."""
        now = self._services.clock.now()
        resting = self._server_trials.next_at()
        following = self._waiting.next_at()
        if resting is not None and following is not None:
            following = max(resting, following)
        seconds = _LONGEST_WAIT.total_seconds()
        if following is not None:
            seconds = min(seconds, max(0.0, (following - now).total_seconds()))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _wake_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._woken.set()


def _call(
    loop: asyncio.AbstractEventLoop, hear: Callable[[CommentId], None], comment_id: CommentId
) -> None:
    """From the writing thread; a loop that has ended hears nothing more."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(hear, comment_id)
