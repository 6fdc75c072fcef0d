"""Tells a refusal: as a problem to programs, as a page to people."""

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.errors import (
    Conflict,
    FeedbackError,
    StoreUnavailable,
)
from feedback_api.domain.proposal import NothingProposed
from feedback_api.web.problem import problem
from feedback_api.web.proposal_view import refused_shown
from feedback_api.web.refusals import SignInNeeded
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.threads import is_answering
from feedback_api.web.visit import Visit, Web


def refuse(request: Request, error: FeedbackError, web: Web) -> Response:
    """The answer to whatever was refused before, in or after a handler."""
    visit: Visit = request.scope["state"].get("visit") or Visit(request, web)
    if isinstance(error, StoreUnavailable) or (web.threads is not None and not is_answering()):
        visit.look_up_no_session()
    if _should_sign_in(visit, error):
        from feedback_api.web.pages_sign_in import sign_in_redirect  # see late_paths

        return sign_in_redirect(visit)
    if visit.wants_page:
        from feedback_api.web.error_page import error_page

        return error_page(visit, error)
    newer = (
        reviewed_comment_shown(error.newer, visit.services) if isinstance(error, Conflict) else None
    )
    refused = refused_shown(error.refused, visit) if isinstance(error, NothingProposed) else None
    return problem(
        error, messages=visit.messages, request_id=visit.request_id, newer=newer, refused=refused
    )


def _should_sign_in(visit: Visit, error: FeedbackError) -> bool:
    is_visit = visit.request.method in ("GET", "HEAD") and not visit.is_for_machines
    return isinstance(error, SignInNeeded) and is_visit
