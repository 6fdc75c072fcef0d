"""A comment as the holder of its receipt sees it, for pages and programs alike."""

from collections.abc import Iterable
from typing import Literal

from msgspec.structs import asdict

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import CLOSED
from feedback_api.domain.errors import FeedbackError
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of
from feedback_api.services.follow import may_reply, objections_until, refuse_objection
from feedback_api.services.letters_due import NEWS, OPT_IN, REFUSED
from feedback_api.services.seen import as_commenter_sees, merged_publicly_into
from feedback_api.services.support import support_of
from feedback_api.web.answers import decision_shown, own_comment_shown
from feedback_api.web.receipt_models import (
    FollowedShown,
    Hashed,
    ObjectionShown,
    OwnDataShown,
    PossibleShown,
    QuestionShown,
    RedlineShown,
    RunShown,
    ToldShown,
)
from feedback_api.web.redline import Redline, Run, redline_since
from feedback_api.web.section_view import view_wording


def followed_shown(comment: Comment, services: Services) -> FollowedShown:
    """No internal notes, no editors' names, no hashes, no e-mail address."""
    seen = as_commenter_sees(comment, services)
    text = services.text
    wording = text.wording(comment.section, comment.language, comment.wording)
    redline = redline_since(wording, text)
    return FollowedShown(
        **asdict(own_comment_shown(seen, text)),
        cycle=cycle_of(comment, services),
        deferred_to=seen.decision.deferred_to if seen.decision else None,
        merged_into=merged_publicly_into(comment, services),
        support=support_of(comment, services) if comment.is_public else 0,
        questions=[
            QuestionShown(at=asked.at, language=asked.language, body=asked.body)
            for asked in seen.questions
        ],
        earlier_decisions=[decision_shown(decision) for decision in seen.earlier_decisions],
        objection=None
        if seen.objection is None
        else ObjectionShown(at=seen.objection.at, body=seen.objection.body),
        redline=None if redline is None else _redline_shown(redline),
        possible=_possible(comment, services),
    )


def own_data_shown(comment: Comment, services: Services) -> OwnDataShown:
    """The same with the commenter's e-mail address and the wording the comment is about."""
    wording = services.text.wording(comment.section, comment.language, comment.wording)
    return OwnDataShown(
        **asdict(followed_shown(comment, services)),
        made_in=comment.cycle,
        page=comment.page,
        number=view_wording(wording, services.text).number,
        title=wording.title,
        wording_text=wording.text,
        email=comment.email,
        email_confirmed_at=comment.email_confirmed_at,
        collected=comment.collected_by is not None,
        told=[
            ToldShown(by=_way_of(delivered.channel), events=delivered.events)
            for delivered in comment.delivered
        ],
        hashes=_hashes(comment),
    )


def _way_of(channel: str) -> Literal["email-opt-in", "email", "email-refused", "webhook"]:
    """Without the id of another comment, which a channel may hold, and without a host."""
    if channel == OPT_IN:
        return "email-opt-in"
    if channel == REFUSED:
        return "email-refused"
    return "email" if channel.partition(":")[0] == NEWS else "webhook"


def _hashes(comment: Comment) -> list[Hashed]:
    kept: list[Hashed] = ["receipt"]
    if comment.idempotency is not None:
        kept += ["idempotency-key", "idempotency-body"]
    if comment.seconds:
        kept.append("supporters")
    return kept


def _possible(comment: Comment, services: Services) -> PossibleShown:
    may_object = _may_object(comment, services)
    return PossibleShown(
        reply=may_reply(comment, services),
        withdraw=comment.state not in CLOSED,
        object=may_object,
        object_before=objections_until(comment.decision.cycle, services)
        if may_object and comment.decision
        else None,
    )


def _may_object(comment: Comment, services: Services) -> bool:
    try:
        refuse_objection(comment, services.clock.now(), services)
    except FeedbackError:
        return False
    return True


def _redline_shown(redline: Redline) -> RedlineShown:
    return RedlineShown(
        title=None if redline.title is None else _runs_shown(redline.title),
        lines=[_runs_shown(line) for line in redline.lines],
    )


def _runs_shown(line: Iterable[Run]) -> list[RunShown]:
    return [RunShown(change=run.change, text=run.text) for run in line]
