"""A store without a disk: what the ports mean in plain words, and a model of the real one."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from feedback_api.domain.comment import Comment, is_new_version
from feedback_api.domain.decision import State
from feedback_api.domain.errors import (
    Erased,
    IdempotencyMismatch,
    UnknownComment,
    UnknownReceipt,
)
from feedback_api.domain.identity import CommentId, PageId, SectionId
from feedback_api.services.ports import LIST_LIMIT, CommentPage, CommentQuery, Order, Step


class MemoryStore:
    """Both CommentStore and CommentReads."""

    def __init__(self) -> None:
        self.comments: dict[CommentId, Comment] = {}
        self._lock = threading.Lock()
        self._generations: Counter[PageId] = Counter()
        self._edition = 0

    def add(self, comment: Comment) -> Comment:
        with self._lock:
            key = comment.idempotency
            earlier = self.by_idempotency_key(key.key_hash) if key else None
            if earlier is not None:
                if earlier.idempotency != key:
                    raise IdempotencyMismatch
                return earlier
            if comment.id in self.comments and self.comments[comment.id].erased:
                raise Erased
            if comment.id in self.comments:
                raise ValueError(comment.id)
            self._put(comment)
            return comment

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        with self._lock:
            comment = self.get(comment_id)
            changed = step(comment)
            if changed is not comment:
                for name in ("id", "cycle", "page", "section", "submitted_at", "version"):
                    if getattr(changed, name) != getattr(comment, name):
                        raise ValueError(name)
                if is_new_version(comment, changed):
                    changed = replace(changed, version=comment.version + 1)
                self._put(changed)
            return changed

    def get(self, comment_id: CommentId) -> Comment:
        if comment_id not in self.comments or self.comments[comment_id].erased:
            raise UnknownComment
        return self.comments[comment_id]

    def by_receipt(self, receipt_hash: str) -> Comment:
        for comment in self.comments.values():
            if comment.receipt_hash == receipt_hash and not comment.erased:
                return comment
        raise UnknownReceipt

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        for comment in self.comments.values():
            if comment.idempotency and comment.idempotency.key_hash == key_hash:
                if comment.erased:
                    raise Erased
                return comment
        return None

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        return tuple(
            one
            for one in self._ordered()
            if one.decision and one.decision.duplicate_of == comment_id
        )

    def every(self, query: CommentQuery) -> Iterator[Comment]:
        if query.erased:
            left = (comment for comment in self.comments.values() if comment.erased)
            return iter(sorted(left, key=lambda one: (one.submitted_at, one.id)))
        found = [comment for comment in self._ordered() if _passes(comment, query)]
        return iter(found[::-1] if query.order is Order.NEWEST_FIRST else found)

    def select(self, query: CommentQuery) -> CommentPage:
        newest_first = query.order is Order.NEWEST_FIRST
        found = [comment for comment in self._ordered() if _passes(comment, query)]
        shown = found[::-1] if newest_first else found
        limit = max(0, min(query.limit, LIST_LIMIT))
        return CommentPage(
            comments=tuple(shown[query.offset : query.offset + limit]), total=len(found)
        )

    def tally(self) -> Mapping[State, int]:
        return Counter(comment.state for comment in self._ordered())

    def public(self, section: SectionId) -> tuple[Comment, ...]:
        return tuple(one for one in self._ordered() if one.section == section and one.is_public)

    def counts(self, page: PageId) -> Mapping[SectionId, int]:
        return Counter(
            one.section for one in self.comments.values() if one.page == page and one.is_public
        )

    def generation(self, page: PageId | None) -> int:
        return self._generations.total() if page is None else self._generations[page]

    def edition(self) -> int:
        return self._edition

    def _put(self, comment: Comment) -> None:
        self._edition += 1
        self.comments[comment.id] = comment
        self._generations.update({one.page for one in self.comments.values()})

    def _ordered(self) -> list[Comment]:
        present = (one for one in self.comments.values() if not one.erased)
        return sorted(present, key=lambda one: (one.submitted_at, one.id))


def _passes(comment: Comment, query: CommentQuery) -> bool:
    names = (
        "page",
        "section",
        "language",
        "role",
        "kind",
        "about",
        "visibility",
        "public",
        "cycle",
        "agenda",
    )
    wanted = {name: getattr(query, name) for name in names}
    yes_or_no = {
        "has_agenda": comment.agenda is not None,
        "prepared": comment.prepared is not None,
        "verified": comment.role_verified,
        "assignee": comment.assignee or "",
    }
    return (
        all(getattr(query, name) in (None, value) for name, value in yes_or_no.items())
        and (query.ids is None or comment.id in query.ids)
        and (not query.states or comment.state in query.states)
        and all(value in (None, getattr(comment, name)) for name, value in wanted.items())
        and all(word in _said(comment) for word in _folded(query.text or "").split())
    )


def _said(comment: Comment) -> str:
    additions = [addition.body for addition in comment.additions]
    reason = comment.decision.reason if comment.decision else ""
    said = [comment.body, comment.suggestion or "", comment.name or "", *additions, reason]
    return _folded("\n".join(said))


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
