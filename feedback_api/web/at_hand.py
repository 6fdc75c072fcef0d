"""Whether a comment can be taken without a thread: nothing of it waits but the store's queue.

Over a database the text's earlier wordings, invitations and retries of what came with an earlier
text are looked up there; a comment on what is published now needs none of them.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from feedback_api.services.ports import PublishedText
from feedback_api.web.fields import Fields
from feedback_api.web.visit import Visit

_AnswerT = TypeVar("_AnswerT")


async def where_it_may_wait(
    visit: Visit, fields: Fields, take: Callable[[], Awaitable[_AnswerT]]
) -> _AnswerT:
    """What `take` makes of these fields, here or in a thread. Raises as it does."""
    threads = visit.web.threads
    if threads is None or is_at_hand(visit, fields):
        return await take()

    async def taken() -> _AnswerT:
        return await take()

    return await threads.run(taken)


def is_at_hand(visit: Visit, fields: Fields) -> bool:
    """Whether the comment is on a wording that is published now, and proves nothing."""
    if visit.services.queue is None or fields.get("invitation") is not None:
        return False
    text = visit.services.text
    present = visit.web.present.get((text.revision(),), lambda: _present(text))
    named = (fields.get("section"), fields.get("language"), fields.get("wording"))
    return all(isinstance(name, str) for name in named) and named in present


def _present(text: PublishedText) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (entry.id, language, wording.fingerprint)
        for entry in text.all_sections()
        for language, wording in entry.languages.items()
    )
