"""The secret of the sign-in form, for browsers that have no session yet.

Without it another site could sign a browser in under an account of its own (login CSRF). It hangs
on a cookie that only this host can have set, and that says nothing about anybody.
"""

import hmac
import re
import secrets

from starlette.responses import Response

from feedback_api.web.visit import Visit

_VALUE = re.compile(r"[A-Za-z0-9_-]{22}")


def cookie_of(visit: Visit) -> str:
    """The browser's own where it has one, so that a form in another tab goes on working."""
    known = visit.request.cookies.get(_name(visit), "")
    return known if _VALUE.fullmatch(known) else secrets.token_urlsafe(16)


def secret_of(cookie: str, visit: Visit) -> str:
    """What the form carries beside the cookie; it cannot be made from it without our key."""
    return visit.services.secrets.keyed_hash("sign-in form", cookie).hex()[:32]


def is_from_our_form(given: str, visit: Visit) -> bool:
    """Whether the secret fits the browser's cookie; in constant time."""
    wanted = secret_of(cookie_of(visit), visit)
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def remember(cookie: str, visit: Visit, answer: Response) -> None:
    """Have the browser bring the cookie back, until it is closed."""
    answer.set_cookie(
        _name(visit), cookie, secure=visit.web.place.secure, httponly=True, samesite="lax"
    )


def _name(visit: Visit) -> str:
    return "__Host-sign-in-form" if visit.web.place.secure else "sign-in-form"
