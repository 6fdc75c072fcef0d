"""What an editor is told every day: what is new, undecided and overdue on the editor's pages."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import UNDECIDED, State
from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import UnknownCycle
from feedback_api.domain.identity import EditorName, PageId
from feedback_api.services import Accounts, Services
from feedback_api.services.agenda import cycle_of
from feedback_api.services.deadlines import days_over, decided_by
from feedback_api.services.ports import CommentQuery, Order, PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Comments oldest first; `overdue` are also among `undecided`, as `new` ones may be."""

    editor: Editor
    until: datetime
    new: tuple[Comment, ...]
    undecided: tuple[Comment, ...]
    overdue: tuple[Comment, ...]


def digest_for(
    editor: Editor, *, now: datetime, answer_days: int, services: Services
) -> Digest | None:
    """None when there is nothing to tell. Reads many comments: call it in a thread.

    `answer_days`: see deadlines.
    """
    pages = _pages(editor, services.text)
    since = editor.digest_at or editor.added_at

    def concerns(comment: Comment) -> bool:
        return pages is None or comment.page in pages

    newest_first = services.reads.every(CommentQuery(order=Order.NEWEST_FIRST))
    recent = takewhile(lambda comment: comment.submitted_at > since, newest_first)
    new = [one for one in recent if concerns(one) and one.state is not State.WITHDRAWN]
    waiting = services.reads.every(CommentQuery(states=UNDECIDED))
    undecided = tuple(comment for comment in waiting if concerns(comment))
    if not new and not undecided:
        return None
    return Digest(
        editor=editor,
        until=now,
        new=tuple(reversed(new)),
        undecided=undecided,
        overdue=tuple(one for one in undecided if _is_overdue(one, now, answer_days, services)),
    )


def mark_digest(name: EditorName, at: datetime, *, services: Accounts) -> None:
    """Remember until when the editor has been told. Raises UnknownEditor, StoreError."""
    services.editors.change(name, lambda editor: replace(editor, digest_at=at))


def _is_overdue(comment: Comment, now: datetime, answer_days: int, services: Services) -> bool:
    """Nothing is promised to a comment that no cycle has begun to hear."""
    try:
        cycle = services.cycles.cycle(cycle_of(comment, services))
    except UnknownCycle:
        return False
    return days_over(decided_by(comment, cycle, answer_days), cycle, now) > 0


def _pages(editor: Editor, text: PublishedText) -> frozenset[PageId] | None:
    """The pages whose owner the editor answers for; None for all, also those withdrawn."""
    if not editor.owners:
        return None
    return frozenset(entry.page for entry in text.all_sections() if entry.owner in editor.owners)
