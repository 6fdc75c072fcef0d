"""Puts together what a branch proposes: from git, from what was pulled, and from the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice.apply_document import DecidedComment, DecidedComments
from practice.problem import ProblemsFoundError
from practice.propose_body import Proposal
from practice.propose_changes import (
    Fate,
    PublicComment,
    Revision,
    changed_sections,
    fates,
    read_revision,
)
from practice.propose_git import Brought, Proposer, ProposingRefusedError
from practice.text import SectionId

# Asked with the sections that change; None where nobody can be asked.
AskPublic = Callable[[Sequence[SectionId]], tuple[PublicComment, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch with comments in its trailers; `base` is the hash of where it goes.

    `addresses` are all that git knows of the remote.
    """

    name: str
    addresses: tuple[str, ...]
    base: str
    brought: tuple[Brought, ...]


def named_branch(proposer: Proposer, *, name: str, remote: str, base: str, fetch: bool) -> Branch:
    """Raises ProposingRefusedError unless there is something to propose."""
    branch = proposer.branch(name, base)
    proposer.require_clean()
    addresses = proposer.addresses(remote)
    commit = proposer.base(remote, base, fetch=fetch)
    brought = proposer.brought(commit, branch)
    if not any(one.comments for one in brought):
        what = "brings nothing new to" if not brought else "has no commit made of a comment for"
        raise ProposingRefusedError(
            f"There is nothing to propose: {branch} {what} {base}.",
            "scripts/review apply makes a branch with such commits.",
        )
    return Branch(name=branch, addresses=addresses, base=commit, brought=brought)


def gathered(
    proposer: Proposer, branch: Branch, decided: DecidedComments, ask: AskPublic
) -> Proposal:
    """Raises ProposingRefusedError where the text cannot be read."""
    before = _revision(proposer.root, proposer.left_at(branch.base, branch.name))
    after = _revision(proposer.root, proposer.head(branch.name))
    changed = changed_sections(before.code, after.code)
    names = dict.fromkeys(name for one in branch.brought for name in one.comments)
    known = {comment.id: comment for comment in decided.comments}
    comments = tuple(known[name] for name in names if name in known)
    sections = dict.fromkeys(one.id for one in changed)
    own = dict.fromkeys(SectionId(comment.section) for comment in comments)
    public = ask([*sections, *(name for name in own if name not in sections)])
    return Proposal(
        before=before,
        after=after,
        changed=changed,
        comments=comments,
        bodies=_bodies(comments, public),
        names=tuple(names),
        not_fetched=sum(name not in known for name in names),
        counts=_counts([one for one in public or () if one.section in sections], before, after)
        if public is not None
        else None,
    )


def _bodies(
    comments: Sequence[DecidedComment], public: Sequence[PublicComment] | None
) -> Mapping[str, str]:
    """What the service says now is better than what it said when the comments were pulled."""
    if public is None:
        return {comment.id: "" for comment in comments if comment.public}
    return {comment.id: comment.body for comment in public}


def _counts(
    comments: Sequence[PublicComment], before: Revision, after: Revision
) -> Mapping[Fate, int]:
    return fates(comments, before.code, after.code)


def _revision(root: Path, commit: str) -> Revision:
    try:
        return read_revision(root, commit)
    except ProblemsFoundError as found:
        raise ProposingRefusedError(
            f"The text at {commit[:7]} cannot be read:",
            *(f"  {problem}" for problem in found.problems[:10]),
        ) from found
