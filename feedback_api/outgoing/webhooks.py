"""Webhooks to editors' systems: a line to each of them, fed by every change of a comment."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager

from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId
from feedback_api.outgoing.http_post import Post
from feedback_api.outgoing.journal import Journal
from feedback_api.outgoing.webhook_line import WebhookLine
from feedback_api.services import Services
from feedback_api.services.ports import CommentQuery
from feedback_api.services.webhook_attempts import Attempt, WebhookLog
from feedback_api.services.webhooks import Target, notices

Listen = Callable[[Callable[[CommentId], None]], Callable[[], None]]
"""Hear of each comment that changes, in whatever thread; the answer ends it."""


class Webhooks:
    """Work beside the answers (called with an event that ends it), and the board's Deliveries."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        post: Callable[[], AbstractAsyncContextManager[Post]],
        log: WebhookLog,
        services: Services,
        listen: Listen,
    ) -> None:
        """At least one target; made before the first request, of which they are to be told."""
        self._targets = targets
        self._open_post = post
        self._services = services
        self._listen = listen
        channels = [target.channel for target in targets]
        self._journal = Journal(log, channels, services.clock.now())
        self._lines: Sequence[WebhookLine] = ()

    async def __call__(self, stopping: asyncio.Event) -> None:
        """Tell until the event is set; what is left then is told after the next start."""
        loop = asyncio.get_running_loop()
        await self._journal.keep()  # since when there are these lines

        def hear(comment_id: CommentId) -> None:
            loop.call_soon_threadsafe(self._hear, comment_id)

        stop = self._listen(hear)
        try:
            async with self._open_post() as post:
                self._lines = tuple(self._line(target, post) for target in self._targets)
                for due in self._journal.erasures():
                    self._tell_lines(due.comment)
                for comment_id in await asyncio.to_thread(lambda: list(self._left_over())):
                    self._tell_lines(comment_id)
                    await asyncio.sleep(0)  # there may be many, and answers come first
                await asyncio.gather(
                    self._wake_at_end(stopping), *(line.work(stopping) for line in self._lines)
                )
        finally:
            stop()
            await self._journal.keep()

    def hosts(self) -> Sequence[str]:
        """See Deliveries."""
        return [target.host for target in self._targets]

    def waiting(self) -> int:
        """See Deliveries."""
        return sum(line.waiting for line in self._lines)

    def attempts(self) -> Sequence[Attempt]:
        """See Deliveries."""
        return self._journal.attempts()

    def send_again(self, attempt: Attempt) -> None:
        """See Deliveries; to no other place than those configured."""
        for line in self._lines:
            if line.target.channel == attempt.channel:
                line.send_again(attempt)

    def _line(self, target: Target, post: Post) -> WebhookLine:
        return WebhookLine(target, post=post, journal=self._journal, services=self._services)

    def _hear(self, comment_id: CommentId) -> None:
        try:
            self._services.comments.get(comment_id)
        except UnknownComment:
            self._journal.erase(comment_id, self._services.clock.now())
        self._tell_lines(comment_id)

    def _tell_lines(self, comment_id: CommentId) -> None:
        for line in self._lines:
            line.hear(comment_id)

    def _left_over(self) -> Iterator[CommentId]:
        """Of what some line has still to be told, from before the start; reads every comment."""
        since = self._journal.since
        for comment in self._services.reads.every(CommentQuery()):
            if any(next(notices(comment, one, since[one]), None) for one in since):
                yield comment.id

    async def _wake_at_end(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        for line in self._lines:
            line.wake()
