"""What tells one browser that seconds comments from another: a random cookie, kept nowhere here.

It is set only when a comment is seconded. A comment keeps a keyed hash of it that differs from
section to section, so that nobody can gather what one person seconds.
"""

import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.web.visit import Place

_LASTS_SECONDS = 2 * 365 * 24 * 60 * 60
_BYTES = 16
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")


def supporter_of(request: Request, place: Place) -> str | None:
    """The browser's, if it has seconded a comment before."""
    given = request.cookies.get(_cookie(place), "")
    return given if _SHAPE.fullmatch(given) else None


def new_supporter() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(_BYTES)


def remember_supporter(supporter: str, response: Response, place: Place) -> None:
    """Not for scripts, not with requests that another site makes the browser send."""
    response.set_cookie(
        _cookie(place),
        supporter,
        max_age=_LASTS_SECONDS,
        secure=place.secure,
        httponly=True,
        samesite="lax",
    )


def _cookie(place: Place) -> str:
    return "__Host-supporter" if place.secure else "supporter"
