"""Who may pass: checked by permissions.py before any handler runs."""

from starlette.types import Scope

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.header_values import header
from feedback_api.web.permissions import Own, Permission
from feedback_api.web.refusals import NotAcceptable, NotFromOurPage, NotPermitted, SignInNeeded
from feedback_api.web.sessions import Session, is_the_session_s
from feedback_api.web.visit import Visit

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_SCHEMES = {True: ("https",), False: ("http", "https")}
"""Under which our own pages can be reached, by whether the service is by https alone."""


async def admit(visit: Visit, permission: Permission, *, takes_file: bool = False) -> None:
    """Raises SignInNeeded, NotPermitted, NotFromOurPage, and as Visit.form.

    `takes_file`: the form carries a file, which nobody but whom it is open to may make us read.
    A receipt or the secret of a link is asked for by the handler, which has it in its fields.
    """
    is_change = visit.request.method not in ("GET", "HEAD")
    if not permission.needs_account:
        if is_change:
            refuse_foreign(visit, from_site=permission.own is not Own.SESSION)
        return
    unread = None
    if is_change and not visit.is_for_machines and not takes_file:
        try:
            await visit.form()  # first of all: a refusal must not lose what was typed
        except FeedbackError as error:
            unread = error
    if visit.session is None:
        raise SignInNeeded
    if not permission.admits(visit.session.account_role):
        raise NotPermitted
    if unread is not None:
        raise unread
    if takes_file:
        await visit.receive_file()
    if is_change:
        await _refuse_forged(visit, visit.session)
    visit.renew_session()


def refuse_foreign(visit: Visit, *, from_site: bool = False) -> None:
    """Raises NotFromOurPage when the browser says that another site caused the request.

    `from_site`: pages of the site may cause it where they have another origin than the service.
    Compared with the Host header too, so that the service also works under a second name; a page
    of another site cannot choose the Host it is sent to. A program, or a browser from before 2020
    that sends neither header, is not refused: what it may not do without a secret it cannot do.
    """
    scope, place = visit.request.scope, visit.web.place
    origin, site = header(scope, b"origin"), header(scope, b"sec-fetch-site")
    if from_site and origin == place.site_origin:
        return
    if site not in (None, "same-origin", "none"):
        raise NotFromOurPage
    if origin is None or origin == place.origin:
        return
    if origin == "null" and site is not None:
        return  # a browser told to send no referrer hides the origin even from ourselves
    host = header(scope, b"host")
    if origin not in [f"{scheme}://{host}" for scheme in _SCHEMES[place.secure]]:
        raise NotFromOurPage


def refuse_unacceptable(scope: Scope, offered: str) -> None:
    """Raises NotAcceptable when Accept admits nothing like `offered` (RFC 9110, 12.5.1)."""
    for name, value in scope["headers"]:
        if name == b"accept" and b"*/*" not in value:
            _refuse_ranges(value.decode("latin-1"), offered)


def _refuse_ranges(accept: str, offered: str) -> None:
    if offered == "*/*":  # which it is depends on the query
        return
    ranges = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if not ranges & {"", offered, f"{offered.partition('/')[0]}/*"}:
        raise NotAcceptable(offered=offered)


async def _refuse_forged(visit: Visit, session: Session) -> None:
    if visit.has_bearer_token:
        return  # no browser sends one by itself
    refuse_foreign(visit)
    if visit.is_for_machines:
        given = visit.request.headers.get(CSRF_HEADER, "")
    else:
        given = (await visit.form()).get(CSRF_FIELD, "")
    if not is_the_session_s(given, session):
        raise NotFromOurPage
