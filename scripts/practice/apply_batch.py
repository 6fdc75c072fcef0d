"""Applies decided comments to the text, one after the other, and commits what holds."""

from __future__ import annotations

from dataclasses import dataclass

from practice.apply_bench import Bench, Edit
from practice.apply_checks import left_behind
from practice.apply_document import DecidedComment
from practice.apply_git import Clone
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
    reviewer = clone.reviewer()
    commits: list[Committed] = []
    refused: list[Refusal] = []
    with clone.workroom() as room:
        bench = Bench(room, unknown, order.applied)
        before = bench.standings()
        waiting: list[Change] = []
        for comment in order.comments:
            try:
                waiting.append(bench.apply(comment, order.edit, reviewer))
            except ApplyRefusedError as error:
                refused.append(Refusal(comment=comment.id, error=error))
            if waiting and order.separate:
                commits.append(_commit(bench, waiting, reviewer))
                waiting = []
        if waiting:
            commits.append(_commit(bench, waiting, reviewer))
        if commits:
            clone.show(order.branch, commits[-1].sha)
        behind = left_behind(before, bench.standings())
    return Applied(
        commits=tuple(commits),
        refused=tuple(refused),
        behind=tuple((section, tuple(languages)) for section, languages in behind.items()),
        branch=order.branch if commits else None,
    )


def _commit(bench: Bench, changes: list[Change], reviewer: str) -> Committed:
    sha = bench.commit(changes, reviewer)
    return Committed(sha=sha, subject=commit_subject(changes), changes=tuple(changes))
