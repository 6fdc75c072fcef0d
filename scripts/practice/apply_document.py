"""Comments as editors decided them: what `review pull` keeps and `review apply` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SCHEMA = 1
PATH = Path("build") / "review" / "decided.json"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9-]{1,200}")
_WORDS = ("section", "page", "language", "cycle", "role", "kind", "about", "state", "wording")
_SHORTEST_ID = 4


class DocumentError(Exception):
    """The comments cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseWording:
    """What the commenter read; `text_language` is another one where the translation was missing."""

    title: str
    markdown: str
    text_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedComment:
    """A comment as an editor gets it; `outcome` is empty while it is undecided.

    `name` is there only where the commenter gave it and readers may see the comment.
    `translation_behind` is None where nobody knows.
    """

    id: str
    section: str
    page: str
    language: str
    cycle: str
    role: str
    role_verified: bool
    kind: str
    about: str
    public: bool
    state: str
    outcome: str | None
    reason: str | None
    reason_language: str | None
    decided_at: str | None
    decided_by: str | None
    name: str | None
    suggestion: str | None
    wording: str
    base: BaseWording | None
    translation_behind: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedComments:
    """All that was pulled at one moment from one service."""

    service: str
    pulled_at: str
    comments: tuple[DecidedComment, ...]

    def comment(self, name: str) -> DecidedComment | None:
        """By its id, or by a beginning of it that no other has."""
        wanted = name.strip().lower()
        found = [one for one in self.comments if one.id == wanted]
        if not found and len(wanted) >= _SHORTEST_ID:
            found = [one for one in self.comments if one.id.startswith(wanted)]
        return found[0] if len(found) == 1 else None


def document_text(decided: DecidedComments) -> str:
    """The document as a file holds it."""
    content = {"schema": SCHEMA, **asdict(decided)}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_document(path: Path) -> DecidedComments:
    """Raises DocumentError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): run scripts/review pull first."
        raise DocumentError(message) from error
    return parse_document(content)


def parse_document(content: bytes) -> DecidedComments:
    """What another program wrote is not trusted; raises DocumentError."""
    try:
        document = json.loads(content.decode("utf-8"))
        if document["schema"] != SCHEMA:
            raise DocumentError("It is of another version of these tools: pull the comments anew.")
        return DecidedComments(
            service=str(document["service"]),
            pulled_at=str(document["pulled_at"]),
            comments=tuple(read_comment(one) for one in document["comments"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"The comments cannot be read ({error.__class__.__name__}): pull them anew."
        raise DocumentError(message) from error


def read_comment(content: Mapping[str, Any]) -> DecidedComment:
    """Raises ValueError, KeyError or TypeError for anything but a comment of this form."""
    for field in _WORDS:
        if not _WORD.fullmatch(content[field]):
            raise ValueError(field)
    if not _ID.fullmatch(content["id"]):
        raise ValueError("id")
    outcome = content["outcome"]
    if outcome is not None and not _WORD.fullmatch(outcome):
        raise ValueError("outcome")
    base = content["base"]
    return DecidedComment(
        id=content["id"],
        **{field: content[field] for field in _WORDS},
        role_verified=bool(content["role_verified"]),
        public=bool(content["public"]),
        outcome=outcome,
        reason=_text(content["reason"]),
        reason_language=_text(content["reason_language"]),
        decided_at=_text(content["decided_at"]),
        decided_by=_text(content["decided_by"]),
        name=_text(content["name"]),
        suggestion=_text(content["suggestion"]),
        base=None if base is None else _base(base),
        translation_behind=content.get("translation_behind"),
    )


def _base(content: Mapping[str, Any]) -> BaseWording:
    return BaseWording(
        title=_needed(content["title"]),
        markdown=_needed(content["markdown"]),
        text_language=_needed(content["text_language"]),
    )


def _needed(value: object) -> str:
    text = _text(value)
    if text is None:
        raise ValueError("a text is missing")
    return text


def _text(value: object) -> str | None:
    """A lone surrogate, which no file can hold, raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(value.__class__.__name__)
    value.encode("utf-8")
    return value
