"""Sign-ins on their way to the OpenID provider and back, each in a cookie of the browser's own.

The cookie is signed and holds nothing that its owner may not know; it is bound to exactly this
host, lasts ten minutes and is taken back by the answer that ends the sign-in.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from feedback_api.domain.sign_in_errors import SignInExpired, StateWrong
from feedback_api.services import Services
from feedback_api.services.single_sign_on import Attempt

LASTS = timedelta(minutes=10)
_TOKEN_LIMIT = 4_000
_LONGEST_WANTED = 1_500


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the cookie holds."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    renews: str
    until: int  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """`wanted`: where to go afterwards; `renews`: whose session it renews silently, or ""."""

    attempt: Attempt
    wanted: str
    renews: str


class Flights:
    """Begins, finds and ends them."""

    def __init__(self, services: Services, *, secure: bool) -> None:
        """`secure`: as Sessions."""
        self._clock = services.clock
        self._secure = secure
        self.cookie = "__Host-sign-in" if secure else "sign-in"
        self._serializer = URLSafeSerializer(
            services.secrets.keyed_hash("sign-in", "cookie"),
            salt="sign-in",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def begin(self, wanted: str, *, fallback: str, renews: str = "") -> Flight:
        """A new one; `fallback` is wanted where `wanted` is longer than a cookie can hold."""
        attempt = Attempt(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),  # RFC 7636, 4.1: 43 to 128 characters
        )
        is_short = len(wanted) <= _LONGEST_WANTED
        return Flight(attempt=attempt, wanted=wanted if is_short else fallback, renews=renews)

    def of_cookie(self, connection: HTTPConnection) -> Flight:
        """Raises SignInExpired for any that is missing, broken or over."""
        token = connection.cookies.get(self.cookie, "")
        if not token or len(token) > _TOKEN_LIMIT:
            raise SignInExpired
        try:
            sealed = msgspec.convert(self._serializer.loads(token), _Sealed)
        except (BadData, ValueError, RecursionError, msgspec.ValidationError):
            raise SignInExpired from None
        if sealed.until <= self._clock.now().timestamp():
            raise SignInExpired
        attempt = Attempt(state=sealed.state, nonce=sealed.nonce, verifier=sealed.verifier)
        return Flight(attempt=attempt, wanted=sealed.wanted, renews=sealed.renews)

    def remember(self, flight: Flight, response: Response) -> None:
        """Put it into the browser's cookie, in place of an earlier one."""
        until = self._clock.now() + LASTS
        sealed = _Sealed(
            state=flight.attempt.state,
            nonce=flight.attempt.nonce,
            verifier=flight.attempt.verifier,
            wanted=flight.wanted,
            renews=flight.renews,
            until=int(until.timestamp()),
        )
        response.set_cookie(
            self.cookie,
            self._serializer.dumps(msgspec.to_builtins(sealed)),
            max_age=int(LASTS.total_seconds()),
            secure=self._secure,
            httponly=True,
            samesite="lax",  # the way back is begun by the provider's page
        )

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self.cookie, secure=self._secure, httponly=True, samesite="lax")


def refuse_other_state(flight: Flight, state: str) -> None:
    """In constant time. Raises StateWrong."""
    if not hmac.compare_digest(state.encode("utf-8", "replace"), flight.attempt.state.encode()):
        raise StateWrong
