"""The rows of invitations: JSON and pages; they stand before `/feedback/{lang}/{section}`."""

from collections.abc import Sequence

from feedback_api.web import api_invitation as api
from feedback_api.web import pages_invitation as pages
from feedback_api.web.invitation_models import InvitationPosted, ProofShown
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.usual_errors import BODY, REDEMPTION, STORE

INVITATION_API: Sequence[Operation] = (
    Operation(
        method="POST",
        path="/api/v1/invitation",
        handler=api.post_redemption,
        offers=JSON,
        summary=mark("Use an invitation, for a proof of the role that comments can carry"),
        body=InvitationPosted,
        answer=ProofShown,
        errors=(*BODY, *REDEMPTION, *STORE),
        headers={"Idempotency-Key": mark("Sent again with the same code, it uses nothing up.")},
    ),
)

INVITATION_PAGES: Sequence[Operation] = (
    Operation(method="GET", path="/feedback/invitation", handler=pages.show_invitation),
    Operation(method="POST", path="/feedback/invitation", handler=pages.post_invitation),
    Operation(method="POST", path="/feedback/invitation/forget", handler=pages.post_forget),
    Operation(method="GET", path="/feedback/invitation/{invitation}", handler=pages.show_offer),
)
