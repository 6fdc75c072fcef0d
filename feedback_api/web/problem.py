"""The one error shape: RFC 9457 `application/problem+json`, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from feedback_api.domain import errors, sign_in_errors
from feedback_api.domain.comment import Role
from feedback_api.domain.decision import State
from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.fault import Fault, FaultCode, Params
from feedback_api.domain.invitation_errors import (
    InvitationExpired,
    InvitationForeignCycle,
    InvitationOtherRole,
    InvitationRefused,
    InvitationRevoked,
    InvitationUsed,
)
from feedback_api.domain.proposal import (
    NothingProposed,
    ProposalError,
    ProposalsBusy,
    ProposalsOff,
    PushRejected,
)
from feedback_api.web import held_back, refusals
from feedback_api.web.error_texts import ERRORS, FAULTS, UNKNOWN_VALUE_BARE
from feedback_api.web.labels import ROLES, STATES
from feedback_api.web.messages import Messages
from feedback_api.web.problem_models import FaultShown, ProblemShown
from feedback_api.web.proposal_models import RefusedWordingShown
from feedback_api.web.reviewed_models import ReviewedCommentShown

PROBLEM_TYPE = "application/problem+json"
_FAULTS_SHOWN = 50

STATUS: Mapping[type[FeedbackError], int] = {
    errors.Invalid: 422,
    errors.Unknown: 404,
    errors.RetiredSection: 410,
    errors.NotAllowedNow: 409,
    errors.ReviewersOnly: 409,
    errors.OtherEditorNeeded: 409,
    errors.CycleNotOver: 409,
    errors.CycleUndecided: 409,
    errors.SummaryChanged: 409,
    errors.Erased: 410,
    errors.Conflict: 409,
    errors.IdempotencyMismatch: 422,
    errors.EditorExists: 409,
    errors.SignInRefused: 401,
    sign_in_errors.SingleSignOnFailed: 403,
    sign_in_errors.SingleSignOnOff: 404,
    sign_in_errors.SignInExpired: 400,
    sign_in_errors.StateWrong: 400,
    sign_in_errors.ProviderFailed: 503,
    ProposalError: 503,
    ProposalsOff: 409,
    PushRejected: 409,
    NothingProposed: 422,
    InvitationRefused: 422,
    InvitationExpired: 410,
    InvitationRevoked: 410,
    InvitationUsed: 409,
    InvitationForeignCycle: 409,
    InvitationOtherRole: 409,
    errors.StoreError: 503,
    errors.StoreFull: 507,
    refusals.Refused: 400,
    refusals.ReceiptMissing: 401,
    refusals.SignInNeeded: 401,
    refusals.NotPermitted: 403,
    refusals.NotFromOurPage: 403,
    refusals.OriginNotAllowed: 403,
    refusals.NotFound: 404,
    refusals.MethodNotAllowed: 405,
    refusals.NotAcceptable: 406,
    refusals.BodyTooLarge: 413,
    refusals.UrlTooLong: 414,
    refusals.WrongContentType: 415,
    refusals.FormNotTaken: 422,
    refusals.NotReady: 503,
    held_back.TooManyRequests: 429,
    held_back.BodyTooSlow: 408,
    held_back.TakenForSpam: 422,
    held_back.SameTextAgain: 409,
    refusals.InternalFault: 500,
}
"""For each error, or the nearest kind of it; StartRefused never reaches a reader."""

_ON_HTTP_STATUS: Mapping[int, FeedbackError] = {
    404: refusals.NotFound(),
}


class Said(NamedTuple):
    """An error in the reader's words."""

    title: str
    detail: str


def status_of(error: FeedbackError) -> int:
    return status_of_kind(type(error))


def status_of_kind(kind: type[FeedbackError]) -> int:
    """The status of a kind of error: its own, else that of the nearest kind it is one of."""
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


def refusal_of(error: HTTPException, body_limit: int) -> FeedbackError:
    """What Starlette's own refusals are called here; `body_limit` of the address, in bytes."""
    if error.status_code == 405:
        return refusals.MethodNotAllowed(allowed=dict(error.headers or {}).get("Allow", ""))
    if error.status_code == 413:
        return refusals.BodyTooLarge(limit=body_limit)
    return _ON_HTTP_STATUS.get(error.status_code, refusals.MalformedBody())


def say_error(error: FeedbackError, messages: Messages) -> Said:
    text = ERRORS[error.code]
    return Said(messages.say(text.title), _fill(messages, text.detail, error.params))


def say_fault(fault: Fault, messages: Messages) -> str:
    text = FAULTS[fault.code]
    if fault.code is FaultCode.UNKNOWN_VALUE and "allowed" not in fault.params:
        text = UNKNOWN_VALUE_BARE
    return _fill(messages, text, {"field": fault.field, **fault.params})


def problem(
    error: FeedbackError,
    *,
    messages: Messages,
    request_id: str,
    newer: ReviewedCommentShown | None = None,
    refused: list[RefusedWordingShown] | None = None,
) -> Response:
    """The answer to a client that reads JSON."""
    said = say_error(error, messages)
    status = status_of(error)
    shown = ProblemShown(
        type=f"/feedback/api#{error.code}",
        title=said.title,
        status=status,
        detail=said.detail,
        code=error.code,
        request_id=request_id,
        faults=[
            FaultShown(code=fault.code, field=fault.field, detail=say_fault(fault, messages))
            for fault in _faults_of(error)
        ],
        newer=newer,
        refused=refused,
        said=error.said or None if isinstance(error, PushRejected) else None,
    )
    return Response(
        msgspec.json.encode(shown),
        status,
        headers={
            "content-type": PROBLEM_TYPE,
            "content-language": messages.tag,
            "vary": "Accept-Language",
            **error_headers(error),
        },
    )


def _faults_of(error: FeedbackError) -> Sequence[Fault]:
    """One for each field; of a cycle that cannot close, one for each comment, named by its id."""
    match error:
        case errors.Invalid():
            return error.faults[:_FAULTS_SHOWN]
        case errors.CycleUndecided():
            return [Fault(code=FaultCode.UNDECIDED, field=one.id) for one in error.undecided]
        case _:
            return ()


def error_headers(error: FeedbackError) -> Mapping[str, str]:
    """What RFC 9110 wants beside some statuses."""
    match error:
        case refusals.MethodNotAllowed():
            return {"allow": str(error.params["allowed"])}
        case refusals.ReceiptMissing():
            return {"www-authenticate": "Receipt"}
        case refusals.SignInNeeded() | errors.SignInRefused():
            return {"www-authenticate": "Bearer"}
        case (
            refusals.NotReady()
            | errors.StoreError()
            | ProposalsBusy()
            | sign_in_errors.ProviderFailed()
        ):
            return {"retry-after": "5"}
        case held_back.TooManyRequests():
            return {"retry-after": str(error.seconds)}
        case held_back.BodyTooSlow():
            return {"connection": "close"}
        case _:
            return {}


def _fill(messages: Messages, text: str, params: Params) -> str:
    """The message with its params; states and roles are named in the reader's language."""
    filled = _Filled(params)
    if "state" in filled:
        filled["state"] = messages.say(STATES[State(str(filled["state"]))])
    if "role" in filled:
        filled["role"] = messages.say(ROLES[Role(str(filled["role"]))])
    return messages.say(text) % filled


class _Filled(dict[str, str | int]):
    """Params of which none is missing: a message must never be what turns a refusal into a 500."""

    def __missing__(self, name: str) -> str:
        return "…"
