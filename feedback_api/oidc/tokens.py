"""Believes a token only after its signature and every claim are checked, by joserfc and Authlib."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingKeyError,
)
from joserfc.jwk import Key, KeySet, OctKey
from joserfc.jws import JWSRegistry

from feedback_api.domain.sign_in_errors import (
    AudienceWrong,
    IssuerWrong,
    NonceWrong,
    ProviderUnfit,
    SignatureWrong,
    TokenExpired,
    TokenRefused,
)

SKEW_SECONDS = 30
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_OLDEST_LOGOUT_SECONDS = 300
_BY_CLAIM: Mapping[str, type[TokenRefused]] = {
    "nonce": NonceWrong,
    "iss": IssuerWrong,
    "aud": AudienceWrong,
    "azp": AudienceWrong,
    "exp": TokenExpired,
    "nbf": TokenExpired,
    "iat": TokenExpired,
}
Claims = Mapping[str, Any]


class _KeySetRow(msgspec.Struct, frozen=True):
    keys: list[object]


class KeyUnknown(Exception):
    """The token names a key that is not among those we know: they may have been changed."""


def read_keys(body: bytes) -> KeySet:
    """The public keys of a JWK set (RFC 7517) that sign; others are passed over, as 5 there says.

    Raises ProviderUnfit.
    """
    try:
        listed = msgspec.json.decode(body, type=_KeySetRow).keys
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ProviderUnfit from None
    keys = [key for row in listed if (key := _public_key(row)) is not None]
    if not keys:
        raise ProviderUnfit
    return KeySet(keys)


def _public_key(row: object) -> Key | None:
    """None for one that is shared, does not sign, or is of a kind that nobody here knows."""
    if not isinstance(row, dict) or row.get("use") == "enc":
        return None
    try:
        (key,) = KeySet.import_key_set({"keys": [row]})
    except (JoseError, LookupError, TypeError, ValueError):
        return None
    return None if isinstance(key, OctKey) else key


def signed_claims(token: str, keys: KeySet, algorithms: Sequence[str]) -> jwt.Token:
    """What one of the keys signed. Raises KeyUnknown, SignatureWrong, TokenRefused."""
    registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    if token.count(".") != 2:
        raise TokenRefused
    try:
        return jwt.decode(token, keys, registry=registry)
    except (InvalidKeyIdError, MissingKeyError):
        raise KeyUnknown from None
    except (JoseError, ValueError, TypeError):
        raise SignatureWrong from None
    except RecursionError:  # of claims that were signed, but are no sensible ones
        raise TokenRefused from None


def check_id_token(
    token: jwt.Token, *, issuer: str, client: str, nonce: str, access_token: str, now: datetime
) -> Claims:
    """Its claims (OpenID Connect Core 1.0, 3.1.3.7). Raises TokenRefused."""
    claims = CodeIDToken(
        token.claims,
        token.header,
        _expected(issuer, client),
        {"nonce": nonce, "client_id": client, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now.timestamp()), leeway=SKEW_SECONDS)
    except ClaimError as error:
        raise _refusal(error) from None
    except TypeError:  # a hash that is no text
        raise TokenRefused from None
    return token.claims


def check_logout_token(token: jwt.Token, *, issuer: str, client: str, now: datetime) -> Claims:
    """Its claims (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises TokenRefused."""
    essential = {name: jwt.ClaimsOption(essential=True) for name in ("sub", "jti", "iat")}
    seconds = int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        seconds, SKEW_SECONDS, **_expected(issuer, client), **essential
    )
    try:
        registry.validate(token.claims)
    except ClaimError as error:
        raise _refusal(error) from None
    events = token.claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise TokenRefused
    if "nonce" in token.claims:
        raise NonceWrong
    if token.claims["iat"] < seconds - _OLDEST_LOGOUT_SECONDS:
        raise TokenExpired
    return token.claims


def _expected(issuer: str, client: str) -> dict[str, jwt.ClaimsOption]:
    return {
        "iss": jwt.ClaimsOption(essential=True, value=issuer),
        "aud": jwt.ClaimsOption(essential=True, value=client),
    }


def _refusal(error: ClaimError) -> TokenRefused:
    """Of several that are missing, the first that has an error of its own."""
    named = (_BY_CLAIM.get(claim) for claim in str(error.claim).split(","))
    return next((kind for kind in named if kind), TokenRefused)()
