"""What an editor can do with one comment: the same fields, checks and steps for JSON and forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Invalid, InvalidDecision, InvalidRemark
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.text import GLOSS, NOTE, QUESTION, REASON, TextRule
from feedback_api.services import Services
from feedback_api.web import comment_steps as steps
from feedback_api.web.comment_steps import Acting
from feedback_api.web.fields import Fields, convert, convert_each
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
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_OWN_REASON = replace(REASON, required=False)
"""Where a standard sentence stands in for none."""

PostedT = TypeVar("PostedT", bound=VersionPosted | DecisionPosted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[PostedT]):
    """One thing to do with a comment.

    `rules` and `languages`: the fields whose faults are told together with those of the types;
    `blanks`: the fields of a form that mean something when they are left empty.
    """

    posted: type[PostedT]
    step: Callable[[Acting, PostedT], Comment]
    refused: type[Invalid] = InvalidRequest
    rules: Mapping[str, TextRule] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


BEGIN = Action(posted=VersionPosted, step=steps.begin)
PUBLICITY = Action(posted=PublicityPosted, step=steps.publish)
ASSIGN = Action(
    posted=AssignmentPosted, step=steps.assign_to, refused=InvalidRemark, blanks=("assignee",)
)
NOTE_DOWN = Action(posted=NotePosted, step=steps.note, refused=InvalidRemark, rules={"body": NOTE})
GLOSS_OVER = Action(
    posted=GlossPosted,
    step=steps.gloss,
    refused=InvalidRemark,
    rules={"text": GLOSS},
    languages=("language",),
    blanks=("text",),
)
ASK = Action(
    posted=QuestionPosted,
    step=steps.question,
    refused=InvalidRemark,
    rules={"body": QUESTION},
    languages=("language",),
)
DECIDE = Action(
    posted=DecisionPosted,
    step=steps.decision,
    refused=InvalidDecision,
    rules={"reason": REASON},
    languages=("reason_language",),
)
PREPARE = Action(
    posted=DecisionPosted,
    step=steps.preparation,
    refused=InvalidDecision,
    rules={"reason": REASON},
    languages=("reason_language",),
)
MERGE = Action(
    posted=MergePosted,
    step=steps.merging,
    refused=InvalidDecision,
    rules={"reason": _OWN_REASON},
    languages=("reason_language",),
)
DEFER = Action(
    posted=DeferralPosted,
    step=steps.deferral,
    refused=InvalidDecision,
    rules={"reason": _OWN_REASON},
    languages=("reason_language",),
)
UNPREPARE = Action(posted=VersionPosted, step=steps.drop)
UNDO = Action(posted=VersionPosted, step=steps.take_back)
ANNOUNCE = Action(posted=VersionPosted, step=steps.announce_one)


async def perform(
    action: Action[PostedT], visit: Visit, fields: Fields, *, texts: bool = False
) -> Comment:
    """Do it; whatever is wrong with the fields is told at once. `texts`: all came as text.

    Raises UnknownComment, `action.refused` and what the step raises.
    """
    acting = Acting(
        comment=comment_id(visit),
        editor=EditorName(visit.editor),
        services=visit.services,
        messages=visit.web.messages,
    )
    visit.services.comments.get(acting.comment)
    try:
        posted = convert(fields, action.posted, texts=texts)
    except InvalidRequest:
        raise action.refused(*_every_fault(fields, action, visit.services, texts)) from None
    return await in_thread(action.step, acting, posted)


def comment_id(visit: Visit) -> CommentId:
    """The comment that the URL names."""
    return CommentId(visit.request.path_params["comment"])


def _every_fault(
    fields: Fields, action: Action[PostedT], services: Services, texts: bool
) -> list[Fault]:
    """The faults of the types, and what the domain would find in the fields that have none."""
    values, structural = convert_each(fields, action.posted, texts=texts)
    faults = list(structural)
    for name, rule in action.rules.items():
        if isinstance(said := values.get(name), str):
            rule.tidy_into(faults, said)
    codes = {language.code for language in services.text.languages()}
    faults.extend(
        Fault(code=FaultCode.UNKNOWN_VALUE, field=name)
        for name in action.languages
        if values.get(name) is not None and values[name] not in codes
    )
    return faults
