"""Invitations; the command line makes and revokes them while the service redeems them."""

from collections.abc import Mapping
from datetime import date

import msgspec

from feedback_api.domain.comment import Role
from feedback_api.domain.fault import shown
from feedback_api.domain.invitation import Invitation, InvitationId
from feedback_api.domain.invitation_errors import UnknownInvitation
from feedback_api.services.invitation_ports import InvitationStep
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.documents import DocumentsPlace, Form, encode_record

_Invitations = Mapping[str, Invitation]


class _InvitationRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See domain Invitation. No code is in it, and no time finer than a day but the expiry."""

    id: str
    role: Role
    cycle: str
    made_on: date
    expires_at: Moment
    codes: dict[str, str | None]
    is_revoked: bool


_decoder = msgspec.json.Decoder(_InvitationRow)


def _decode(document: bytes) -> Invitation:
    return msgspec.convert(_decoder.decode(document), Invitation, from_attributes=True)


FORM: Form[Invitation] = Form(
    table="invitations",
    key=lambda invitation: invitation.id,
    encode=lambda invitation: encode_record(invitation, _InvitationRow),
    decode=_decode,
)


class KeptInvitations:
    """See InvitationStore."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(FORM, is_shared=True)

    def add(self, invitation: Invitation) -> None:
        """See InvitationStore."""
        self._documents.change(lambda present: {**present, invitation.id: invitation})

    def get(self, invitation: InvitationId) -> Invitation:
        """See InvitationStore."""
        return _known(self._documents.all(), invitation)

    def of_code(self, code_hash: str) -> Invitation:
        """See InvitationStore."""
        for invitation in self._documents.all().values():
            if code_hash in invitation.codes:
                return invitation
        raise UnknownInvitation

    def change(self, invitation: InvitationId, step: InvitationStep) -> Invitation:
        """See InvitationStore."""

        def changed(present: _Invitations) -> _Invitations:
            before = _known(present, invitation)
            after = step(before)
            return present if after is before else {**present, invitation: after}

        return _known(self._documents.change(changed), invitation)

    def all(self) -> tuple[Invitation, ...]:
        """See InvitationStore."""
        return tuple(self._documents.all().values())


def _known(invitations: _Invitations, invitation: InvitationId) -> Invitation:
    try:
        return invitations[invitation]
    except KeyError:
        raise UnknownInvitation(invitation=shown(invitation)) from None
