"""From a comment as stored to what an editor may see of it."""

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision
from feedback_api.domain.event import Event
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of
from feedback_api.services.standing import TextStanding, stands
from feedback_api.services.support import support_of
from feedback_api.web.reviewed_models import (
    GlossShown,
    NoteShown,
    ObjectionShown,
    QuestionShown,
    ReviewedCommentShown,
    ReviewedDecisionShown,
    ReviewedEventShown,
)
from feedback_api.web.shown_models import AdditionShown


def reviewed_comment_shown(comment: Comment, services: Services) -> ReviewedCommentShown:
    """For an editor: everything but what is the store's alone."""
    standing = stands(comment, services.text)
    return ReviewedCommentShown(
        id=comment.id,
        section=comment.section,
        page=comment.page,
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
        visibility=comment.visibility,
        public=comment.public,
        name=comment.name,
        email=comment.email,
        submitted_at=comment.submitted_at,
        collected_by=comment.collected_by,
        state=comment.state,
        commit=comment.commit,
        published_at=comment.published.at if comment.published else None,
        cycle=comment.cycle,
        agenda=cycle_of(comment, services),
        assignee=comment.assignee,
        decision=_decision_shown(comment.decision),
        prepared=_decision_shown(comment.prepared),
        earlier_decisions=[
            shown for shown in map(_decision_shown, comment.earlier_decisions) if shown
        ],
        objection=_objection_shown(comment),
        gloss=_gloss_shown(comment),
        notes=[NoteShown(at=note.at, by=note.by, body=note.body) for note in comment.notes],
        questions=_questions_shown(comment),
        additions=[AdditionShown(at=said.at, body=said.body) for said in comment.additions],
        support=support_of(comment, services, everything=True),
        events=[_event_shown(event) for event in comment.events],
        version=comment.version,
    )


def _decision_shown(decision: Decision | None) -> ReviewedDecisionShown | None:
    if decision is None:
        return None
    return ReviewedDecisionShown(
        outcome=decision.outcome,
        reason=decision.reason,
        reason_language=decision.reason_language,
        at=decision.at,
        by=decision.by,
        cycle=decision.cycle,
        duplicate_of=decision.duplicate_of,
        deferred_to=decision.deferred_to,
    )


def _objection_shown(comment: Comment) -> ObjectionShown | None:
    objection = comment.objection
    return ObjectionShown(at=objection.at, body=objection.body) if objection else None


def _gloss_shown(comment: Comment) -> GlossShown | None:
    gloss = comment.gloss
    if gloss is None:
        return None
    return GlossShown(at=gloss.at, by=gloss.by, language=gloss.language, text=gloss.text)


def _questions_shown(comment: Comment) -> list[QuestionShown]:
    return [
        QuestionShown(at=asked.at, by=asked.by, language=asked.language, body=asked.body)
        for asked in comment.questions
    ]


def _event_shown(event: Event) -> ReviewedEventShown:
    return ReviewedEventShown(
        what=event.what,
        at=event.at,
        by=event.by,
        before=event.before,
        after=event.after,
        reason=event.reason,
        commit=event.commit,
    )
