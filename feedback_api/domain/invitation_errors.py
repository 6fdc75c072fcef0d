"""Why an invitation proves nothing, or was not made.

FeedbackError
├── InvitationRefused               told to whoever presents it
│   ├── InvitationMalformed         neither a code nor a link of ours, as it was typed
│   ├── InvitationForged            never made here, or changed since
│   ├── InvitationExpired
│   ├── InvitationUsed              a printed code works once
│   ├── InvitationRevoked
│   ├── InvitationForeignCycle      the comment belongs to another review cycle
│   ├── InvitationOtherRole         another role was chosen than the one it proves
│   └── InvitationMissing           the browser holds none any more
├── Unknown
│   └── UnknownInvitation           no invitation has this id; told to operators
└── StartRefused
    └── InvitationNotMade           told to operators
"""

from feedback_api.domain.errors import FeedbackError, StartRefused, Unknown


class InvitationRefused(FeedbackError):
    """It does not prove the role; nothing was stored, and no comment falls back to “as stated”."""

    code = "invitation-refused"


class InvitationMalformed(InvitationRefused):
    """It has not the form of a code or of a link: mistyped, or cut off."""

    code = "invitation-malformed"


class InvitationForged(InvitationRefused):
    """The service never made it, or made it with another secret, or somebody changed it."""

    code = "invitation-forged"


class InvitationExpired(InvitationRefused):
    """Its time is over."""

    code = "invitation-expired"


class InvitationUsed(InvitationRefused):
    """The code was used before, by another request."""

    code = "invitation-used"


class InvitationRevoked(InvitationRefused):
    """Whoever made it took it back, or no longer knows it."""

    code = "invitation-revoked"


class InvitationForeignCycle(InvitationRefused):
    """The comment belongs to another review cycle, or to none. params: cycle, the invitation's."""

    code = "invitation-foreign-cycle"


class InvitationOtherRole(InvitationRefused):
    """The comment states another role. params: role, the invitation's."""

    code = "invitation-other-role"


class InvitationMissing(InvitationRefused):
    """A form says “verified”, and the browser sends no proof with it."""

    code = "invitation-missing"


class UnknownInvitation(Unknown):
    """No invitation has this id. params: invitation."""

    code = "unknown-invitation"


class InvitationNotMade(StartRefused):
    """What was asked for makes no sense; nothing was stored."""

    code = "invitation-not-made"
