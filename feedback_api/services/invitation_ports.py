"""What inviting and redeeming need from outside, see ports."""

from collections.abc import Callable
from typing import Protocol

from feedback_api.domain.invitation import Invitation, InvitationCode, InvitationId
from feedback_api.services.ports import Clock, CycleStore, PublishedCycles, Secrets

InvitationStep = Callable[[Invitation], Invitation]
"""A change of one invitation: pure, quick, may be run again; the same back means no change."""


class InvitationStore(Protocol):
    """Invitations; changes are durable, and seen by other processes without a restart."""

    def add(self, invitation: Invitation) -> None:
        """Keep a new one. Raises StoreError."""

    def get(self, invitation: InvitationId) -> Invitation:
        """Raises UnknownInvitation."""

    def of_code(self, code_hash: str) -> Invitation:
        """The one that a printed code is part of. Raises UnknownInvitation."""

    def change(self, invitation: InvitationId, step: InvitationStep) -> Invitation:
        """Replace it, no other change in between, whichever process makes that.

        Raises UnknownInvitation, StoreError, and what `step` raises.
        """

    def all(self) -> tuple[Invitation, ...]:
        """The latest last."""


class InvitationRandomness(Protocol):
    """What nobody can guess."""

    def invitation_id(self) -> InvitationId:
        """40 random bits: enough to tell invitations apart, and no secret."""

    def invitation_code(self) -> InvitationCode:
        """85 random bits."""


class Inviting(Protocol):
    """The collaborators of whoever invites; the command line has no more."""

    @property
    def invitations(self) -> InvitationStore:
        """See Services."""

    @property
    def cycles(self) -> PublishedCycles:
        """See Services."""

    @property
    def records(self) -> CycleStore:
        """See Services."""

    @property
    def clock(self) -> Clock:
        """See Services."""

    @property
    def secrets(self) -> Secrets:
        """See Services."""
