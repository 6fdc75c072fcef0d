"""A decided comment as the tools that change the text read it: the same as `review pull` keeps.

Nothing in it that they may write down, unless readers see the comment now, tells who commented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Unknown
from feedback_api.domain.identity import Fingerprint
from feedback_api.services import Services

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseWording:
    """What the suggestion was written against."""

    title: str
    markdown: str
    text_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedComment:
    """Field by field what the tools' document holds; times as in JSON."""

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
    """The whole document."""

    schema: int
    service: str
    pulled_at: str
    comments: Sequence[DecidedComment]


def decided_comment(
    comment: Comment,
    services: Services,
    *,
    suggestion: str | None = None,
    wording: Fingerprint | None = None,
) -> DecidedComment:
    """`suggestion` as an editor changed it, and `wording` what that was written against."""
    decision = comment.decision
    read = wording or comment.wording
    return DecidedComment(
        id=comment.id,
        section=comment.section,
        page=comment.page,
        language=comment.language,
        cycle=comment.cycle,
        role=comment.role.value,
        role_verified=comment.role_verified,
        kind=comment.kind.value,
        about=comment.about.value,
        public=comment.is_public,
        state=comment.state.value,
        outcome=decision.outcome.value if decision else None,
        reason=decision.reason if decision else None,
        reason_language=decision.reason_language if decision else None,
        decided_at=moment_text(decision.at) if decision else None,
        decided_by=None,  # editors' names are nobody's business outside the service
        name=comment.name if comment.is_public else None,
        suggestion=suggestion or comment.suggestion,
        wording=read,
        base=_base(comment, read, services),
        translation_behind=comment.translation_was_behind,
    )


def moment_text(moment: datetime) -> str:
    """A time in UTC as the documents write it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _base(comment: Comment, wording: Fingerprint, services: Services) -> BaseWording | None:
    try:
        found = services.text.wording(comment.section, comment.language, wording)
    except Unknown:
        return None
    return BaseWording(
        title=found.title, markdown=found.markdown, text_language=found.text_language
    )
