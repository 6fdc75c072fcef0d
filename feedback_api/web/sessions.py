"""Editors' sessions: a signed cookie that says who, since when and until when.

Nothing is kept in the process, so that any replica can read a session; it ends when its time is
over or when the editor's `session_epoch` moves on (sign-out, removal, another role).
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

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import SignInRefused
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import signed_in
from feedback_api.services.single_sign_on import SingleSignOn

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
    account_role: AccountRole
    csrf: str
    expires_at: datetime
    token: str


class Sessions:
    """Begins, reads and ends sessions."""

    def __init__(
        self,
        services: Services,
        *,
        secure: bool,
        single_sign_on: SingleSignOn | None = None,
        local_accounts: bool = True,
    ) -> None:
        """`secure`: the service is reached by https, so the cookie is bound to exactly its host.

        Accounts that may not sign in now have no sessions either.
        """
        self._services = services
        self._secure = secure
        self._single_sign_on = single_sign_on
        self._local_accounts = local_accounts
        self.cookie = "__Host-editor" if secure else "editor"
        self._serializer = URLSafeSerializer(
            services.secrets.keyed_hash("session", "cookie"),
            salt="session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def begin(self, editor: Editor) -> Session:
        """A session of its own for each sign-in: nothing of an earlier one is taken over."""
        until = self._services.clock.now() + self._lasts(editor)
        sealed = _Sealed(
            id=secrets.token_urlsafe(16),
            name=editor.name,
            epoch=editor.session_epoch,
            until=int(until.timestamp()),
        )
        return self._session(sealed, editor, self._serializer.dumps(msgspec.to_builtins(sealed)))

    def of_cookie(self, connection: HTTPConnection) -> Session | None:
        """The session of the request's cookie; None for any that is missing, broken or over."""
        return self.of_token(connection.cookies.get(self.cookie, ""))

    def of_token(self, token: str) -> Session | None:
        """The session that a token stands for; None as above."""
        opened = self._opened(token)
        if opened is None or self._is_over(opened[0]):
            return None
        return self._session(*opened, token)

    def renewable(self, connection: HTTPConnection) -> EditorName | None:
        """Whose session of the provider's is over by time alone; None where there is no such."""
        opened = self._opened(connection.cookies.get(self.cookie, ""))
        if opened is None or opened[1].subject is None or not self._is_over(opened[0]):
            return None
        return opened[1].name

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

    def _opened(self, token: str) -> tuple[_Sealed, Editor] | None:
        """What a token says, and of whom; None for one that is broken or was ended."""
        if not token or len(token) > _TOKEN_LIMIT:
            return None
        try:
            sealed = msgspec.convert(self._serializer.loads(token), _Sealed)
            editor = signed_in(sealed.name, sealed.epoch, services=self._services)
        except (BadData, ValueError, RecursionError, msgspec.ValidationError, SignInRefused):
            return None
        return (sealed, editor) if self._may_sign_in(editor) else None

    def _is_over(self, sealed: _Sealed) -> bool:
        return sealed.until <= self._services.clock.now().timestamp()

    def _may_sign_in(self, editor: Editor) -> bool:
        if editor.subject is None:
            return self._local_accounts
        return self._single_sign_on is not None and self._single_sign_on.signs_in(editor)

    def _lasts(self, editor: Editor) -> timedelta:
        """The provider is asked again sooner: groups change there, and nobody tells us."""
        if self._single_sign_on is None or editor.subject is None:
            return LASTS
        return min(self._single_sign_on.lasts, LASTS)

    def _session(self, sealed: _Sealed, editor: Editor, token: str) -> Session:
        csrf = self._services.secrets.keyed_hash("csrf", sealed.id).hex()[:32]
        return Session(
            editor=editor.name,
            account_role=editor.account_role,
            csrf=csrf,
            expires_at=datetime.fromtimestamp(sealed.until, UTC),
            token=token,
        )


def is_the_session_s(csrf: str, session: Session) -> bool:
    """Whether a form carries the secret of the page it was shown on; in constant time."""
    return hmac.compare_digest(csrf.encode("utf-8", "replace"), session.csrf.encode())
