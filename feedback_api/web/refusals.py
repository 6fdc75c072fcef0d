"""What the web room itself refuses, before or beside the rules of the domain.

FeedbackError
├── Invalid
│   └── InvalidRequest          a query or a body that is none of the domain's drafts
└── Refused
    ├── MalformedBody           not JSON, not a form, not UTF-8, nested without end
    ├── ReceiptMissing
    ├── SignInNeeded
    ├── NotPermitted            signed in, with an account of another role
    ├── NotFromOurPage          a change that another site may have caused
    ├── OriginNotAllowed
    ├── NotFound
    ├── MethodNotAllowed
    ├── NotAcceptable
    ├── BodyTooLarge
    ├── UrlTooLong
    ├── WrongContentType
    ├── FormNotTaken            an uploaded file that is no filled form of the cycle
    ├── NotReady
    ├── …                       held_back.py: too often, too slow, taken for spam
    └── InternalFault           a fault of ours; its cause is in the log, never in the answer
"""

from feedback_api.domain.errors import FeedbackError, Invalid


class InvalidRequest(Invalid):
    """Fields of a query or a body that cannot be taken as they are."""

    code = "invalid-request"


class Refused(FeedbackError):
    """A request that no service ever sees."""

    code = "refused"


class MalformedBody(Refused):
    """The body is not what its content type says."""

    code = "malformed-body"


class ReceiptMissing(Refused):
    """RFC 9110, 11.6.1: the answer names the scheme that is wanted."""

    code = "receipt-missing"


class SignInNeeded(Refused):
    """Only a signed-in editor may ask this."""

    code = "sign-in-needed"


class NotPermitted(Refused):
    """What only an editor may do was asked with a reviewer's account."""

    code = "not-permitted"


class NotFromOurPage(Refused):
    """The page's secret is missing or old, or the browser says that another site asks."""

    code = "not-from-our-page"


class OriginNotAllowed(Refused):
    """A cross-origin preflight for an origin, a method or a header that is not served."""

    code = "origin-not-allowed"


class NotFound(Refused):
    """Nothing has this URL."""

    code = "not-found"


class MethodNotAllowed(Refused):
    """The URL exists; params: allowed."""

    code = "method-not-allowed"


class NotAcceptable(Refused):
    """The Accept header admits nothing this URL answers. params: offered."""

    code = "not-acceptable"


class BodyTooLarge(Refused):
    """params: limit, in bytes."""

    code = "body-too-large"


class UrlTooLong(Refused):
    """The path or the query is longer than any of ours can be."""

    code = "url-too-long"


class WrongContentType(Refused):
    """params: expected."""

    code = "wrong-content-type"


class FormNotTaken(Refused):
    """params: those of its reason."""

    code = "form-not-taken"

    def __init__(self, reason: str, **params: str | int) -> None:
        """`reason`: a message still to be translated."""
        self.reason = reason
        super().__init__(**params)


class NotReady(Refused):
    """The service runs but cannot yet, or no longer, do its work."""

    code = "not-ready"


class InternalFault(Refused):
    """Something we did not foresee; params: request_id, by which the log is found."""

    code = "internal-fault"
