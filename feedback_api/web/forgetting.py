"""Lets go of kept answers as soon as a comment has changed: not only once somebody asks again.

What is erased or withdrawn must not stay in memory beside the store.
"""

from feedback_api.domain.identity import CommentId
from feedback_api.web.ready_answers import ReadyAnswers
from feedback_api.web.visit import Web


class Forgetting:
    """Told of each change by the one thread that writes."""

    def __init__(self, web: Web, ready: ReadyAnswers) -> None:
        self._web = web
        self._ready = ready
        self._seen: int | None = None

    def comment_changed(self, _comment: CommentId) -> None:
        """Look through public answers only where something public changed: most changes are not."""
        self._web.lists.forget()
        generation = self._web.services.reads.generation(None)
        if generation == self._seen:
            return
        self._seen = generation
        self._ready.forget_outdated()
        self._web.publications.forget()
        for answers in (self._web.counts, self._web.sections, self._web.feeds):
            answers.forget_outdated()
