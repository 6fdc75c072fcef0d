"""Accounts of editors and their signing in."""

import unicodedata
from dataclasses import replace

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import Invalid, InvalidEditor, SignInRefused, UnknownEditor
from feedback_api.domain.event import BY_COMMENTER, BY_DEPLOYMENT, BY_RETENTION
from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.domain.identity import EditorName
from feedback_api.domain.passphrase_errors import InvalidPassphrase
from feedback_api.domain.sign_in_errors import ProviderAccount
from feedback_api.domain.text import EDITOR_NAME, PASSPHRASE
from feedback_api.services import Accounts

_WRONG = Fault(code=FaultCode.NOT_THE_PRESENT_ONE, field="present")


def add_editor(
    name: str,
    passphrase: str,
    *,
    account_role: AccountRole = AccountRole.EDITOR,
    services: Accounts,
) -> Editor:
    """Make an account. Raises InvalidEditor, EditorExists, StoreError."""
    faults: list[Fault] = []
    try:
        name = EDITOR_NAME.tidy(composed(name))
    except Invalid as invalid:
        faults.extend(invalid.faults)
    if is_reserved(name):
        faults.append(Fault(code=FaultCode.RESERVED, field="name"))
    faults.extend(_faults_of(passphrase, name, services))
    if faults:
        raise InvalidEditor(*faults)
    now = services.clock.now()
    editor = Editor(
        name=EditorName(name),
        passphrase_hash=services.passphrases.hash(composed(passphrase)),
        added_at=now,
        session_epoch=int(now.timestamp()),  # an account made anew revives no old session
        account_role=account_role,
    )
    services.editors.add(editor)
    return editor


def remove_editor(name: str, *, services: Accounts) -> None:
    """End an account and its sessions. Raises UnknownEditor, StoreError."""
    services.editors.remove(EditorName(composed(name).strip()))


def sign_in(name: str, passphrase: str, *, services: Accounts) -> Editor:
    """The editor, if name and passphrase are right; takes the same time if not.

    Raises SignInRefused, whichever of the two is wrong.
    """
    try:
        editor = services.editors.get(EditorName(composed(name).strip()))
    except UnknownEditor:
        editor = None
    fits = len(passphrase) <= PASSPHRASE.limit and (editor is None or editor.subject is None)
    stored = editor.passphrase_hash if editor and fits else None
    if not services.passphrases.matches(composed(passphrase[: PASSPHRASE.limit]), stored):
        raise SignInRefused
    if editor is None:
        raise SignInRefused
    return editor


def signed_in(name: str, session_epoch: int, *, services: Accounts) -> Editor:
    """The editor of a session that still holds. Raises SignInRefused when it has ended."""
    try:
        editor = services.editors.get(EditorName(name))
    except UnknownEditor:
        raise SignInRefused from None
    if editor.session_epoch != session_epoch:
        raise SignInRefused
    return editor


def change_passphrase(name: str, passphrase: str, *, services: Accounts) -> Editor:
    """Give an account another passphrase; whoever is signed in with the old one no longer is.

    Raises InvalidEditor, UnknownEditor, ProviderAccount, StoreError.
    """
    faults = _faults_of(passphrase, name, services)
    if faults:
        raise InvalidEditor(*faults)
    hashed = services.passphrases.hash(composed(passphrase))
    return services.editors.change(
        EditorName(composed(name).strip()),
        lambda editor: replace(
            _local(editor), passphrase_hash=hashed, session_epoch=editor.session_epoch + 1
        ),
    )


def change_own_passphrase(
    name: EditorName, present: str, passphrase: str, *, services: Accounts
) -> Editor:
    """As `change_passphrase`, for who knows the present one.

    Raises InvalidPassphrase, UnknownEditor, ProviderAccount, StoreError.
    """
    stored = _local(services.editors.get(name)).passphrase_hash
    faults: list[Fault] = []
    limited = composed(present[: PASSPHRASE.limit])
    is_right = services.passphrases.matches(limited, stored) and len(present) <= PASSPHRASE.limit
    if not is_right:
        faults.append(_WRONG)
    if is_right and composed(passphrase) == composed(present):
        faults.append(Fault(code=FaultCode.SAME_AS_BEFORE, field="passphrase"))
    faults.extend(_faults_of(passphrase, name, services))
    if faults:
        raise InvalidPassphrase(*faults)
    hashed = services.passphrases.hash(composed(passphrase))

    def step(editor: Editor) -> Editor:
        if _local(editor).passphrase_hash != stored:  # changed in between, elsewhere
            raise InvalidPassphrase(_WRONG)
        return replace(editor, passphrase_hash=hashed, session_epoch=editor.session_epoch + 1)

    return services.editors.change(name, step)


def change_role(name: str, account_role: AccountRole, *, services: Accounts) -> Editor:
    """Let an account do more or less; its sessions end if that is a change.

    Raises UnknownEditor, ProviderAccount, StoreError.
    """

    def step(editor: Editor) -> Editor:
        if _local(editor).account_role is account_role:
            return editor
        return replace(editor, account_role=account_role, session_epoch=editor.session_epoch + 1)

    return services.editors.change(EditorName(composed(name).strip()), step)


def end_sessions(name: EditorName, *, services: Accounts) -> None:
    """End every session of an editor, on every device: nothing else ends a copied cookie.

    Raises UnknownEditor, StoreError.
    """
    services.editors.change(
        name, lambda editor: replace(editor, session_epoch=editor.session_epoch + 1)
    )


def _faults_of(passphrase: str, name: str, services: Accounts) -> tuple[Fault, ...]:
    """What keeps an account of that name from having it (ASVS 6.2.1, 6.2.4, 6.2.11, 6.2.12)."""
    try:
        PASSPHRASE.tidy(composed(passphrase))
    except Invalid as invalid:
        return tuple(invalid.faults)
    if services.passphrases.is_easy(composed(passphrase), composed(name)):
        return (Fault(code=FaultCode.EASY_TO_GUESS, field="passphrase"),)
    return ()


def _local(editor: Editor) -> Editor:
    """Raises ProviderAccount: whom a group let in must not stay by a passphrase without it."""
    if editor.subject is not None:
        raise ProviderAccount(editor=shown(editor.name))
    return editor


def is_reserved(name: str) -> bool:
    """Whether no account may be called so."""
    is_taken = name.casefold() in (BY_COMMENTER, BY_DEPLOYMENT, BY_RETENTION)
    return is_taken or name.startswith("@")  # @me and @nobody are filters


def composed(text: str) -> str:
    """One spelling for what keyboards write in several ways (RFC 8265 asks for NFC)."""
    return unicodedata.normalize("NFC", text)
