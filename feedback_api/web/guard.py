"""Who may pass: checked from the table of operations before any handler runs."""

from enum import StrEnum

from starlette.requests import Request
from starlette.types import Scope

from feedback_api.web.refusals import NotAcceptable, NotFromOurPage, SignInNeeded
from feedback_api.web.sessions import Session, is_the_session_s
from feedback_api.web.visit import Visit

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"


class Who(StrEnum):
    """To whom an operation is open."""

    ANYONE = "anyone"
    COMMENTER = "commenter"  # whoever holds the receipt; the handler asks for it
    EDITOR = "editor"


async def admit(visit: Visit, who: Who, *, takes_file: bool = False) -> None:
    """Raises SignInNeeded, NotFromOurPage, and as Visit.form.

    `takes_file`: the form carries a file, which nobody but an editor may make us read.
    """
    if who is not Who.EDITOR:
        return
    is_change = visit.request.method not in ("GET", "HEAD")
    if is_change and not visit.is_for_machines and not takes_file:
        await visit.form()  # first of all: a refusal must not lose what was typed
    if visit.session is None:
        raise SignInNeeded
    if takes_file:
        await visit.receive_file()
    if is_change:
        await _refuse_forged(visit, visit.session)


def refuse_foreign(visit: Visit) -> None:
    """Raises NotFromOurPage when the browser says that another site caused the request.

    Compared with the Host header too, so that the service also works under a second name; a page
    of another site cannot choose the Host it is sent to.
    """
    headers = visit.request.headers
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotFromOurPage
    ours = (
        visit.web.place.origin,
        f"http://{headers.get('host')}",
        f"https://{headers.get('host')}",
    )
    if origin is not None and origin not in ours:
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
    if not visit.is_for_machines:
        given = (await visit.form()).get(CSRF_FIELD, "")
    elif _is_from_browser(visit.request):
        given = visit.request.headers.get(CSRF_HEADER, "")
    else:
        return
    if not is_the_session_s(given, session):
        raise NotFromOurPage


def _is_from_browser(request: Request) -> bool:
    """A change by JSON: each browser that could be tricked into one says where it comes from."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers
