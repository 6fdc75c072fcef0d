"""From posted fields to a recorded decision; whatever is wrong with them is told all at once."""

from starlette.concurrency import run_in_threadpool

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Invalid, InvalidDecision
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.text import REASON
from feedback_api.services import Services
from feedback_api.services.ports import PublishedText
from feedback_api.services.review import decide
from feedback_api.web.fields import Fields, convert, convert_each
from feedback_api.web.posted_models import DecisionPosted
from feedback_api.web.refusals import InvalidRequest


async def decide_fields(
    comment_id: CommentId,
    fields: Fields,
    kind: type[DecisionPosted],
    *,
    editor: EditorName,
    services: Services,
    texts: bool = False,
) -> Comment:
    """Record the decision; `texts`: all values came as text.

    Raises UnknownComment, InvalidDecision with every fault, Conflict, NotAllowedNow, StoreError.
    """
    services.comments.get(comment_id)
    try:
        posted = convert(fields, kind, texts=texts)
    except InvalidRequest:
        raise InvalidDecision(*_every_fault(fields, kind, services.text, texts=texts)) from None
    return await run_in_threadpool(
        decide,
        comment_id,
        posted.draft(),
        editor=editor,
        expected_version=posted.version,
        services=services,
    )


def _every_fault(
    fields: Fields, kind: type[DecisionPosted], text: PublishedText, *, texts: bool
) -> list[Fault]:
    """The faults of the types, and what the domain would find in the fields that have none."""
    values, structural = convert_each(fields, kind, texts=texts)
    faults = list(structural)
    if "reason" in values:
        try:
            REASON.tidy(str(values["reason"]))
        except Invalid as invalid:
            faults.extend(invalid.faults)
    codes = {language.code for language in text.languages()}
    if "reason_language" in values and values["reason_language"] not in codes:
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="reason_language"))
    return faults
