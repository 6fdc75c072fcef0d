"""From the domain's records to what each kind of reader may see of them."""

from collections.abc import Iterable

from msgspec.structs import asdict

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import BY_COMMENTER, BY_DEPLOYMENT, BY_RETENTION, INTERNAL, Event
from feedback_api.domain.section import SectionEntry
from feedback_api.services import Services
from feedback_api.services.ports import PublishedText
from feedback_api.services.seen import as_readers_see
from feedback_api.services.standing import TextStanding, stands
from feedback_api.services.support import support_of
from feedback_api.web.shown_models import (
    AdditionShown,
    CommentShown,
    DecisionShown,
    EventShown,
    OwnCommentShown,
    PublishedCommentShown,
    SectionShown,
    SectionWordingShown,
)

BY_EDITOR = "editor"
"""Instead of an editor's name, wherever the reader is not an editor."""
_NOT_EDITORS = (BY_COMMENTER, BY_DEPLOYMENT, BY_RETENTION)


def section_shown(
    entry: SectionEntry, comments: Iterable[Comment], services: Services
) -> SectionShown:
    """A section with the comments that readers may see of it."""
    shown = [published_shown(comment, services) for comment in comments]
    return SectionShown(
        id=entry.id,
        page=entry.page,
        level=entry.level,
        number=entry.number,
        counts={entry.id: len(shown)} if shown else {},
        languages={
            code: SectionWordingShown(
                title=published.title,
                url=published.url,
                fingerprint=published.fingerprint,
                state=published.state,
                text_language=published.text_language,
            )
            for code, published in entry.languages.items()
        },
        comments=shown,
    )


def comment_shown(comment: Comment, text: PublishedText) -> CommentShown:
    """For any reader: no e-mail, no receipt, no editor's name, no other comment's id."""
    standing = stands(comment, text)
    return CommentShown(
        id=comment.id,
        section=comment.section,
        language=comment.language,
        wording=comment.wording,
        on_current_wording=standing.standing is TextStanding.CURRENT,
        standing=standing.standing,
        successor=standing.successor,
        translation_behind=comment.translation_was_behind,
        role=comment.role,
        role_verified=comment.role_verified,
        kind=comment.kind,
        about=comment.about,
        body=comment.body,
        suggestion=comment.suggestion,
        name=comment.name,
        submitted_at=comment.submitted_at,
        state=comment.state,
        commit=comment.commit,
        published_at=comment.published.at if comment.published else None,
        decision=decision_shown(comment.decision) if comment.decision else None,
    )


def published_shown(comment: Comment, services: Services) -> PublishedCommentShown:
    """A comment that is public now, with how many support it."""
    return PublishedCommentShown(
        **asdict(comment_shown(as_readers_see(comment, services), services.text)),
        support=support_of(comment, services),
    )


def own_comment_shown(comment: Comment, text: PublishedText) -> OwnCommentShown:
    """For the holder of the receipt."""
    return OwnCommentShown(
        **asdict(comment_shown(comment, text)),
        visibility=comment.visibility,
        public=comment.is_public,
        additions=[AdditionShown(at=said.at, body=said.body) for said in comment.additions],
        events=[_event_shown(event) for event in comment.events if event.what not in INTERNAL],
    )


def decision_shown(decision: Decision) -> DecisionShown:
    """Without who decided, and without the id of any other comment."""
    return DecisionShown(
        outcome=decision.outcome,
        reason=decision.reason,
        reason_language=decision.reason_language,
        at=decision.at,
    )


def _event_shown(event: Event) -> EventShown:
    return EventShown(
        what=event.what,
        at=event.at,
        by=event.by if event.by in _NOT_EDITORS else BY_EDITOR,
        before=State(event.before) if event.before else None,
        after=State(event.after) if event.after else None,
        reason=event.reason,
        commit=event.commit,
    )
