"""Editors: people with an account who read and decide comments."""

from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.identity import EditorName


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """A local account.

    `session_epoch` goes into each session; a session with another epoch has ended.
    """

    name: EditorName
    passphrase_hash: str
    added_at: datetime
    session_epoch: int
