"""What every answer carries and every request must fit, whatever it is about.

One ASGI middleware; no `BaseHTTPMiddleware`, which would cost each request a task of its own.
"""

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Protocol

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.cached_answers import Header
from feedback_api.web.held_back import BodyTooSlow
from feedback_api.web.in_time import in_time
from feedback_api.web.problem import refusal_of
from feedback_api.web.ready_answers import ReadyAnswers
from feedback_api.web.refusals import (
    BodyTooLarge,
    InternalFault,
    NotReady,
    OriginNotAllowed,
    UrlTooLong,
)
from feedback_api.web.request_log import NO_LOG, Answered, RequestLog, answered

Refuse = Callable[[Request, FeedbackError], Response]
_Headers = Sequence[tuple[bytes, bytes]]
_LOG = logging.getLogger("feedback_api")

BODY_LIMIT = 1024 * 1024
"""Bytes: far more than any text may have, so that one too long is told beside its field."""
UPLOAD_LIMIT = 4 * 1024 * 1024
"""Bytes, for a form that carries a file or what was read from one."""
BODY_SECONDS = 25.0
"""In which a whole body must arrive."""
_IDS_DRAWN = 256
QUERY_LIMIT = 8 * 1024
PATH_LIMIT = 2 * 1024

STRICT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_FIXED_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
BARE_HEADERS = (
    *_FIXED_HEADERS,
    (b"content-security-policy", STRICT_POLICY.encode()),
    (b"cache-control", b"no-store"),
)
"""Of an answer that the server itself gives, to what is no request or too slow to be one."""
_UPLOADS = re.compile(r"/review/cycles/[^/]+/collect")
_BODILESS = frozenset({"GET", "HEAD"})
_POLICY = b"content-security-policy"
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_DRESS = frozenset({name for name, _ in (*_FIXED_HEADERS, _STRICT_TRANSPORT)}) | {_POLICY}
_SERVICE_FOLDERS = frozenset({"api", "feedback", "review", "healthz", "readyz", "metrics"})


class Figures(Protocol):
    """What was answered, and in how long; called on the event loop."""

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` as in the table of operations; `status` 0: the client had gone."""


class Write(Protocol):
    """Sends an answer: all its headers but the request's id, and the body."""

    def __call__(
        self, status: int, headers: tuple[Header, ...], request_id: str, body: bytes, /
    ) -> None: ...


class SitePolicy:
    """The policy of the site's pages, from the file that the build writes beside them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._policy = STRICT_POLICY

    def current(self) -> str:
        """The present policy, read again when the file changes; the strict one without a file."""
        try:
            status = self._file.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen != self._seen:
                self._policy = _header_value(json.loads(self._file.read_bytes())["policy"])
                self._seen = seen
        except (OSError, ValueError, KeyError, TypeError):
            self._seen, self._policy = None, STRICT_POLICY
        return self._policy


def is_service_path(path: str) -> bool:
    """Whether a URL path belongs to the service; all others are the site's."""
    return path.startswith("/api/") or path[1:].partition("/")[0] in _SERVICE_FOLDERS


class Door:
    """Names each request, refuses what is too large, and dresses each answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Refuse,
        policy: SitePolicy,
        secure: bool,
        figures: Figures | None = None,
        log: RequestLog = NO_LOG,
        ready: ReadyAnswers | None = None,
    ) -> None:
        """`refuse` makes the answer to a refusal; `secure`: the service is reached by https.

        `ready`: for what can be answered at once; None where that may take a while to find out.
        """
        self._app = app
        self._refuse = refuse
        self._policy = policy
        self._figures = figures
        self._log = log
        self._ready = ready
        self._request_ids = _request_ids()
        fixed = (*_FIXED_HEADERS, *((_STRICT_TRANSPORT,) if secure else ()))
        self._of_site = fixed
        self._of_service = (*fixed, (_POLICY, STRICT_POLICY.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        dressed = _Dressed(send, scope, self._own_headers(scope))
        try:
            await self._answer(scope, receive, dressed)
        finally:
            self._tell(scope, dressed.status, perf_counter() - begun)
        kept = scope["state"].pop("kept", None)
        if kept is not None and self._ready is not None:
            self._ready.keep(scope, kept, self._of_service)

    def answer_at_once(self, address: bytes, headers: Iterable[Header], write: Write) -> bool:
        """A GET, without a task of its own; whether it was answered. See ready_answers.

        `address`: as it stands in the request's first line.
        """
        begun = perf_counter()
        found = self._ready.find(address, headers) if self._ready is not None else None
        if found is None:
            return False
        (kept, route, path, whole, unchanged), is_known = found
        request_id = next(self._request_ids)
        if is_known:
            write(304, unchanged, request_id, b"")
        else:
            write(200, whole, request_id, kept.body)
        status = 304 if is_known else 200
        seconds = perf_counter() - begun
        if self._figures is not None:
            self._figures.observe("GET", route, status, seconds)
        self._log.tell(Answered(request_id, "GET", route, path, status, round(seconds * 1000, 1)))
        return True

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route: str = scope["state"].get("route", "none")
        if self._figures is not None:
            self._figures.observe(scope["method"], route, status, seconds)
        if status:
            self._log.tell(answered(scope, route, status, seconds))

    async def _answer(self, scope: Scope, receive: Receive, dressed: "_Dressed") -> None:
        try:
            _check_url(scope)
            if scope["method"] not in _BODILESS:
                limit = body_limit(scope)
                _check_stated_length(scope, limit)
                receive = _Body(receive, limit, BODY_SECONDS)
            await self._app(scope, receive, dressed)
        except ClientDisconnect:
            return  # nobody is there to be told anything
        except asyncio.CancelledError:
            # The server is ending and waits no longer, as for a database that does not answer.
            if dressed.status:
                raise
            await self._refuse(Request(scope), NotReady())(scope, receive, dressed)
        except Exception as error:
            if dressed.status:
                raise
            await self._refuse(Request(scope), _refusal(error, scope))(scope, receive, dressed)

    def _own_headers(self, scope: Scope) -> _Headers:
        request_id = next(self._request_ids)
        scope.setdefault("state", {})["request_id"] = request_id
        named = (b"x-request-id", request_id.encode())
        if is_service_path(scope["path"]):
            return (*self._of_service, named)
        return (*self._of_site, (_POLICY, self._policy.current().encode()), named)


def _request_ids() -> Iterator[str]:
    """Random ones, of which many are drawn at once: each draw may cost the loop its turn."""
    while True:
        drawn = secrets.token_hex(8 * _IDS_DRAWN)
        yield from (drawn[start : start + 16] for start in range(0, len(drawn), 16))


def _refusal(error: Exception, scope: Scope) -> FeedbackError:
    """What whoever asked is told of it; a fault of ours goes into the log."""
    if isinstance(error, FeedbackError):
        return error
    if isinstance(error, HTTPException):
        return refusal_of(error, body_limit(scope))
    _LOG.exception("request %s failed", scope["state"]["request_id"])
    return InternalFault(request_id=scope["state"]["request_id"])


class _Dressed:
    """`send` that adds headers an answer has not, and keeps the body of an answer to HEAD."""

    def __init__(self, send: Send, scope: Scope, headers: _Headers) -> None:
        self._send = send
        self._headers = headers
        self._state = scope["state"]
        self._bodiless = scope["method"] == "HEAD"
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._dress(message["headers"])}
        elif self._bodiless and message.get("body"):
            message = {**message, "body": b""}
        await self._send(message)

    def _dress(self, own: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        headers = [*own]
        is_kept = False
        worn: list[bytes] = []
        for name, _ in headers:
            if name == b"cache-control":
                is_kept = True
            elif name in _DRESS:
                worn.append(name)
        if worn:
            headers += [one for one in self._headers if one[0] not in worn]
        else:
            headers += self._headers
        headers += self._state.get("renewed", ())
        if not is_kept:
            headers.append((b"cache-control", b"no-store"))
        return headers


class _Body:
    """`receive` that takes so many bytes at most, and so many seconds from when it first waits.

    One object for both: each layer around the body costs each post.
    """

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._until: float | None = None
        self._size = 0
        self._is_whole = False

    async def __call__(self) -> Message:
        """Raises BodyTooSlow, BodyTooLarge."""
        if self._is_whole:
            return await self._receive()
        try:
            message = await in_time(self._receive(), self._end)
        except TimeoutError:
            raise BodyTooSlow(seconds=round(self._seconds)) from None
        self._is_whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise BodyTooLarge(limit=self._limit)
        return message

    def _end(self) -> float:
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        return self._until


class SiteOrigin(CORSMiddleware):
    """Lets scripts of the site's own origin, where it is another one, read and post; no cookies."""

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        super().__init__(
            app,
            allow_origins=(origin,),
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("Authorization", "Idempotency-Key", "If-None-Match"),
            expose_headers=("ETag", "Location", "Retry-After", "X-Request-Id"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_service_path(scope["path"]):
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code == HTTPStatus.OK:
            return response
        raise OriginNotAllowed


def _check_url(scope: Scope) -> None:
    """Raises UrlTooLong."""
    if len(scope["path"]) > PATH_LIMIT or len(scope["query_string"]) > QUERY_LIMIT:
        raise UrlTooLong


def body_limit(scope: Scope) -> int:
    """How many bytes a body sent to this address may have."""
    return UPLOAD_LIMIT if _UPLOADS.fullmatch(scope["path"]) else BODY_LIMIT


def _check_stated_length(scope: Scope, limit: int) -> None:
    """Before a byte of the body is read. Raises BodyTooLarge."""
    stated = Headers(scope=scope).get("content-length", "")
    if stated.isdecimal() and int(stated[:20]) > limit:
        raise BodyTooLarge(limit=limit)


def _header_value(policy: object) -> str:
    """Raises ValueError for what no header can hold."""
    if not isinstance(policy, str) or not policy.isascii() or not policy.isprintable():
        raise ValueError("not a header value")
    return policy
