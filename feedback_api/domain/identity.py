"""The names of things; one type each, so that none is passed for another."""

from typing import NewType

PageId = NewType("PageId", str)
SectionId = NewType("SectionId", str)
LanguageCode = NewType("LanguageCode", str)
Fingerprint = NewType("Fingerprint", str)
"""Of a wording: 16 hex digits."""
CommentId = NewType("CommentId", str)
"""A random UUID in its usual form."""
CycleId = NewType("CycleId", str)
EditorName = NewType("EditorName", str)
CommitHash = NewType("CommitHash", str)
"""Of a git commit of the text: 40 hex digits."""

WAITING = CycleId("waiting")
"""Where comments stand that were made outside any review cycle."""
