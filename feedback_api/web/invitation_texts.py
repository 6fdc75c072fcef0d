"""What each reason for which an invitation proves nothing says to whoever presents it."""

from collections.abc import Mapping

from feedback_api.web.error_text import ErrorText
from feedback_api.web.messages import mark

_NOT_TAKEN = mark("The invitation was not taken")

INVITATION_ERRORS: Mapping[str, ErrorText] = {
    "invitation-refused": ErrorText(
        _NOT_TAKEN, mark("Ask whoever gave it to you for another one. Nothing was stored.")
    ),
    "invitation-malformed": ErrorText(
        mark("This is not an invitation code"),
        mark(
            "A code has 18 letters and digits in three groups of six; compare it with the paper, "
            "or open the whole link. A receipt, in five groups of four, is something else. "
            "Nothing was stored."
        ),
    ),
    "invitation-forged": ErrorText(
        mark("This invitation was not made here"),
        mark(
            "The service does not know it: it was never made, was changed, or the service’s "
            "secret has been replaced since. Ask whoever gave it to you for another one. "
            "Nothing was stored."
        ),
    ),
    "invitation-expired": ErrorText(
        mark("This invitation has expired"),
        mark(
            "Its last day is over. You can comment without it; your role is then shown as stated. "
            "Nothing was stored."
        ),
    ),
    "invitation-used": ErrorText(
        mark("This code has been used already"),
        mark(
            "Each code works once. If it was you, the browser in which you used it still knows "
            "your role. If not, ask whoever gave it to you for another one. Nothing was stored."
        ),
    ),
    "invitation-revoked": ErrorText(
        mark("This invitation was taken back"),
        mark(
            "Whoever made it has revoked it. You can comment without it; your role is then shown "
            "as stated. Nothing was stored."
        ),
    ),
    "invitation-foreign-cycle": ErrorText(
        mark("This invitation is for another review cycle"),
        mark(
            "It verifies roles in the review cycle %(cycle)s alone, and this comment does not "
            "belong to that. You can comment without it; your role is then shown as stated. "
            "Nothing was stored."
        ),
    ),
    "invitation-other-role": ErrorText(
        mark("This invitation is for another role"),
        mark(
            "It verifies the role “%(role)s”. Choose that role, or leave the invitation out. "
            "Nothing was stored."
        ),
    ),
    "invitation-missing": ErrorText(
        mark("This browser holds no invitation any more"),
        mark(
            "So your role cannot be verified. Enter another code or choose a role below, which "
            "is then shown as stated. Nothing was stored."
        ),
    ),
    "unknown-invitation": ErrorText(
        mark("There is no such invitation"),
        mark("No invitation has the id “%(invitation)s”."),
    ),
}
