"""The repository of the text, where the service has been given one to propose changes to."""

from collections.abc import Callable, Sequence
from typing import Protocol

from feedback_api.domain.proposal import Proposal, ProposalsOff
from feedback_api.services.decided_document import DecidedComment

Confirm = Callable[[], None]
"""Called when all is made and nothing sent yet; what it raises ends the proposal."""


class Repository(Protocol):
    """Where accepted wordings become a branch; one proposal at a time."""

    @property
    def is_on(self) -> bool:
        """Whether there is one."""

    def propose(self, comments: Sequence[DecidedComment], confirm: Confirm) -> Proposal:
        """Make a branch of the wordings that hold and send it; may take minutes.

        Whatever is refused hinders none of the others. When it returns with a branch, that is in
        the repository. Raises ProposalError, and what `confirm` raises; nothing was sent then.
        """


class NoRepository:
    """Where none is configured."""

    @property
    def is_on(self) -> bool:
        """See Repository."""
        return False

    def propose(self, comments: Sequence[DecidedComment], confirm: Confirm) -> Proposal:
        """See Repository."""
        raise ProposalsOff


NO_REPOSITORY = NoRepository()
