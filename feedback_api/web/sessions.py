"""Sessions of editors and reviewers: a signed token that says who, since when and until when.

Nothing is kept in the process, so that any replica can read a session. One ends at its end, which
no use puts off; after a time without use, for a browser's cookie, which is therefore written anew
while it is used; and when the account's `session_epoch` moves on: with signing out, removal,
another role, a new passphrase.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

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
IDLE = timedelta(hours=2)
KEPT = timedelta(hours=24)
"""Longer than a session lasts, so that whose session is over can be told so."""
_RENEWED_AFTER = timedelta(minutes=1)
_TOKEN_LIMIT = 2_000


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the token holds; readable by its owner, so nothing in it is secret from them.

    `kind`: a browser's cookie is no program's token, nor the other way round.
    """

    id: str
    kind: Literal["cookie", "token"]
    name: str
    epoch: int
    until: int  # seconds since 1970
    seen: int  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that holds now; `csrf` goes into every form that changes something.

    `token`: of one that begins; whoever comes with one has it already.
    """

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

        Browsers refuse the prefix `__Host-` over http, where only a try-out is reached. Accounts
        that may not sign in now have no sessions either.
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

    def begin(self, editor: Editor, *, for_program: bool = False) -> Session:
        """A session of its own for each sign-in: nothing of an earlier one is taken over."""
        now = self._services.clock.now()
        sealed = _Sealed(
            id=secrets.token_urlsafe(16),
            kind="token" if for_program else "cookie",
            name=editor.name,
            epoch=editor.session_epoch,
            until=int((now + self._lasts(editor)).timestamp()),
            seen=int(now.timestamp()),
        )
        return self._session(sealed, editor, token=self._encoded(sealed))

    def of_cookie(self, connection: HTTPConnection) -> Session | None:
        """The session of the request's cookie; None for any that is missing, broken or over."""
        sealed = self._sealed(connection.cookies.get(self.cookie, ""), "cookie")
        return None if sealed is None else self._held(sealed)

    def of_token(self, token: str) -> Session | None:
        """The session that a program's token stands for; None as above."""
        sealed = self._sealed(token, "token")
        return None if sealed is None else self._held(sealed)

    def has_ended(self, connection: HTTPConnection) -> bool:
        """Whether the browser comes with a session of ours that holds no more."""
        sealed = self._sealed(connection.cookies.get(self.cookie, ""), "cookie")
        return sealed is not None and self._held(sealed) is None

    def renewable(self, connection: HTTPConnection) -> EditorName | None:
        """Whose session of the provider's is over by its end alone; None where there is no such."""
        sealed = self._sealed(connection.cookies.get(self.cookie, ""), "cookie")
        if sealed is None or not self._is_over(sealed) or self._is_idle(sealed):
            return None
        editor = self._editor(sealed)
        return None if editor is None or editor.subject is None else editor.name

    def renewed(self, connection: HTTPConnection) -> str | None:
        """The header that keeps a session in use from ending early; None if it is fresh yet."""
        sealed = self._sealed(connection.cookies.get(self.cookie, ""), "cookie")
        now = int(self._services.clock.now().timestamp())
        if sealed is None or now - sealed.seen < _RENEWED_AFTER.total_seconds():
            return None
        carrier = Response()
        self._write(self._encoded(msgspec.structs.replace(sealed, seen=now)), carrier)
        return carrier.headers["set-cookie"]

    def remember(self, session: Session, response: Response) -> None:
        """Put the session into the browser's cookie."""
        self._write(session.token, response)

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self.cookie, secure=self._secure, httponly=True, samesite="lax")

    def _write(self, token: str, response: Response) -> None:
        # Not `strict`: links in mails and the way back from the provider would come without it.
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(KEPT.total_seconds()),
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def _sealed(self, token: str, kind: str) -> _Sealed | None:
        """What is in a token that we signed; None for any other."""
        if not token or len(token) > _TOKEN_LIMIT:
            return None
        try:
            sealed = msgspec.convert(self._serializer.loads(token), _Sealed)
        except (BadData, ValueError, RecursionError, msgspec.ValidationError):
            return None
        return sealed if sealed.kind == kind else None

    def _is_over(self, sealed: _Sealed) -> bool:
        return sealed.until <= self._services.clock.now().timestamp()

    def _is_idle(self, sealed: _Sealed) -> bool:
        """Programs work at night, too: of theirs only the end counts."""
        last = sealed.seen + IDLE.total_seconds()
        return sealed.kind == "cookie" and last <= self._services.clock.now().timestamp()

    def _editor(self, sealed: _Sealed) -> Editor | None:
        """None where the account is gone, has ended its sessions or may not sign in now."""
        try:
            editor = signed_in(sealed.name, sealed.epoch, services=self._services)
        except SignInRefused:
            return None
        return editor if self._may_sign_in(editor) else None

    def _held(self, sealed: _Sealed) -> Session | None:
        """None for a session that is over."""
        if self._is_over(sealed) or self._is_idle(sealed):
            return None
        editor = self._editor(sealed)
        return None if editor is None else self._session(sealed, editor)

    def _may_sign_in(self, editor: Editor) -> bool:
        if editor.subject is None:
            return self._local_accounts
        return self._single_sign_on is not None and self._single_sign_on.signs_in(editor)

    def _lasts(self, editor: Editor) -> timedelta:
        """The provider is asked again sooner: groups change there, and nobody tells us."""
        if self._single_sign_on is None or editor.subject is None:
            return LASTS
        return min(self._single_sign_on.lasts, LASTS)

    def _encoded(self, sealed: _Sealed) -> str:
        return str(self._serializer.dumps(msgspec.to_builtins(sealed)))

    def _session(self, sealed: _Sealed, editor: Editor, *, token: str = "") -> Session:
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
