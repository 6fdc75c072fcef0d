"""Editors sign in and out."""

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from feedback_api.domain.errors import FeedbackError, SignInRefused
from feedback_api.services.editors import end_sessions, sign_in
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.guard import refuse_foreign
from feedback_api.web.pages import render
from feedback_api.web.posted_models import SignInEntered
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.visit import Visit

SIGN_IN = "/review/sign-in"
_BOARD = "/review"
_PREFIX = "sign-in"


def sign_in_redirect(visit: Visit) -> Response:
    """To the sign-in page, and from there back to what was asked for."""
    scope = visit.request.scope
    wanted = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='/')}", status_code=303)


async def show_sign_in(visit: Visit) -> Response:
    """The form; whoever is signed in already goes on."""
    wanted = _inside(read_query(visit.request).get("next", ""))
    if visit.session is not None:
        return RedirectResponse(wanted, status_code=303)
    form = FormState(prefix=_PREFIX, values={"next": wanted})
    return render(visit, "sign_in.html", form=form)


async def post_sign_in(visit: Visit) -> Response:
    """Begin a session, a new one each time."""
    refuse_foreign(visit)
    form = await visit.form()
    try:
        entered = convert(form, SignInEntered, texts=True)
        # Attempts are limited here, before the slow hash is asked for (issue 6).
        editor = await run_in_threadpool(
            sign_in, entered.name, entered.passphrase, services=visit.services
        )
    except (InvalidRequest, SignInRefused) as error:
        return _again(visit, form.get("name", ""), form.get("next", ""), error)
    response = RedirectResponse(_inside(entered.next), status_code=303)
    visit.web.sessions.remember(visit.web.sessions.begin(editor), response)
    return response


async def sign_out(visit: Visit) -> Response:
    """End the editor's sessions, on every device."""
    await run_in_threadpool(end_sessions, visit.editor, services=visit.services)
    response = RedirectResponse(SIGN_IN, status_code=303)
    visit.web.sessions.forget(response)
    return response


def _again(visit: Visit, name: str, wanted: str, error: FeedbackError) -> Response:
    typed = FormState(prefix=_PREFIX, values={"name": name, "next": _inside(wanted)})
    form = typed.refused(error, visit.messages, shows=("name", "passphrase"))
    return render(visit, "sign_in.html", error=error, form=form)


def _inside(wanted: str) -> str:
    """A path of the board, so that nobody is sent elsewhere by a link they trusted."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return _BOARD
    is_ours = parts.path == _BOARD or parts.path.startswith(f"{_BOARD}/")
    if parts.scheme or parts.netloc or not is_ours or not wanted.isprintable() or "\\" in wanted:
        return _BOARD
    return wanted
