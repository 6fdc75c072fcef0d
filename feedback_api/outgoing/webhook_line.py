"""The line to one editors' system: each comment's events in order, each until it is taken.

At least once: a crash between the answer and the mark tells an event again, under the same id.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta

from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId
from feedback_api.outgoing.http_post import Answered, Post
from feedback_api.outgoing.journal import Journal
from feedback_api.services import Services
from feedback_api.services.deliveries import mark
from feedback_api.services.retries import Pace, Retries
from feedback_api.services.webhook_attempts import Attempt, Result
from feedback_api.services.webhooks import Notice, Target, erasure, notice, notices

PACE = Pace(first=timedelta(seconds=5), growth=3.2, longest=timedelta(hours=12))
ATTEMPTS = 10
"""With this pace the last one comes about a day and a half after the first, at the latest."""
_AT_ONCE = 8
_log = logging.getLogger(__name__)


class WebhookLine:
    """For the event loop alone."""

    def __init__(
        self,
        target: Target,
        *,
        post: Post,
        journal: Journal,
        services: Services,
        pace: Pace = PACE,
    ) -> None:
        """Begins to work when told to."""
        self.target = target
        self._post = post
        self._journal = journal
        self._services = services
        self._retries = Retries[CommentId](pace=pace)
        self._repeats: list[Attempt] = []
        self._news = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many comments it has still to be told of."""
        return len(self._retries)

    def wake(self) -> None:
        """Look whether there is something to do."""
        self._news.set()

    def hear(self, comment_id: CommentId) -> None:
        """Something happened to the comment, or did while nobody was here to listen."""
        upcoming = self._next(comment_id)
        if upcoming is None:
            return
        now = self._services.clock.now()
        last = self._journal.last(self.target.channel, upcoming.id)
        if last is not None and last.next_at is not None:
            self._retries.add(comment_id, last.next_at, failures=last.attempt)
        else:
            self._retries.add(comment_id, now)
        self.wake()

    def send_again(self, attempt: Attempt) -> None:
        """What still waits becomes due; anything else is sent once more."""
        comment_id = attempt.comment
        upcoming = self._next(comment_id)
        if upcoming is not None and upcoming.id == attempt.event:
            failures = self._retries.failures(comment_id)
            self._retries.done(comment_id)
            self._retries.add(comment_id, self._services.clock.now(), failures=failures)
        else:
            self._repeats.append(attempt)
        self.wake()

    async def work(self, stopping: asyncio.Event) -> None:
        """Tell what is due, until the event is set; `wake` then."""
        while not stopping.is_set():
            self._news.clear()
            due = self._retries.due(self._services.clock.now())[:_AT_ONCE]
            repeats, self._repeats = self._repeats[:_AT_ONCE], self._repeats[_AT_ONCE:]
            if due or repeats:
                await asyncio.gather(*map(self._attend, due), *map(self._repeat, repeats))
                await self._journal.keep()
            else:
                await self._rest()

    async def _rest(self) -> None:
        next_at = self._retries.next_at()
        seconds = None
        if next_at is not None:
            seconds = max(0.0, (next_at - self._services.clock.now()).total_seconds())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    async def _attend(self, comment_id: CommentId) -> None:
        """One attempt at the first event the receiver does not know."""
        try:
            upcoming = self._next(comment_id)
            if upcoming is None:
                self._retries.done(comment_id)
                return
            before = self._retries.failures(comment_id)
            answer = await self._post(self.target, upcoming, self._services.clock.now())
            is_last = before + 1 >= ATTEMPTS
            if not answer.is_taken and not is_last:
                self._put_off(comment_id)
            self._note(upcoming, answer, attempt=before + 1, is_last=is_last)
            if answer.is_taken or is_last:
                await self._finish(upcoming)
        except Exception as error:  # of ours: the line must go on with the others
            _log.error("A webhook could not be attended to: %s", type(error).__name__)
            self._put_off(comment_id)

    async def _finish(self, done: Notice) -> None:
        """Go on to the comment's next event. Raises StoreError; then this one is told again."""
        if done.number == 0:
            self._journal.erasure_told(self.target.channel, done.comment)
        else:
            with contextlib.suppress(UnknownComment):
                await asyncio.to_thread(
                    mark, done.comment, self.target.channel, done.number, services=self._services
                )
        self._retries.done(done.comment)
        self._retries.add(done.comment, self._services.clock.now())

    async def _repeat(self, attempt: Attempt) -> None:
        """Once more what was taken or given up; what was erased since is not."""
        try:
            again = self._told(attempt)
        except UnknownComment:
            return
        answer = await self._post(self.target, again, self._services.clock.now())
        last = self._journal.last(self.target.channel, again.id)
        self._note(again, answer, attempt=last.attempt + 1 if last else 1, is_last=True)

    def _put_off(self, comment_id: CommentId) -> None:
        self._retries.failed(comment_id, self._services.clock.now())

    def _note(self, what: Notice, answer: Answered, *, attempt: int, is_last: bool) -> None:
        failed = Result.GIVEN_UP if is_last else Result.FAILED
        result = Result.DELIVERED if answer.is_taken else failed
        self._journal.note(
            Attempt(
                event=what.id,
                kind=what.kind,
                happened_at=what.at,
                comment=what.comment,
                number=what.number,
                channel=self.target.channel,
                host=self.target.host,
                at=self._services.clock.now(),
                attempt=attempt,
                result=result,
                status=answer.status,
                trouble=answer.trouble,
                next_at=self._retries.due_at(what.comment) if result is Result.FAILED else None,
            )
        )

    def _next(self, comment_id: CommentId) -> Notice | None:
        """The first event of the comment that the receiver does not know."""
        channel = self.target.channel
        due = self._journal.erasure(channel, comment_id)
        if due is not None:
            return erasure(due.comment, due.at)
        try:
            comment = self._services.comments.get(comment_id)
        except UnknownComment:
            return None
        return next(notices(comment, channel, self._journal.since[channel]), None)

    def _told(self, attempt: Attempt) -> Notice:
        """Raises UnknownComment."""
        if attempt.number == 0:
            return erasure(attempt.comment, attempt.happened_at)
        return notice(self._services.comments.get(attempt.comment), attempt.number)
