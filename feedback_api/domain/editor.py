"""Editors: people with an account who read and decide comments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.identity import EditorName, LanguageCode


class AccountRole(StrEnum):
    """What an account may do; which operations that is says `web/permissions.py`."""

    EDITOR = "editor"
    REVIEWER = "reviewer"  # reads all, notes, assigns and collects; decides nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """An account: a local one with a passphrase, or one that the OpenID provider signs in.

    `passphrase_hash` is None where there is no passphrase to sign in with.
    `subject` names the person at the provider: the issuer, a blank, its `sub`.
    `session_epoch` goes into each session; a session with another epoch has ended.
    `owners` are the owners of pages whose comments the editor is told of; none means all.
    `language` is the one of mails to the editor; None is the source's.
    `digest_at` is until when the editor has been told of new comments by mail.
    """

    name: EditorName
    passphrase_hash: str | None
    added_at: datetime
    session_epoch: int
    email: str | None = None
    owners: tuple[str, ...] = ()
    language: LanguageCode | None = None
    digest_at: datetime | None = None
    account_role: AccountRole = AccountRole.EDITOR
    subject: str | None = None
