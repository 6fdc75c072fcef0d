"""Asks the provider and nobody else: in time, without detours, and not more than can be held."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from urllib.parse import quote_plus

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oauth2.auth import ClientAuth

from feedback_api.domain.sign_in_errors import CodeRefused, ProviderRefused, ProviderUnreachable
from feedback_api.oidc_settings import OidcSettings

SECONDS = 5.0
ANSWER_LIMIT = 512 * 1024
"""Bytes; a provider's keys and what it tells of a person are far smaller."""
_log = logging.getLogger(__name__)


class Wire:
    """A new connection for each question: sign-ins are rare, and may come on any event loop."""

    def __init__(self, settings: OidcSettings, *, seconds: float = SECONDS) -> None:
        """`seconds` for one question and its whole answer."""
        self._settings = settings
        self._seconds = seconds
        self._authorities = httpx2.create_ssl_context(trust_env=False)  # dear to make
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it names whole URLs at INFO

    async def get(self, url: str, *, access_token: str | None = None) -> bytes:
        """The body of a 200. Raises ProviderUnreachable, ProviderRefused."""
        headers = {"authorization": f"Bearer {access_token}"} if access_token else {}
        async with self._asking(), self._client() as client:
            answer = await client.request("GET", url, headers=headers, withhold_token=True)
        if answer.status_code >= 500:
            _log.error("The OpenID provider answers %d.", answer.status_code)
            raise ProviderUnreachable
        if answer.status_code != 200:
            _log.error("The OpenID provider answers %d.", answer.status_code)
            raise ProviderRefused
        content: bytes = answer.content
        return content

    async def tokens(self, url: str, method: str, *, code: str, verifier: str, uri: str) -> object:
        """What the token endpoint gives for a code; `method` of RFC 6749, 2.3.

        Raises CodeRefused, ProviderUnreachable, ProviderRefused.
        """
        async with self._asking(), self._client(method) as client:
            return await client.fetch_token(
                url,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=uri,
            )

    def _client(self, method: str | None = None) -> AsyncOAuth2Client:
        client = AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method=method,
            transport=_OnlyThere(self._settings.hosts, self._authorities),
            follow_redirects=False,
            trust_env=False,
            timeout=self._seconds,
            headers={"user-agent": "code-of-practice", "accept-encoding": "identity"},
        )
        client.register_client_auth_method(("client_secret_basic", _basic))
        return client

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Tells what goes wrong in the words of our errors, and the operator in the log."""
        try:
            async with asyncio.timeout(self._seconds):  # httpx2's own limit is for each step
                yield
        except OAuthError as error:
            raise _refusal(str(error.error)) from None
        except httpx2.HTTPStatusError as error:
            _log.error("The OpenID provider answers %d.", error.response.status_code)
            is_down = error.response.status_code >= 500
            raise (ProviderUnreachable if is_down else ProviderRefused) from None
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            _log.error("The OpenID provider cannot be asked: %s.", type(error).__name__)
            raise ProviderUnreachable from None
        except ValueError:
            _log.error("The OpenID provider answers what is no JSON object.")
            raise ProviderRefused from None


def _basic(
    client: ClientAuth, _method: str, uri: str, headers: MutableMapping[str, str], body: bytes
) -> tuple[str, MutableMapping[str, str], bytes]:
    """RFC 6749, 2.3.1, with the encoding that Authlib leaves out: secrets may hold any sign."""
    pair = ":".join(map(quote_plus, (client.client_id, client.client_secret)))
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return uri, headers, body


def _refusal(error: str) -> CodeRefused | ProviderRefused:
    if error == "invalid_grant":
        return CodeRefused()
    tell_refusal(error)
    return ProviderRefused()


def tell_refusal(error: str) -> None:
    """Tell the operator a code of RFC 6749, 5.2; anything else may be anybody's text."""
    is_code = len(error) <= 40 and error.isascii() and error.replace("_", "").isalpha()
    _log.error("The OpenID provider refuses: %s.", error if is_code else "unreadable")


class _OnlyThere(httpx2.AsyncHTTPTransport):
    """Reaches the configured hosts alone, and takes no endless answers."""

    def __init__(self, hosts: tuple[str, ...], authorities: SSLContext) -> None:
        super().__init__(verify=authorities, trust_env=False)
        self._hosts = hosts

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.netloc.decode("ascii").lower() not in self._hosts:
            raise httpx2.UnsupportedProtocol("a host that is not configured")
        answer = await super().handle_async_request(request)
        if "content-encoding" in answer.headers:  # a small answer might unpack to a huge one
            await answer.aclose()
            raise httpx2.DecodingError("an encoding that was not asked for")
        stream = answer.stream
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise httpx2.DecodingError("no answer to be read")
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=_Limited(stream))


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._stream:
            read += len(part)
            if read > ANSWER_LIMIT:
                raise httpx2.DecodingError("too large an answer")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
