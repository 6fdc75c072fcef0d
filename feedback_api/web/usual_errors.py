"""What the operations of every table can refuse alike: said once, for guard and documentation."""

from feedback_api.domain.errors import StoreBusy, StoreFailed, StoreFull, StoreReadOnly
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
