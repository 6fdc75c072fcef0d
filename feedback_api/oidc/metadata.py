"""What a provider says of itself (OpenID Connect Discovery 1.0, 3; RFC 8414)."""

import logging
from urllib.parse import urlsplit

import msgspec

from feedback_api.domain.sign_in_errors import IssuerWrong, ProviderUnfit
from feedback_api.oidc_settings import OidcSettings, is_safe_url

# Public keys alone: with a shared secret, whoever knows a key could make tokens.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
_AUTHENTICATION = ("client_secret_basic", "client_secret_post")
_log = logging.getLogger(__name__)


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The members we use, named as they are there; others are passed over."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool | None = None

    @property
    def algorithms(self) -> list[str]:
        """Of those it signs with, the ones we believe."""
        return [one for one in ALGORITHMS if one in self.id_token_signing_alg_values_supported]

    @property
    def authentication(self) -> str | None:
        """How we show it our secret; None where it takes none of our ways."""
        offered = self.token_endpoint_auth_methods_supported or _AUTHENTICATION[:1]
        return next((one for one in _AUTHENTICATION if one in offered), None)


_decoder = msgspec.json.Decoder(Metadata)


def metadata_url(issuer: str) -> str:
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_metadata(body: bytes, settings: OidcSettings) -> Metadata:
    """Raises IssuerWrong, ProviderUnfit."""
    try:
        metadata = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _unfit("its configuration cannot be read") from None
    if metadata.issuer != settings.issuer:
        _log.error("The OpenID provider does not name itself as FEEDBACK_OIDC_ISSUER does.")
        raise IssuerWrong
    ours = (metadata.token_endpoint, metadata.jwks_uri, metadata.userinfo_endpoint)
    theirs = (metadata.authorization_endpoint, metadata.end_session_endpoint)
    if not all(_is_safe(url) for url in (*ours, *theirs) if url):
        raise _unfit("it names an endpoint without https")
    if not all(urlsplit(url).netloc.lower() in settings.hosts for url in ours if url):
        raise _unfit("it names an endpoint on a host that FEEDBACK_OIDC_HOSTS does not list")
    if not metadata.algorithms:
        raise _unfit("it signs ID tokens with no public key")
    if metadata.authentication is None:
        raise _unfit("it takes neither client_secret_basic nor client_secret_post")
    return metadata


def _is_safe(url: str) -> bool:
    try:
        return is_safe_url(urlsplit(url)) and url.isascii() and url.isprintable()
    except ValueError:
        return False


def _unfit(reason: str) -> ProviderUnfit:
    _log.error("The OpenID provider cannot be used: %s.", reason)
    return ProviderUnfit()
