"""What is said when signing in at the OpenID provider fails: a title, and the way out."""

from collections.abc import Mapping
from typing import Final

from feedback_api.web.messages import mark

_ONCE_MORE = mark(
    "Nobody was signed in. Begin again; if it happens once more, tell the operator of this service."
)
_IN_LOG = mark("Only the operator of this service can mend it, and finds the reason in the log.")

SIGN_IN_ERRORS: Final[Mapping[str, tuple[str, str]]] = {
    "single-sign-on-failed": (mark("You are not signed in"), _ONCE_MORE),
    "single-sign-on-off": (
        mark("There is no company sign-in here"),
        mark("Sign in with an account of this service."),
    ),
    "sign-in-cancelled": (
        mark("The sign-in was cancelled"),
        mark(
            "It was cancelled at the provider, by you or by a rule of the company. "
            "Nothing has changed here; you can begin again."
        ),
    ),
    "sign-in-expired": (
        mark("This sign-in is over"),
        mark(
            "It took longer than ten minutes, was begun in another browser, "
            "or has been used already. Begin again."
        ),
    ),
    "state-wrong": (
        mark("This answer belongs to another sign-in"),
        mark("Perhaps you began twice, in two windows. Begin again in one of them."),
    ),
    "code-refused": (
        mark("The provider no longer accepts this sign-in"),
        mark("Its code was used before or has expired. Begin again."),
    ),
    "no-fitting-group": (
        mark("Your account has no access to the board"),
        mark(
            "The provider knows you, but none of your groups is let in as editor or reviewer. "
            "Ask the operator of this service."
        ),
    ),
    "local-accounts-off": (
        mark("Names and passphrases are not accepted here"),
        mark("Sign in with your company account instead."),
    ),
    "provider-account": (
        mark("This account belongs to the company sign-in"),
        mark("“%(editor)s” has a role by the company’s groups, and no passphrase."),
    ),
    "token-refused": (mark("The provider’s answer cannot be accepted"), _ONCE_MORE),
    "nonce-wrong": (mark("The provider’s answer was made for another sign-in"), _ONCE_MORE),
    "issuer-wrong": (mark("The answer comes from another provider"), _ONCE_MORE),
    "audience-wrong": (mark("The answer was meant for another application"), _ONCE_MORE),
    "signature-wrong": (mark("The provider’s signature is not valid"), _ONCE_MORE),
    "token-expired": (
        mark("The provider’s answer is out of date"),
        mark(
            "Perhaps a clock is wrong, here or at the provider. Begin again; "
            "if it happens once more, tell the operator of this service."
        ),
    ),
    "provider-failed": (mark("The company sign-in does not work just now"), _ONCE_MORE),
    "provider-refused": (mark("The provider refused the sign-in"), _IN_LOG),
    "provider-unfit": (mark("The provider cannot be used as it is set up"), _IN_LOG),
    "provider-unreachable": (
        mark("The provider cannot be reached"),
        mark(
            "It does not answer. Try again in a minute. "
            "If you have an account of this service, you can sign in with that."
        ),
    ),
}
