"""Editors sign in and out."""

from urllib.parse import quote, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import compile_path

from feedback_api.domain.errors import FeedbackError, SignInRefused
from feedback_api.domain.sign_in_errors import LocalAccountsOff
from feedback_api.services.editors import end_sessions
from feedback_api.web import sign_in_secret
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.pages import render
from feedback_api.web.permissions import PERMISSIONS
from feedback_api.web.posted_models import SignInEntered
from feedback_api.web.refusals import InvalidRequest, NotFromOurPage
from feedback_api.web.sign_in_paths import AT_PROVIDER, BOARD, SIGN_IN, SIGNED_OUT
from feedback_api.web.signing_in import require_local_accounts, sign_in_counted
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_PREFIX = "sign-in"
_TOLD_ON_THE_PAGE = (
    InvalidRequest, LocalAccountsOff, NotFromOurPage, SignInRefused, TooManyRequests
)  # fmt: skip
_PAGES = [
    compile_path(row.removeprefix("GET "))[0]
    for row in PERMISSIONS
    if row.startswith("GET /review")
]


def sign_in_redirect(visit: Visit) -> Response:
    """To the sign-in page, and from there back to what was asked for.

    Whose session of the provider's is over goes there at once, and mostly comes back unasked.
    """
    scope = visit.request.scope
    wanted = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
    way = f"{SIGN_IN}?"
    if visit.web.single_sign_on and visit.web.sessions.renewable(visit.request):
        way = f"{AT_PROVIDER}?silent=1&"
    return RedirectResponse(f"{way}next={quote(wanted, safe='/')}", status_code=303)


def way_back(visit: Visit) -> str:
    """To the sign-in page, and from there to the page that the refused form stands on."""
    return f"{SIGN_IN}?next={quote(page_of_form(visit), safe='/')}"


def page_of_form(visit: Visit) -> str:
    """The page of the board that a form, sent to this address, stands on."""
    path: str = visit.request.scope["path"]
    while path and not any(page.fullmatch(path) for page in _PAGES):
        path = path.rpartition("/")[0]
    return inside(path)


async def show_sign_in(visit: Visit) -> Response:
    """The form; whoever is signed in already goes on."""
    wanted = inside(read_query(visit.request).get("next", ""))
    if visit.session is not None:
        return RedirectResponse(wanted, status_code=303)
    return sign_in_page(visit, wanted=wanted)


async def post_sign_in(visit: Visit) -> Response:
    """Begin a session, a new one each time."""
    form = await visit.form()
    try:
        require_local_accounts(visit)
        _refuse_forged(form.get("csrf", ""), visit)
        entered = convert(form, SignInEntered, texts=True)
        editor = await sign_in_counted(visit, entered.name, entered.passphrase)
    except _TOLD_ON_THE_PAGE as error:
        wanted, name = inside(form.get("next", "")), form.get("name", "")
        return sign_in_page(visit, wanted=wanted, name=name, error=error, is_about_form=True)
    response = RedirectResponse(inside(entered.next), status_code=303)
    visit.web.sessions.remember(visit.web.sessions.begin(editor), response)
    return response


async def sign_out(visit: Visit) -> Response:
    """End the editor's sessions, on every device; the provider's session is theirs to end."""
    editor = visit.services.editors.get(visit.editor)
    await in_thread(end_sessions, editor.name, services=visit.services)
    response = RedirectResponse(SIGN_IN if editor.subject is None else SIGNED_OUT, status_code=303)
    visit.end_session(response)
    return response


def _refuse_forged(csrf: str, visit: Visit) -> None:
    """Raises NotFromOurPage: the page is given again, with a secret that fits."""
    if not sign_in_secret.is_from_our_form(csrf, visit):
        raise NotFromOurPage


def sign_in_page(
    visit: Visit,
    *,
    wanted: str,
    name: str = "",
    error: FeedbackError | None = None,
    is_about_form: bool = False,
) -> Response:
    """Every way to sign in; with `error`, what went wrong with the last one.

    `is_about_form`: with name and passphrase, not at the provider.
    """
    cookie = sign_in_secret.cookie_of(visit)
    csrf = sign_in_secret.secret_of(cookie, visit)
    form = FormState(prefix=_PREFIX, values={"name": name, "next": wanted, "csrf": csrf})
    if error is not None:
        form = form.refused(error, visit.messages, shows=("name", "passphrase"))
    single = visit.web.single_sign_on
    has_accounts = any(editor.passphrase_hash for editor in visit.services.editors.all())
    takes_passphrase = visit.web.local_accounts and (single is None or has_accounts)
    start = f"{visit.web.place.origin}{AT_PROVIDER}?{urlencode({'next': wanted})}"
    page = render(
        visit,
        "sign_in.html",
        error=error,
        here=SIGN_IN,
        form=form,
        start=start if single else None,  # at our own origin, to which the provider sends back
        label=single.label if single else "",
        is_about_form=is_about_form and takes_passphrase,
        takes_passphrase=takes_passphrase,
        has_ended=error is None and visit.web.sessions.has_ended(visit.request),
    )
    sign_in_secret.remember(cookie, visit, page)
    return page


def inside(wanted: str) -> str:
    """A path of the board, so that nobody is sent elsewhere by a link they trusted."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return BOARD
    is_ours = parts.path == BOARD or parts.path.startswith(f"{BOARD}/")
    if parts.scheme or parts.netloc or not is_ours or not wanted.isprintable() or "\\" in wanted:
        return BOARD
    return wanted
