"""The daily mail to editors: who gets one now, and what it says."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import RetiredSection, StoreError, UnknownEditor
from feedback_api.domain.identity import EditorName
from feedback_api.mail.letters import LetterWriter
from feedback_api.mail.message import Letter, Sender, message_bytes
from feedback_api.mail.smtp_server import MailServer, PutOff, Refused
from feedback_api.mail_addresses import Undeliverable, recipient
from feedback_api.mail_settings import DigestTime
from feedback_api.services import Services
from feedback_api.services.digests import Digest, digest_for, mark_digest
from feedback_api.services.retries import Retries
from feedback_api.web.messages import Messages, mark
from feedback_api.web.section_view import SectionView, view_section, view_wording

_log = logging.getLogger(__name__)

SUBJECT = mark("Comments on the code of practice: your digest")
_ROWS_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A comment in the digest: where it is and how it stands, nothing of what it says."""

    comment: Comment
    section: SectionView


class Digests:
    """What is due at `at` every day; without it only what is asked for by `everybody`."""

    def __init__(
        self,
        services: Services,
        writer: LetterWriter,
        *,
        answer_days: int,
        at: DigestTime | None = None,
    ) -> None:
        self._services = services
        self._writer = writer
        self._answer_days = answer_days
        self._at = at
        self._put_off = Retries[EditorName]()

    async def due(self, now: datetime) -> tuple[Digest, ...]:
        """The digests to send now; whoever has nothing to read waits for the next day."""
        if self._at is None:
            return ()
        when = self._at.last_before(now)
        late = [one for one in self._reached() if (one.digest_at or one.added_at) < when]
        for editor in late:
            self._put_off.add(editor.name, now)
        trying = set(self._put_off.due(now))
        return await self._filled([one for one in late if one.name in trying], now)

    async def everybody(self, now: datetime) -> tuple[Digest, ...]:
        """The digests of all editors with an address, whenever they got one last."""
        return await self._filled(self._reached(), now)

    def letter(self, digest: Digest) -> Letter:
        """The mail, in the editor's language."""
        messages = self._writer.messages(digest.editor.language)
        return self._writer.render(
            "digest",
            messages,
            name=self._writer.name(f"digest {digest.editor.name} {digest.editor.digest_at}"),
            subject=SUBJECT,
            limit=_ROWS_LIMIT,
            new=self._rows(digest.new, messages),
            undecided=self._rows(digest.undecided, messages),
            overdue=self._rows(digest.overdue, messages),
        )

    async def send(self, digest: Digest, server: MailServer, sender: Sender) -> bool:
        """Whether it went out; what was refused for good is not tried again until the next day.

        Raises ServerTrouble.
        """
        name = digest.editor.name
        sent = False
        try:
            to = recipient(digest.editor.email or "")
            now = self._services.clock.now()
            message = message_bytes(self.letter(digest), to, sender, now)
            await server.send(message, to, sender.mailbox.address)
            sent = True
            _log.info("A digest was sent")
        except PutOff:
            self._put_off.failed(name, self._services.clock.now())
            _log.warning("A digest is put off")
            return False
        except (Refused, Undeliverable):
            _log.warning("A digest was refused for good")
        await self._mark(name, digest.until)
        return sent

    async def _filled(self, editors: list[Editor], now: datetime) -> tuple[Digest, ...]:
        digests = []
        for editor in editors:
            digest = await asyncio.to_thread(
                digest_for,
                editor,
                now=now,
                answer_days=self._answer_days,
                services=self._services,
            )
            if digest is not None:
                digests.append(digest)
            elif self._at is not None:
                await self._mark(editor.name, now)
        return tuple(digests)

    async def _mark(self, name: EditorName, until: datetime) -> None:
        self._put_off.done(name)
        try:
            await asyncio.to_thread(mark_digest, name, until, services=self._services)
        except UnknownEditor:
            pass
        except StoreError as error:
            self._put_off.failed(name, self._services.clock.now())
            _log.error("That a digest was sent could not be stored (%s)", error.code)

    def _reached(self) -> list[Editor]:
        return [editor for editor in self._services.editors.all() if editor.email]

    def _rows(self, comments: tuple[Comment, ...], messages: Messages) -> list[_Row]:
        return [_Row(comment=one, section=self._section(one, messages)) for one in comments]

    def _section(self, comment: Comment, messages: Messages) -> SectionView:
        text = self._services.text
        try:
            return view_section(comment.section, messages.language, text)
        except RetiredSection:
            wording = text.wording(comment.section, comment.language, comment.wording)
            return view_wording(wording, text)
