"""From posted fields to a stored comment; whatever is wrong with them is told all at once."""

from collections.abc import Sequence

from msgspec.structs import replace

from feedback_api.domain.comment import About, Draft, Kind, Role, Visibility, tidied
from feedback_api.domain.errors import Invalid, InvalidComment, Unknown, UnknownWording
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import LanguageCode
from feedback_api.domain.text import IDEMPOTENCY_KEY
from feedback_api.services import Services
from feedback_api.services.ports import PublishedText
from feedback_api.services.submit import Submitted, begin, submit
from feedback_api.web.comment_filters import is_section
from feedback_api.web.fields import Fields, convert, convert_each
from feedback_api.web.posted_models import CommentPosted
from feedback_api.web.threads import in_thread, is_answering, told_by

_HARMLESS = CommentPosted(
    section="",
    language="",
    wording="",
    role=Role.STAFF,
    kind=Kind.QUESTION,
    about=About.RULE,
    body="x",
    visibility=Visibility.REVIEWERS,
)
"""Stands in for the fields that have a fault already, while the others are looked at."""


async def submit_fields(
    fields: Fields, *, key: str | None, services: Services, texts: bool = False
) -> Submitted:
    """Store the comment; `texts`: all values came as text.

    Raises InvalidComment with every fault, IdempotencyMismatch, InvitationRefused, StoreError.
    """
    try:
        posted = convert(fields, CommentPosted, texts=texts)
        if services.queue is None or posted.invitation is not None or is_answering():
            return await in_thread(
                submit,
                posted.draft(),
                idempotency_key=key,
                services=services,
                invitation=posted.invitation,
            )
        begun = begin(posted.draft(), idempotency_key=key, services=services)
        if isinstance(begun, Submitted):
            return begun
        return begun.told(await told_by(services.queue.add_soon(begun.comment)))
    except (Invalid, Unknown):
        faults = _every_fault(fields, key, services.text, texts=texts)
        if not faults:
            raise
        raise InvalidComment(*faults) from None


def _every_fault(
    fields: Fields, key: str | None, text: PublishedText, *, texts: bool
) -> Sequence[Fault]:
    values, faults = convert_each(fields, CommentPosted, texts=texts)
    draft = replace(_HARMLESS, **values).draft()
    found = [*faults, *_faults_of_form(draft), *_faults_against_text(draft, values, text)]
    if key is not None:
        IDEMPOTENCY_KEY.tidy_into(found, key)
    order = [*CommentPosted.__struct_fields__]
    return sorted(found, key=lambda fault: [*order, fault.field].index(fault.field))


def _faults_of_form(draft: Draft) -> Sequence[Fault]:
    try:
        tidied(draft)
    except Invalid as invalid:
        return invalid.faults
    return ()


def _faults_against_text(draft: Draft, given: Fields, text: PublishedText) -> Sequence[Fault]:
    """What the text does not know; a field that was not given has been told of already."""
    faults = []
    if "language" in given and not _is_language(draft.language, text):
        faults.append(Fault(code=FaultCode.UNKNOWN_LANGUAGE, field="language"))
    if "section" in given and not is_section(draft.section, text):
        faults.append(Fault(code=FaultCode.UNKNOWN_SECTION, field="section"))
    if not faults and given.keys() >= {"section", "language", "wording"}:
        try:
            text.wording(draft.section, draft.language, draft.wording)
        except UnknownWording:
            faults.append(Fault(code=FaultCode.UNKNOWN_WORDING, field="wording"))
    return faults


def _is_language(code: LanguageCode, text: PublishedText) -> bool:
    return any(language.code == code for language in text.languages())
