"""What an editor sends to change one comment: msgspec Structs, the same for JSON and for forms."""

from typing import Annotated

from msgspec import Meta

from feedback_api.domain.text import GLOSS, NOTE, QUESTION
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Language, Posted, Version, at_most

_Note = Annotated[
    str,
    Meta(
        description=mark("Plain text for the other editors; the commenter never sees it."),
        extra_json_schema=at_most(NOTE),
    ),
]
_Question = Annotated[
    str,
    Meta(
        description=mark("Plain text; the commenter reads it and can answer once."),
        extra_json_schema=at_most(QUESTION),
    ),
]
_Gloss = Annotated[
    str,
    Meta(
        description=mark("One line that says what the comment says; empty to remove it."),
        extra_json_schema=at_most(GLOSS),
    ),
]
_Assignee = Annotated[str, Meta(description=mark("Name of an editor; null for nobody."))]
Original = Annotated[str, Meta(description=mark("Id or address of the comment it repeats."))]
_LaterCycle = Annotated[
    str, Meta(description=mark("Id of a later review cycle; without it, the next."))
]
_OwnReason = Annotated[
    str | None, Meta(description=mark("Without it the commenter reads a standard sentence."))
]


class VersionPosted(Posted, frozen=True, kw_only=True):
    """The version of the comment on which an editor acts."""

    version: Version


class PublicityPosted(VersionPosted, frozen=True, kw_only=True):
    """Whether readers may see the comment."""

    public: bool


class AssignmentPosted(VersionPosted, frozen=True, kw_only=True):
    """Who works on the comment."""

    assignee: _Assignee | None


class NotePosted(VersionPosted, frozen=True, kw_only=True):
    """A note for the other editors."""

    body: _Note


class GlossPosted(VersionPosted, frozen=True, kw_only=True):
    """One line that tells the editors what the comment says."""

    text: _Gloss
    language: Language


class QuestionPosted(VersionPosted, frozen=True, kw_only=True):
    """A question to the commenter."""

    body: _Question
    language: Language


class MergePosted(VersionPosted, frozen=True, kw_only=True):
    """That the comment repeats another one."""

    duplicate_of: Original
    reason: _OwnReason = None
    reason_language: Language | None = None


class DeferralPosted(VersionPosted, frozen=True, kw_only=True):
    """That a later review cycle answers the comment."""

    deferred_to: _LaterCycle | None = None
    reason: _OwnReason = None
    reason_language: Language | None = None
