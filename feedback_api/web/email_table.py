"""The operations behind the links in mails; they must stand before `/feedback/{lang}/{section}`."""

from collections.abc import Sequence

from feedback_api.web import pages_email
from feedback_api.web.operations import Operation

EMAIL_TABLE: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/feedback/email/confirm",
        handler=pages_email.show_confirm,
    ),
    Operation(
        method="POST",
        path="/feedback/email/confirm",
        handler=pages_email.post_confirm,
    ),
    Operation(
        method="GET",
        path="/feedback/email/unsubscribe",
        handler=pages_email.show_unsubscribe,
    ),
    Operation(
        method="POST",
        path="/feedback/email/unsubscribe",
        handler=pages_email.post_unsubscribe,
    ),
)
