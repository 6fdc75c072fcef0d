"""What the operations of every table can refuse alike: said once, for guard and documentation."""

from collections.abc import Sequence

from feedback_api.domain.errors import (
    FeedbackError,
    StoreBusy,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
)
from feedback_api.domain.invitation_errors import (
    InvitationExpired,
    InvitationForeignCycle,
    InvitationForged,
    InvitationMalformed,
    InvitationOtherRole,
    InvitationRevoked,
    InvitationUsed,
)
from feedback_api.web.refusals import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    NotFromOurPage,
    SignInNeeded,
    WrongContentType,
)

BODY = (MalformedBody, WrongContentType, BodyTooLarge, InvalidRequest)
"""Of an operation that reads one."""
STORE = (StoreFailed, StoreFull, StoreReadOnly, StoreBusy)
"""Of an operation that changes what is stored."""
EDITORS_CHANGE = (SignInNeeded, NotFromOurPage)
"""Of a change that only editors may make."""
REDEMPTION: Sequence[type[FeedbackError]] = (
    InvitationMalformed,
    InvitationForged,
    InvitationExpired,
    InvitationUsed,
    InvitationRevoked,
)
"""Of a code or a link that is shown."""
INVITED: Sequence[type[FeedbackError]] = (
    *REDEMPTION,
    InvitationForeignCycle,
    InvitationOtherRole,
)
"""Of a comment that comes with an invitation."""
