"""Editors and reviewers sign in at the company's OpenID provider, and come back."""

import logging
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.sign_in_errors import ProviderRefused, SingleSignOnFailed, SingleSignOnOff
from feedback_api.services.counting import Purpose
from feedback_api.services.single_sign_on import (
    Returned,
    SignInNeedsAsking,
    SingleSignOn,
    end_sessions_of,
    sign_in_by,
)
from feedback_api.web.fields import read_query
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.pages import render
from feedback_api.web.pages_sign_in import inside, sign_in_page
from feedback_api.web.sign_in_flights import Flight, refuse_other_state
from feedback_api.web.sign_in_paths import AT_PROVIDER, BOARD, SIGN_IN
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_log = logging.getLogger(__name__)


async def go_to_provider(visit: Visit) -> Response:
    """Begin; with `silent=1` to renew a session that is over, without the provider's asking."""
    configured = _configured(visit)
    query = read_query(visit.request)
    wanted = inside(query.get("next", ""))
    is_silent = query.get("silent") == "1"
    renews = visit.web.sessions.renewable(visit.request) if is_silent else None
    flight = visit.web.flights.begin(wanted, fallback=BOARD, renews=renews or "")
    try:
        url = await configured.provider.authorization_url(
            flight.attempt, silently=bool(renews), language=visit.language.tag
        )
    except SingleSignOnFailed as error:
        return sign_in_page(visit, wanted=wanted, error=error)
    response = RedirectResponse(url, status_code=303)
    visit.web.flights.remember(flight, response)
    return response


async def come_back(visit: Visit) -> Response:
    """End what `go_to_provider` began; an answer to another attempt leaves it as it is."""
    configured = _configured(visit)
    query = read_query(visit.request)
    try:
        flight = visit.web.flights.of_cookie(visit.request)
        refuse_other_state(flight, query.get("state", ""))
        await visit.count(Purpose.SIGN_IN)  # the provider is not ours to be overrun
    except (SingleSignOnFailed, TooManyRequests) as error:
        return sign_in_page(visit, wanted=BOARD, error=error)
    returned = Returned(
        code=query.get("code", ""), issuer=query.get("iss", ""), error=query.get("error", "")
    )
    response = await _finish(visit, configured, flight, returned)
    visit.web.flights.forget(response)
    return response


async def show_signed_out(visit: Visit) -> Response:
    """What is left to do: the provider may still know the browser."""
    configured = _configured(visit)
    try:
        end = await configured.provider.logout_url(visit.language.tag)
    except SingleSignOnFailed:
        end = None
    return render(visit, "signed_out.html", end=end, label=configured.label)


async def end_by_provider(visit: Visit) -> Response:
    """The provider ends a person's sessions (OpenID Connect Back-Channel Logout 1.0, 2.8)."""
    configured = _configured(visit)
    form = await visit.form()

    async def end(subject: str) -> None:
        await in_thread(end_sessions_of, subject, services=visit.services)

    try:
        await configured.provider.logged_out(form.get("logout_token", ""), end)
    except SingleSignOnFailed:
        return Response(status_code=400)
    return Response(status_code=200)


async def _finish(
    visit: Visit, configured: SingleSignOn, flight: Flight, returned: Returned
) -> Response:
    try:
        identity = await configured.provider.identify(flight.attempt, returned)
        editor = await in_thread(sign_in_by, identity, configured.groups, services=visit.services)
    except SignInNeedsAsking:
        if not flight.renews:
            return sign_in_page(visit, wanted=flight.wanted, error=ProviderRefused())
        return RedirectResponse(_with_next(AT_PROVIDER, flight.wanted), status_code=303)
    except SingleSignOnFailed as error:
        return sign_in_page(visit, wanted=flight.wanted, error=error)
    if flight.renews not in ("", editor.name):  # somebody else took their seat meanwhile
        return RedirectResponse(_with_next(SIGN_IN, flight.wanted), status_code=303)
    _log.info("%s signed in at the OpenID provider.", editor.name)
    response = RedirectResponse(inside(flight.wanted), status_code=303)
    visit.web.sessions.remember(visit.web.sessions.begin(editor), response)
    return response


def _configured(visit: Visit) -> SingleSignOn:
    """Raises SingleSignOnOff."""
    if visit.web.single_sign_on is None:
        raise SingleSignOnOff
    return visit.web.single_sign_on


def _with_next(path: str, wanted: str) -> str:
    return f"{path}?{urlencode({'next': wanted})}"
