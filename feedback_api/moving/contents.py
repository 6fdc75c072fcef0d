"""Everything a store holds, document by document, in whichever kind of store."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_api.domain.comment import Comment
from feedback_api.storage.documents import Form
from feedback_api.storage.kept_cycles import FORM as CYCLES
from feedback_api.storage.kept_deliveries import FORM as DELIVERIES
from feedback_api.storage.kept_editors import FORM as EDITORS
from feedback_api.storage.kept_invitations import FORM as INVITATIONS
from feedback_api.storage.kept_templates import FORM as TEMPLATES

COMMENTS = "comments"
WORDINGS = "wordings"
IN_FILES: Sequence[Form[Any]] = (CYCLES, TEMPLATES, INVITATIONS, EDITORS)
"""Each a small file of its own in a data folder."""
SMALL: Sequence[Form[Any]] = (*IN_FILES, DELIVERIES)
NAMES = (COMMENTS, WORDINGS, *(form.table for form in SMALL))

Contents = Mapping[str, Mapping[str, bytes]]
"""By the name of the collection (all of NAMES) and by key; each document is its JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Of one collection."""

    count: int
    checksum: str


def comment_key(comment: Comment) -> str:
    """Of a comment among all."""
    return f"{comment.cycle}/{comment.id}"


def sums(contents: Contents) -> Mapping[str, Sum]:
    """How many documents, and a SHA-256 over keys and bytes, whatever their order."""
    return {name: _sum(contents[name]) for name in NAMES}


def mark_of(contents: Contents) -> str:
    """Tells one state of a store from any other."""
    told = "\n".join(f"{name} {one.checksum}" for name, one in sums(contents).items())
    return hashlib.sha256(told.encode()).hexdigest()


def is_empty(contents: Contents) -> bool:
    """Whether nothing at all is stored."""
    return not any(contents.values())


def _sum(documents: Mapping[str, bytes]) -> Sum:
    digest = hashlib.sha256()
    for key, document in sorted(documents.items()):
        for part in (key.encode(), document):
            digest.update(len(part).to_bytes(8, "big") + part)
    return Sum(count=len(documents), checksum=digest.hexdigest())
