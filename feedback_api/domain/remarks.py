"""What gathers around a comment after it was made: notes, questions, an objection, its erasure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback_api.domain.identity import EditorName, LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What the commenter added later by receipt."""

    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an editor wrote for the other editors; the commenter never sees it."""

    at: datetime
    by: EditorName
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gloss:
    """One line that tells editors in `language` what the comment says; no translation of it."""

    at: datetime
    by: EditorName
    language: LanguageCode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an editor asked the commenter; an addition made after it is the answer."""

    at: datetime
    by: EditorName
    language: LanguageCode
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the commenter held against a decision after its cycle had closed."""

    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How many of a comment's events a channel has been told of, from the first on."""

    channel: str
    events: int


class Way(StrEnum):
    """How something came to be erased; a permanent word, translated by whoever shows it."""

    RECEIPT = "receipt"
    EMAIL = "email"
    EDITOR = "editor"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That nothing is left of what was said.

    `by` is an editor's name, BY_COMMENTER or BY_RETENTION; `why` what an editor wrote, else "".
    """

    at: datetime
    by: str
    way: Way = Way.RECEIPT
    why: str = ""
