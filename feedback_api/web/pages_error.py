"""Tells a refusal: as a problem to programs, as a page to people."""

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.data_link_errors import UnknownDataLink
from feedback_api.domain.errors import (
    Conflict,
    FeedbackError,
    RetiredSection,
    StoreUnavailable,
)
from feedback_api.domain.proposal import NothingProposed
from feedback_api.web.form_state import FormState
from feedback_api.web.pages import render
from feedback_api.web.pages_sign_in import page_of_form, sign_in_redirect, way_back
from feedback_api.web.problem import problem
from feedback_api.web.proposal_view import refused_shown
from feedback_api.web.refusals import NotPermitted, SignInNeeded
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.texts_by_language import TEXT
from feedback_api.web.threads import is_answering
from feedback_api.web.visit import Visit, Web

_TYPED_FIELDS = ("body", "reason", "suggestion", "text")


def refuse(request: Request, error: FeedbackError, web: Web) -> Response:
    """The answer to whatever was refused before, in or after a handler."""
    visit: Visit = request.scope["state"].get("visit") or Visit(request, web)
    if isinstance(error, StoreUnavailable) or (web.threads is not None and not is_answering()):
        visit.look_up_no_session()
    if _should_sign_in(visit, error):
        return sign_in_redirect(visit)
    if visit.wants_page:
        return _error_page(visit, error)
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


def _error_page(visit: Visit, error: FeedbackError) -> Response:
    typed = visit.posted or {}
    return render(
        visit,
        "error.html",
        error=error,
        here="/feedback/receipt",
        form=FormState(prefix="error").refused(error, visit.messages, shows=()),
        typed=[text for name, text in typed.items() if text and _is_typed(name)],
        asks_for_link=isinstance(error, UnknownDataLink),
        successor=error.successor if isinstance(error, RetiredSection) else None,
        sign_in=way_back(visit) if isinstance(error, SignInNeeded) else None,
        back=page_of_form(visit) if isinstance(error, NotPermitted) else None,
    )


def _is_typed(name: str) -> bool:
    """Whether a field of a form holds words, which nobody should have to write again."""
    return name in _TYPED_FIELDS or name.startswith(TEXT)
