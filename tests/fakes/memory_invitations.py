"""Invitations without a disk."""

from feedback_api.domain.invitation import Invitation, InvitationId
from feedback_api.domain.invitation_errors import UnknownInvitation
from feedback_api.services.invitation_ports import InvitationStep


class MemoryInvitations:
    """See InvitationStore."""

    def __init__(self) -> None:
        self.invitations: dict[InvitationId, Invitation] = {}

    def add(self, invitation: Invitation) -> None:
        self.invitations[invitation.id] = invitation

    def get(self, invitation: InvitationId) -> Invitation:
        if invitation not in self.invitations:
            raise UnknownInvitation(invitation=invitation)
        return self.invitations[invitation]

    def of_code(self, code_hash: str) -> Invitation:
        for invitation in self.invitations.values():
            if code_hash in invitation.codes:
                return invitation
        raise UnknownInvitation

    def change(self, invitation: InvitationId, step: InvitationStep) -> Invitation:
        self.invitations[invitation] = step(self.get(invitation))
        return self.invitations[invitation]

    def all(self) -> tuple[Invitation, ...]:
        return tuple(self.invitations.values())
