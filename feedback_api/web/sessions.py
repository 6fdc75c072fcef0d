"""Editors' sessions: a signed cookie that says who, since when and until when.

Nothing is kept in the process, so that any replica can read a session; it ends when its time is
over or when the editor's `session_epoch` moves on (sign-out, removal, a new passphrase).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import SignInRefused
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import signed_in

LASTS = timedelta(hours=12)
_TOKEN_LIMIT = 2_000


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the cookie holds; readable by its owner, so nothing in it is secret from them."""

    id: str
    name: str
    epoch: int
    until: int  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that holds now; `csrf` goes into every form that changes something."""

    editor: EditorName
    csrf: str
    expires_at: datetime
    token: str


class Sessions:
    """Begins, reads and ends sessions."""

    def __init__(self, services: Services, *, secure: bool) -> None:
        """`secure`: the service is reached by https, so the cookie is bound to exactly its host."""
        self._services = services
        self._secure = secure
        self.cookie = "__Host-editor" if secure else "editor"
        self._serializer = URLSafeSerializer(
            services.secrets.keyed_hash("session", "cookie"),
            salt="session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def begin(self, editor: Editor) -> Session:
        """A session of its own for each sign-in: nothing of an earlier one is taken over."""
        until = self._services.clock.now() + LASTS
        sealed = _Sealed(
            id=secrets.token_urlsafe(16),
            name=editor.name,
            epoch=editor.session_epoch,
            until=int(until.timestamp()),
        )
        return self._session(sealed, self._serializer.dumps(msgspec.to_builtins(sealed)))

    def of_cookie(self, connection: HTTPConnection) -> Session | None:
        """The session of the request's cookie; None for any that is missing, broken or over."""
        return self.of_token(connection.cookies.get(self.cookie, ""))

    def of_token(self, token: str) -> Session | None:
        """The session that a token stands for; None as above."""
        if not token or len(token) > _TOKEN_LIMIT:
            return None
        try:
            sealed = msgspec.convert(self._serializer.loads(token), _Sealed)
            signed_in(sealed.name, sealed.epoch, services=self._services)
        except (BadData, ValueError, RecursionError, msgspec.ValidationError, SignInRefused):
            return None
        if sealed.until <= self._services.clock.now().timestamp():
            return None
        return self._session(sealed, token)

    def remember(self, session: Session, response: Response) -> None:
        """Put the session into the browser's cookie."""
        response.set_cookie(
            self.cookie,
            session.token,
            max_age=int(LASTS.total_seconds()),
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self.cookie, secure=self._secure, httponly=True, samesite="lax")

    def _session(self, sealed: _Sealed, token: str) -> Session:
        csrf = self._services.secrets.keyed_hash("csrf", sealed.id).hex()[:32]
        return Session(
            editor=EditorName(sealed.name),
            csrf=csrf,
            expires_at=datetime.fromtimestamp(sealed.until, UTC),
            token=token,
        )


def is_the_session_s(csrf: str, session: Session) -> bool:
    """Whether a form carries the secret of the page it was shown on; in constant time."""
    return hmac.compare_digest(csrf.encode("utf-8", "replace"), session.csrf.encode())
