"""The steps behind an editor's actions: from what was posted to a call of the services."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import CommentId, CycleId, EditorName, LanguageCode
from feedback_api.services import Services
from feedback_api.services.prepare import announce, drop_prepared, prepare
from feedback_api.services.review import begin_review, decide, set_public, undo
from feedback_api.services.triage import add_note, ask, assign, set_gloss
from feedback_api.web.comment_names import named_comment
from feedback_api.web.language_choice import source_language
from feedback_api.web.messages import Messages, mark
from feedback_api.web.posted_actions import (
    AssignmentPosted,
    DeferralPosted,
    GlossPosted,
    MergePosted,
    NotePosted,
    PublicityPosted,
    QuestionPosted,
    VersionPosted,
)
from feedback_api.web.posted_models import DecisionPosted

MERGED = mark("Another comment says the same. Both are answered together.")
DEFERRED = mark("A later review cycle will answer this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts on which comment."""

    comment: CommentId
    editor: EditorName
    services: Services
    messages: Mapping[LanguageCode, Messages]


def begin(by: Acting, posted: VersionPosted) -> Comment:
    return begin_review(
        by.comment, editor=by.editor, expected_version=posted.version, services=by.services
    )


def publish(by: Acting, posted: PublicityPosted) -> Comment:
    return set_public(
        by.comment,
        posted.public,
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def assign_to(by: Acting, posted: AssignmentPosted) -> Comment:
    return assign(
        by.comment,
        posted.assignee or None,
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def note(by: Acting, posted: NotePosted) -> Comment:
    return add_note(
        by.comment,
        posted.body,
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def gloss(by: Acting, posted: GlossPosted) -> Comment:
    return set_gloss(
        by.comment,
        posted.text,
        LanguageCode(posted.language),
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def question(by: Acting, posted: QuestionPosted) -> Comment:
    return ask(
        by.comment,
        posted.body,
        LanguageCode(posted.language),
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def decision(by: Acting, posted: DecisionPosted) -> Comment:
    return _decide(by, posted.draft(), posted.version)


def preparation(by: Acting, posted: DecisionPosted) -> Comment:
    return prepare(
        by.comment,
        posted.draft(),
        editor=by.editor,
        expected_version=posted.version,
        services=by.services,
    )


def merging(by: Acting, posted: MergePosted) -> Comment:
    reason, language = _reason(by, posted, MERGED)
    draft = DecisionDraft(
        outcome=State.DUPLICATE,
        reason=reason,
        reason_language=language,
        duplicate_of=named_comment(posted.duplicate_of),
    )
    return _decide(by, draft, posted.version)


def deferral(by: Acting, posted: DeferralPosted) -> Comment:
    reason, language = _reason(by, posted, DEFERRED)
    draft = DecisionDraft(
        outcome=State.DEFERRED,
        reason=reason,
        reason_language=language,
        deferred_to=CycleId(posted.deferred_to) if posted.deferred_to else None,
    )
    return _decide(by, draft, posted.version)


def drop(by: Acting, posted: VersionPosted) -> Comment:
    return drop_prepared(
        by.comment, editor=by.editor, expected_version=posted.version, services=by.services
    )


def take_back(by: Acting, posted: VersionPosted) -> Comment:
    return undo(by.comment, editor=by.editor, expected_version=posted.version, services=by.services)


def announce_one(by: Acting, posted: VersionPosted) -> Comment:
    """Announce the prepared decision of this comment alone; what hinders it is raised."""
    picked = [(by.comment, posted.version)]
    (announced,) = announce(picked, editor=by.editor, services=by.services)
    if announced.error is not None:
        raise announced.error
    return announced.comment or by.services.comments.get(by.comment)


def _decide(by: Acting, draft: DecisionDraft, version: int) -> Comment:
    return decide(
        by.comment, draft, editor=by.editor, expected_version=version, services=by.services
    )


def _reason(
    by: Acting, posted: MergePosted | DeferralPosted, standard: str
) -> tuple[str, LanguageCode]:
    """What the commenter will read, and its language; the commenter's, as far as it is spoken."""
    commenters = by.services.comments.get(by.comment).language
    if posted.reason and posted.reason.strip():
        return posted.reason, LanguageCode(posted.reason_language or commenters)
    source = source_language(by.services.text.languages())
    spoken = commenters if commenters in by.messages else source
    return by.messages[spoken].say(standard), spoken
