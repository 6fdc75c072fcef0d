"""An OpenID provider as the service knows it: authorization code flow with PKCE."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from feedback_api.domain.sign_in_errors import (
    IssuerWrong,
    ProviderRefused,
    SignatureWrong,
    SignInCancelled,
    SingleSignOnFailed,
    TokenRefused,
)
from feedback_api.oidc.metadata import Metadata, metadata_url, read_metadata
from feedback_api.oidc.seen_tokens import SeenTokens
from feedback_api.oidc.tokens import (
    KeyUnknown,
    check_id_token,
    check_logout_token,
    read_keys,
    signed_claims,
)
from feedback_api.oidc.wire import Wire, tell_refusal
from feedback_api.oidc_settings import OidcSettings
from feedback_api.services.ports import Clock
from feedback_api.services.single_sign_on import Attempt, Identity, Returned, SignInNeedsAsking

KEPT = timedelta(hours=1)
"""How long we believe what the provider said of itself, and its keys."""
_NEWER_KEYS_AFTER = timedelta(minutes=1)
_NAMES = ("name", "preferred_username")
_WOULD_ASK = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required"}
)
_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2
_MOST_GROUPS = 10_000
_log = logging.getLogger(__name__)
_Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read, and when."""

    metadata: Metadata
    keys: KeySet
    at: datetime


class OidcProvider:
    """See IdentityProvider. For any event loop: nothing of one is kept."""

    def __init__(
        self,
        settings: OidcSettings,
        wire: Wire,
        clock: Clock,
        *,
        redirect_uri: str,
        signed_out_uri: str,
    ) -> None:
        """`redirect_uri`, `signed_out_uri`: where it sends browsers back to, as registered."""
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._redirect_uri = redirect_uri
        self._signed_out_uri = signed_out_uri
        self._known: _Known | None = None
        self._seen = SeenTokens()

    async def authorization_url(self, attempt: Attempt, *, silently: bool, language: str) -> str:
        """See IdentityProvider."""
        metadata = (await self._read()).metadata
        client = OAuth2Client(
            None,
            self._settings.client_id,
            scope=self._settings.scopes,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
        url: str
        url, _state = client.create_authorization_url(
            metadata.authorization_endpoint,
            state=attempt.state,
            code_verifier=attempt.verifier,
            nonce=attempt.nonce,
            ui_locales=language,
            **({"prompt": "none"} if silently else {}),
        )
        return url

    async def identify(self, attempt: Attempt, returned: Returned) -> Identity:
        """See IdentityProvider."""
        try:
            metadata = (await self._read()).metadata
            _refuse_foreign_issuer(metadata, returned)
            _refuse_error(returned)
            tokens = await self._tokens(metadata, attempt, returned)
            claims = check_id_token(
                await self._signed(tokens.id_token, newer_keys=True),
                issuer=self._settings.issuer,
                client=self._settings.client_id,
                nonce=attempt.nonce,
                access_token=tokens.access_token,
                now=self._clock.now(),
            )
            return await self._identity(metadata, claims, tokens.access_token)
        except SingleSignOnFailed as error:
            _log.warning("A sign-in by the OpenID provider failed: %s.", error.code)
            raise

    async def logout_url(self, language: str) -> str | None:
        """See IdentityProvider (OpenID Connect RP-Initiated Logout 1.0, 2)."""
        end = (await self._read()).metadata.end_session_endpoint
        if end is None:
            return None
        url: str = add_params_to_uri(
            end,
            [
                ("client_id", self._settings.client_id),
                ("post_logout_redirect_uri", self._signed_out_uri),
                ("ui_locales", language),
            ],
        )
        return url

    async def logged_out(self, token: str, end: Callable[[str], Awaitable[None]]) -> None:
        """See IdentityProvider."""
        now = self._clock.now()
        known = await self._read()
        is_old = now - known.at > _NEWER_KEYS_AFTER  # anybody may post tokens with unknown keys
        claims = check_logout_token(
            await self._signed(token, newer_keys=is_old),
            issuer=self._settings.issuer,
            client=self._settings.client_id,
            now=now,
        )
        subject, name = self._subject(claims), str(claims["jti"])
        if not self._seen.add(name, now):
            raise TokenRefused
        try:
            await end(subject)
        except BaseException:
            self._seen.forget(name)
            raise

    async def _read(self) -> _Known:
        """Raises ProviderFailed, IssuerWrong."""
        known, now = self._known, self._clock.now()
        if known is None or now - known.at > KEPT:
            url = metadata_url(self._settings.issuer)
            metadata = read_metadata(await self._wire.get(url), self._settings)
            keys = read_keys(await self._wire.get(metadata.jwks_uri))
            known = self._known = _Known(metadata=metadata, keys=keys, at=now)
        return known

    async def _signed(self, token: str, *, newer_keys: bool) -> jwt.Token:
        """`newer_keys`: a key that is not known is looked for once more, at the provider."""
        known = await self._read()
        try:
            return signed_claims(token, known.keys, known.metadata.algorithms)
        except KeyUnknown:
            if not newer_keys:
                raise SignatureWrong from None
        self._known = None
        known = await self._read()
        try:
            return signed_claims(token, known.keys, known.metadata.algorithms)
        except KeyUnknown:
            raise SignatureWrong from None

    async def _tokens(self, metadata: Metadata, attempt: Attempt, returned: Returned) -> "_Tokens":
        answer = await self._wire.tokens(
            metadata.token_endpoint,
            metadata.authentication or "",
            code=returned.code,
            verifier=attempt.verifier,
            uri=self._redirect_uri,
        )
        try:
            return msgspec.convert(answer, _Tokens)
        except msgspec.ValidationError:
            raise TokenRefused from None

    async def _identity(self, metadata: Metadata, claims: _Claims, access_token: str) -> Identity:
        """From the ID token; what it does not hold, from the userinfo endpoint."""
        subject = self._subject(claims)
        wanted = (self._settings.groups_claim, _NAMES[0])
        endpoint = metadata.userinfo_endpoint
        if endpoint and not all(name in claims for name in wanted):
            body = await self._wire.get(endpoint, access_token=access_token)
            more = _userinfo(body)
            if more.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, 5.3.2
                raise TokenRefused
            claims = {**more, **claims}
        names = (claims.get(name) for name in _NAMES)
        return Identity(
            subject=subject,
            names=tuple(name for name in names if isinstance(name, str)),
            groups=_groups(claims.get(self._settings.groups_claim)),
        )

    def _subject(self, claims: _Claims) -> str:
        """Raises TokenRefused."""
        sub = claims["sub"]
        if not isinstance(sub, str) or not 1 <= len(sub) <= _LONGEST_SUBJECT:
            raise TokenRefused
        if not sub.isascii() or not sub.isprintable():
            raise TokenRefused
        return f"{self._settings.issuer} {sub}"


class _Tokens(msgspec.Struct, frozen=True, kw_only=True):
    id_token: str
    access_token: str


def _refuse_foreign_issuer(metadata: Metadata, returned: Returned) -> None:
    """RFC 9207, 2.4. Raises IssuerWrong."""
    must_say = metadata.authorization_response_iss_parameter_supported
    if (returned.issuer or must_say) and returned.issuer != metadata.issuer:
        raise IssuerWrong


def _refuse_error(returned: Returned) -> None:
    """RFC 6749, 4.1.2.1. Raises SignInCancelled, SignInNeedsAsking, ProviderRefused."""
    if returned.error in _WOULD_ASK:
        raise SignInNeedsAsking
    if returned.error == "access_denied":
        raise SignInCancelled
    if returned.error or not returned.code:
        tell_refusal(returned.error or "no_code")
        raise ProviderRefused


def _userinfo(body: bytes) -> dict[str, Any]:
    """Raises TokenRefused."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise TokenRefused from None


def _groups(claim: object) -> frozenset[str]:
    """Some providers write a single group without a list."""
    listed = [claim] if isinstance(claim, str) else claim
    if not isinstance(listed, list) or len(listed) > _MOST_GROUPS:
        return frozenset()
    return frozenset(one for one in listed if isinstance(one, str))
