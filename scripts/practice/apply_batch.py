"""Applies decided comments to the text, one after the other, and commits what holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from practice.apply_bench import Bench, Edit
from practice.apply_checks import left_behind
from practice.apply_document import DecidedComment
from practice.apply_git import Clone, Workroom
from practice.apply_message import Change, commit_subject
from practice.apply_refusal import ApplyRefusedError
from practice.rules.spelling import Unknown
from practice.text import LanguageCode, SectionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commit by its full hash, and the changes that it holds."""

    sha: str
    subject: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A comment, by the id or the name that was asked for, and why its wording is not applied."""

    comment: str
    error: ApplyRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """`branch` is None where nothing was committed; `behind` are translations to follow."""

    commits: tuple[Committed, ...] = ()
    refused: tuple[Refusal, ...] = ()
    behind: tuple[tuple[SectionId, tuple[LanguageCode, ...]], ...] = ()
    branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done; `applied` are ids of comments whose change the text has already."""

    comments: tuple[DecidedComment, ...]
    branch: str
    separate: bool
    applied: frozenset[str]
    edit: Edit | None = None


def apply_comments(clone: Clone, order: Order, unknown: Unknown) -> Applied:
    """Raises ApplyRefusedError where nothing at all can be done, and has then done nothing."""
    clone.require_ready(order.branch)
    with clone.workroom() as room:
        run = _Run(room=room, order=order, unknown=unknown, reviewer=clone.reviewer())
        # The checks take their time: most batches pass them at once.
        applied = None if order.separate else run.at_once()
        applied = applied or run.one_by_one()
        if applied.commits:
            clone.show(order.branch, applied.commits[-1].sha)
    return applied


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One order being carried out."""

    room: Workroom
    order: Order
    unknown: Unknown
    reviewer: str
    edited: dict[str, str] = field(default_factory=dict)

    def at_once(self) -> Applied | None:
        """None where the checks find something, and it is not known in which wording."""
        bench = self._bench(careful=False)
        before = bench.standings()
        changes: list[Change] = []
        refused = [
            refusal for one in self.order.comments if (refusal := self._try(bench, one, changes))
        ]
        if not changes:
            return Applied(refused=tuple(refused))
        try:
            bench.require_passed(changes)
        except ApplyRefusedError:
            self.room.clear()
            return None
        commits = [self._commit(bench, changes)]
        return self._applied(commits, refused, left_behind(before, bench.standings()))

    def one_by_one(self) -> Applied:
        """Every wording is held against the checks before the next."""
        bench = self._bench(careful=True)
        before = bench.standings()
        commits: list[Committed] = []
        refused: list[Refusal] = []
        changes: list[Change] = []
        for comment in self.order.comments:
            if refusal := self._try(bench, comment, changes):
                refused.append(refusal)
            elif self.order.separate:
                commits.append(self._commit(bench, changes))
                changes.clear()
        if changes:
            commits.append(self._commit(bench, changes))
        return self._applied(commits, refused, left_behind(before, bench.standings()))

    def _bench(self, *, careful: bool) -> Bench:
        return Bench(self.room, self.unknown, self.order.applied, careful)

    def _try(self, bench: Bench, comment: DecidedComment, changes: list[Change]) -> Refusal | None:
        """Why not; where there is no reason, one more change."""
        try:
            changes.append(bench.apply(comment, self._edit(), self.reviewer))
        except ApplyRefusedError as error:
            return Refusal(comment=comment.id, error=error)
        return None

    def _edit(self) -> Edit | None:
        """An editor is asked for each wording once."""
        ask = self.order.edit
        if ask is None:
            return None

        def edit(comment: DecidedComment, wording: str) -> str:
            if comment.id not in self.edited:
                self.edited[comment.id] = ask(comment, wording)
            return self.edited[comment.id]

        return edit

    def _commit(self, bench: Bench, changes: Sequence[Change]) -> Committed:
        sha = bench.commit(changes, self.reviewer)
        return Committed(sha=sha, subject=commit_subject(changes), changes=tuple(changes))

    def _applied(
        self,
        commits: Sequence[Committed],
        refused: Sequence[Refusal],
        behind: Mapping[SectionId, list[LanguageCode]],
    ) -> Applied:
        return Applied(
            commits=tuple(commits),
            refused=tuple(refused),
            behind=tuple((section, tuple(languages)) for section, languages in behind.items()),
            branch=self.order.branch if commits else None,
        )
