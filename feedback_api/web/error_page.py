"""A refusal as a page, with all that was typed given back."""

from starlette.responses import Response

from feedback_api.domain.data_link_errors import UnknownDataLink
from feedback_api.domain.errors import FeedbackError, RetiredSection
from feedback_api.web.form_state import FormState
from feedback_api.web.pages import render
from feedback_api.web.pages_sign_in import page_of_form, way_back
from feedback_api.web.refusals import NotPermitted, SignInNeeded
from feedback_api.web.texts_by_language import TEXT
from feedback_api.web.visit import Visit

_TYPED_FIELDS = ("body", "reason", "suggestion", "text")


def error_page(visit: Visit, error: FeedbackError) -> Response:
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
