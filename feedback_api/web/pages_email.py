"""Pages behind the links in mails: confirm an address, and have it removed.

Looking shows a button and changes nothing: scanners of mail follow every link they find.
"""

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.errors import UnknownEmailLink
from feedback_api.services.email_links import Purpose, comment_of
from feedback_api.services.emails import confirm_email, remove_email
from feedback_api.web.pages import render
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_CONFIRM = "/feedback/email/confirm"
_UNSUBSCRIBE = "/feedback/email/unsubscribe"


async def show_confirm(visit: Visit) -> Response:
    """Ask whether mails may come. Raises UnknownEmailLink."""
    comment_of(_token(visit.request), Purpose.CONFIRM, services=visit.services)
    return _page(visit, "email_confirm.html", _CONFIRM)


async def post_confirm(visit: Visit) -> Response:
    """Confirm the address. Raises UnknownEmailLink, StoreError."""
    await in_thread(confirm_email, _token(visit.request), services=visit.services)
    return _page(visit, "email_confirmed.html", _CONFIRM)


async def show_unsubscribe(visit: Visit) -> Response:
    """Ask whether the address shall go. Raises UnknownEmailLink."""
    comment_of(_token(visit.request), Purpose.UNSUBSCRIBE, services=visit.services)
    return _page(visit, "email_unsubscribe.html", _UNSUBSCRIBE)


async def post_unsubscribe(visit: Visit) -> Response:
    """Remove the address, asked by the page or by a mail program (RFC 8058, one click).

    Raises UnknownEmailLink, StoreError.
    """
    await in_thread(remove_email, _token(visit.request), services=visit.services)
    return _page(visit, "email_removed.html", _UNSUBSCRIBE)


def _token(request: Request) -> str:
    """From the URL alone, whatever the body says: the RFC fixes that of a one-click request.

    Raises UnknownEmailLink.
    """
    tokens = request.query_params.getlist("token")
    if len(tokens) != 1:
        raise UnknownEmailLink
    return tokens[0]


def _page(visit: Visit, template: str, path: str) -> Response:
    here = f"{path}?token={visit.request.query_params['token']}"
    return render(visit, template, here=here)
