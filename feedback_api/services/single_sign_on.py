"""Signing in by an OpenID provider: who it is comes from there, what they may do from groups."""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain, count
from typing import Protocol

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import EditorExists, Invalid
from feedback_api.domain.identity import EditorName
from feedback_api.domain.sign_in_errors import NoFittingGroup
from feedback_api.domain.text import EDITOR_NAME
from feedback_api.services import Services
from feedback_api.services.editors import composed, is_reserved

_NAMELESS = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the provider signed in; `subject` names them for ever: the issuer, a blank, its `sub`.

    `names`: what they are called, best first, as the provider wrote it.
    """

    subject: str
    names: tuple[str, ...] = field(default=(), repr=False)
    groups: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in on its way; nobody but the browser that began it knows these."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the browser brought back from the provider; "" where it brought nothing."""

    code: str = field(repr=False)
    issuer: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Which groups of the provider stand for which role; an editor's count first."""

    editors: frozenset[str]
    reviewers: frozenset[str]

    def role(self, groups: frozenset[str]) -> AccountRole | None:
        """None where no group fits."""
        if groups & self.editors:
            return AccountRole.EDITOR
        return AccountRole.REVIEWER if groups & self.reviewers else None


class IdentityProvider(Protocol):
    """An OpenID provider. Every method may raise ProviderFailed and IssuerWrong."""

    async def authorization_url(self, attempt: Attempt, *, silently: bool, language: str) -> str:
        """Where the browser goes to sign in; `silently`: without asking anything.

        `language`: the tag of the one to ask in.
        """

    async def identify(self, attempt: Attempt, returned: Returned) -> Identity:
        """Who came back. Raises SingleSignOnFailed, SignInNeedsAsking."""

    async def logout_url(self, language: str) -> str | None:
        """Where one signs out of the provider; None where it knows no such place."""

    async def logged_out(self, token: str, end: Callable[[str], Awaitable[None]]) -> None:
        """Give `end` the subject whose sessions a logout token ends; each token does so once.

        A token of which `end` could not do what it must may come again. Raises TokenRefused, and
        what `end` raises.
        """


class SignInNeedsAsking(Exception):
    """The provider would have to ask the person something, and was told not to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """The company's provider as configured.

    `label`: how its button names it, "" for the usual words; `lasts`: how long a session holds
    before the provider is asked again.
    """

    provider: IdentityProvider
    issuer: str
    groups: Groups
    label: str
    lasts: timedelta

    def signs_in(self, editor: Editor) -> bool:
        """Whether the account is one of this provider's."""
        return editor.subject is not None and editor.subject.startswith(f"{self.issuer} ")


def sign_in_by(identity: Identity, groups: Groups, *, services: Services) -> Editor:
    """The account of the identity with the role of its groups, made when first seen.

    Whose role has changed, or who has none any more, loses all earlier sessions.
    Raises NoFittingGroup, StoreError.
    """
    role = groups.role(identity.groups)
    known = of_subject(identity.subject, services=services)
    if role is None:
        if known is not None:
            services.editors.change(known.name, _ended)
        raise NoFittingGroup
    if known is None:
        return _made(identity, role, services=services)
    if known.account_role is role:
        return known
    return services.editors.change(
        known.name, lambda editor: replace(_ended(editor), account_role=role)
    )


def end_sessions_of(subject: str, *, services: Services) -> None:
    """End them on every device; nothing happens for somebody unknown. Raises StoreError."""
    known = of_subject(subject, services=services)
    if known is not None:
        services.editors.change(known.name, _ended)


def of_subject(subject: str, *, services: Services) -> Editor | None:
    """Never an account that only has the same name."""
    return next((one for one in services.editors.all() if one.subject == subject), None)


def _ended(editor: Editor) -> Editor:
    return replace(editor, session_epoch=editor.session_epoch + 1)


def _made(identity: Identity, role: AccountRole, *, services: Services) -> Editor:
    """Raises StoreError."""
    now = services.clock.now()
    while True:
        editor = Editor(
            name=_free_name(identity, services=services),
            passphrase_hash=None,
            added_at=now,
            session_epoch=int(now.timestamp()),  # an account made anew revives no old session
            account_role=role,
            subject=identity.subject,
        )
        try:
            services.editors.add(editor)
        except EditorExists:  # somebody was faster, perhaps the same person in another window
            known = of_subject(identity.subject, services=services)
            if known is not None:
                return known
        else:
            return editor


def _free_name(identity: Identity, *, services: Services) -> EditorName:
    """A name that nobody has, not even in other letters that look the same."""
    base = next(filter(None, map(_safe, identity.names)), _nameless(identity, services))
    taken = {look for editor in services.editors.all() for look in _looks(editor.name)}
    endings = chain([""], (f" ({number})" for number in count(2)))
    names = (base[: EDITOR_NAME.limit - len(ending)].rstrip() + ending for ending in endings)
    return next(EditorName(name) for name in names if taken.isdisjoint(_looks(name)))


def _safe(name: str) -> str:
    """A name as accounts may have it; "" where the provider's cannot be made one."""
    tidied = re.sub(r"[ \t]+", " ", composed(name)).strip()[: EDITOR_NAME.limit]
    try:
        tidied = EDITOR_NAME.tidy(tidied)
    except Invalid:
        return ""
    return "" if is_reserved(tidied) else tidied


def _nameless(identity: Identity, services: Services) -> str:
    return f"{_NAMELESS}-{services.secrets.keyed_hash('account-name', identity.subject).hex()[:8]}"


def _looks(name: str) -> set[str]:
    return {name.casefold(), unicodedata.normalize("NFKC", name).casefold()}
