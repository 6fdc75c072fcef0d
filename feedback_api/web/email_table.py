"""The operations behind the links in mails; they must stand before `/feedback/{lang}/{section}`."""

from collections.abc import Sequence

from feedback_api.web import pages_email
from feedback_api.web.guessing import with_code
from feedback_api.web.operations import Operation

EMAIL_TABLE: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/feedback/email/confirm",
        handler=with_code(pages_email.show_confirm),
    ),
    Operation(
        method="POST",
        path="/feedback/email/confirm",
        handler=with_code(pages_email.post_confirm),
    ),
    Operation(
        method="GET",
        path="/feedback/email/unsubscribe",
        handler=with_code(pages_email.show_unsubscribe),
    ),
    Operation(
        method="POST",
        path="/feedback/email/unsubscribe",
        handler=with_code(pages_email.post_unsubscribe),
    ),
)
