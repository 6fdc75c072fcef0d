"""Proposes accepted wordings to the repository of the text: fetch, apply, push, leave nothing."""

import itertools
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.identity import WAITING, CommentId
from feedback_api.domain.proposal import (
    Proposal,
    ProposalFailed,
    ProposalsBusy,
    RefusalReason,
    RefusedWording,
)
from feedback_api.proposals.bare_clone import PREFIX, BareClone, GitFailed
from feedback_api.proposals.compare_link import compare_link
from feedback_api.proposals.engine import EngineFailed, apply_wordings
from feedback_api.proposals.process import Deadline, TookTooLong
from feedback_api.repository_settings import RepositorySettings
from feedback_api.services.decided_document import (
    SCHEMA,
    DecidedComment,
    DecidedComments,
    moment_text,
)
from feedback_api.services.repository import Confirm

LONGEST_SECONDS = 300.0
_SHORT_ID = 8
_MOST_IDS = 3
_LOGGED_CHARACTERS = 1_000

_log = logging.getLogger(__name__)


class GitRepository:
    """See Repository. `folder` is the service's data folder, which no other process uses."""

    def __init__(
        self,
        settings: RepositorySettings,
        folder: Path,
        *,
        service: str,
        seconds: float = LONGEST_SECONDS,
    ) -> None:
        """`service`: where it is reached, as the tools' document names it."""
        self._settings = settings
        self._folder = folder
        self._service = service
        self._seconds = seconds
        self._at_work = threading.Lock()

    @property
    def is_on(self) -> bool:
        """See Repository."""
        return True

    def propose(self, comments: Sequence[DecidedComment], confirm: Confirm) -> Proposal:
        """See Repository."""
        if not self._at_work.acquire(blocking=False):
            raise ProposalsBusy
        try:
            with self._room() as clone:
                return self._proposed(clone, comments, confirm)
        except FeedbackError as error:
            if isinstance(error.__cause__, GitFailed):
                self._tell("The repository cannot be used", error.__cause__)
            raise
        except (GitFailed, EngineFailed, TookTooLong, OSError) as error:
            self._tell("A proposal failed", error)
            raise ProposalFailed from error
        finally:
            self._at_work.release()

    @contextmanager
    def _room(self) -> Iterator[BareClone]:
        clone = BareClone(self._folder, self._settings, Deadline(self._seconds))
        clone.tidy()
        try:
            yield clone
        finally:
            clone.leave()

    def _proposed(
        self, clone: BareClone, comments: Sequence[DecidedComment], confirm: Confirm
    ) -> Proposal:
        there = clone.branches()
        try:
            clone.fetch()
        except GitFailed as error:
            # It could be reached a moment ago: what is broken is the clone.
            self._tell("The clone of the repository is made anew", error)
            clone.remove()
            clone.tidy()
            clone.fetch()
        earlier = clone.proposed([comment.id for comment in comments])
        refused = tuple(_already_proposed(comments, earlier))
        left = [comment for comment in comments if comment.id not in earlier]
        if not left:
            return Proposal(refused=refused)
        branch = _branch_name(left, taken=there)
        made = apply_wordings(
            self._document(left),
            text=clone.text,
            branch=branch,
            environment=clone.environment,
            deadline=clone.deadline,
        )
        made = replace(made, refused=(*refused, *made.refused))
        if not made.branch:
            return made
        if made.branch != branch or clone.head(branch) != made.commits[-1].sha:
            raise EngineFailed("the branch is not the one that was asked for")
        url = compare_link(clone, branch)
        confirm()
        clone.push(branch)
        return replace(made, url=url)

    def _document(self, comments: Sequence[DecidedComment]) -> DecidedComments:
        return DecidedComments(
            schema=SCHEMA,
            service=self._service,
            pulled_at=moment_text(datetime.now(UTC)),
            comments=comments,
        )

    def _tell(self, what: str, error: BaseException) -> None:
        """What git said, without any secret of ours."""
        words = " ".join(str(error).split()) or type(error).__name__
        if self._settings.token:
            words = words.replace(self._settings.token, "…")
        _log.error("%s: %s", what, words[-_LOGGED_CHARACTERS:])


def _already_proposed(
    comments: Sequence[DecidedComment], earlier: Mapping[str, str]
) -> Iterator[RefusedWording]:
    for comment in comments:
        if comment.id in earlier:
            yield RefusedWording(
                comment=CommentId(comment.id),
                reason=RefusalReason.ALREADY_PROPOSED,
                detail=earlier[comment.id],
            )


def _branch_name(comments: Sequence[DecidedComment], *, taken: Collection[str]) -> str:
    """As `review apply` names it; with a number where the repository has one of that name."""
    cycles = {comment.cycle for comment in comments}
    if len(comments) > 1 and len(cycles) == 1 and WAITING not in cycles:
        name = f"{PREFIX}{comments[0].cycle}"
    else:
        short = [comment.id[:_SHORT_ID] for comment in comments[:_MOST_IDS]]
        more = [f"and-{len(comments) - _MOST_IDS}-more"] if len(comments) > _MOST_IDS else []
        name = f"{PREFIX}{'-'.join([*short, *more])}"
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if one not in taken)
