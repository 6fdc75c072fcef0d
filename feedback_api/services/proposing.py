"""Editors propose accepted wordings: a branch in the repository of the text, ready to be merged."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import (
    Conflict,
    InvalidRemark,
    StoreError,
    UnknownComment,
)
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CommentId, EditorName, Fingerprint
from feedback_api.domain.proposal import (
    NothingProposed,
    Proposal,
    ProposalsOff,
    RefusedWording,
)
from feedback_api.domain.text import SUGGESTION
from feedback_api.services import Services
from feedback_api.services.decided_document import DecidedComment, decided_comment
from feedback_api.services.repository import Repository
from feedback_api.services.review import refuse_stale

ACCEPTED = frozenset({State.ACCEPTED, State.ACCEPTED_IN_PART})
_REQUIRED_SUGGESTION = replace(SUGGESTION, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A comment to be proposed, in the version the editor saw.

    `suggestion`: the wording as the editor changed it, None as the commenter wrote it; `wording`:
    the one that was changed, where that is not the one commented on.
    """

    id: CommentId
    version: int
    suggestion: str | None = None
    wording: Fingerprint | None = None


def can_be_proposed(comment: Comment) -> bool:
    """Whether there is an accepted wording; the text may refuse it all the same."""
    return comment.state in ACCEPTED and bool(comment.suggestion)


def proposed_on(comment: Comment) -> str:
    """The branch on which it was proposed last, "" if never."""
    branches = (one.after for one in reversed(comment.events) if one.what is EventKind.PROPOSED)
    return next((branch for branch in branches if branch), "")


def propose(
    picked: Sequence[Pick],
    *,
    editor: EditorName,
    services: Services,
    repository: Repository,
) -> Proposal:
    """Send what holds as one branch, and tell what was refused. Takes long: call it in a thread.

    Raises InvalidRemark (a wording that cannot be one), ProposalError, Conflict (a comment
    changed while its branch was made); nothing was sent then.
    """
    if not repository.is_on:
        raise ProposalsOff
    refused: list[RefusedWording] = []
    decided: list[DecidedComment] = []
    for pick in picked:
        suggestion = (
            None
            if pick.suggestion is None
            else _REQUIRED_SUGGESTION.tidy_or(InvalidRemark, pick.suggestion)
        )
        try:
            comment = _unchanged(pick, services)
        except (UnknownComment, Conflict) as error:
            refused.append(RefusedWording(comment=pick.id, error=error))
        else:
            decided.append(
                decided_comment(comment, services, suggestion=suggestion, wording=pick.wording)
            )

    def confirm() -> None:
        names = {one.id for one in decided}
        for pick in picked:
            if pick.id in names:
                _unchanged(pick, services)

    proposal = repository.propose(decided, confirm) if decided else Proposal()
    proposal = replace(proposal, refused=(*refused, *proposal.refused))
    if not proposal.branch:
        raise NothingProposed(*proposal.refused)
    _record(proposal, editor, services)
    return proposal


def _unchanged(pick: Pick, services: Services) -> Comment:
    """Raises UnknownComment, Conflict."""
    comment = services.comments.get(pick.id)
    refuse_stale(comment, pick.version)
    return comment


def _record(proposal: Proposal, editor: EditorName, services: Services) -> None:
    """The branch is there already: a comment that cannot keep its name must not deny that."""
    now = services.clock.now()
    event = Event(what=EventKind.PROPOSED, at=now, by=editor, after=proposal.branch)

    def step(comment: Comment) -> Comment:
        return replace(comment, events=(*comment.events, event))

    for commit in proposal.commits:
        for name in commit.comments:
            with suppress(UnknownComment, StoreError):
                services.comments.change(name, step)
