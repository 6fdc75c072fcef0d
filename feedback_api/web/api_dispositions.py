"""The disposition table of a cycle, in four formats."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from feedback_api.domain.comment import Kind, Role
from feedback_api.domain.decision import State
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CycleId
from feedback_api.domain.section import Language
from feedback_api.services.closing import Disposition, Dispositions, dispositions
from feedback_api.web.disposition_table import TableWords, disposition_table
from feedback_api.web.dispositions_document import dispositions_document
from feedback_api.web.fields import JSON_TYPE, convert, read_query
from feedback_api.web.language_choice import source_language
from feedback_api.web.posted_models import Posted
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.table_file import TableFormat, table_file
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


class DispositionsQuery(Posted, frozen=True, kw_only=True):
    """`all`: for editors, with the comments that readers may not see; `language` of the words."""

    format: TableFormat = TableFormat.JSON
    language: str | None = None
    all: Annotated[int, Meta(ge=0, le=1)] = 0


class DispositionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One comment as editors see it in the table."""

    number: int
    id: str
    section: str
    clause: str
    language: str
    role: Role
    role_verified: bool
    kind: Kind
    comment: str
    proposed_wording: str | None
    state: State
    decision: State | None
    reason: str | None
    commit: str | None
    public: bool


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    cycle: str
    rows: list[DispositionRow]


async def show_dispositions(visit: Visit) -> Response:
    """What anybody may know; with `all=1` what the board shows.

    Raises as Visit.require, UnknownCycle.
    """
    query = convert(read_query(visit.request), DispositionsQuery, texts=True)
    if query.all:
        visit.require("GET /api/v1/cycles/{cycle}/dispositions?all=1")
    language = asked_language(visit, query.language)
    answer = await in_thread(_answer, visit, query, language)
    answer.headers["cache-control"] = "no-store"
    return answer


def asked_language(visit: Visit, code: str | None) -> Language:
    """The language of that code; the visitor's without one. Raises InvalidRequest."""
    if code is None:
        return visit.language
    for language in visit.languages:
        if language.code == code:
            return language
    raise InvalidRequest(Fault(code=FaultCode.UNKNOWN_LANGUAGE, field="language"))


def words_of(visit: Visit, language: Language) -> TableWords:
    """The messages of a language; those of the source where it has none yet."""
    known = visit.web.messages
    messages = known.get(language.code) or known[source_language(visit.languages)]
    return TableWords(language=language.code, tag=language.tag, messages=messages)


def _answer(visit: Visit, query: DispositionsQuery, language: Language) -> Response:
    cycle = CycleId(visit.request.path_params["cycle"])
    everything = bool(query.all)
    found = dispositions(cycle, everything=everything, services=visit.services)
    if query.format is TableFormat.JSON:
        content = _editors_json(found) if everything else dispositions_document(found)
        return Response(content, media_type=JSON_TYPE)
    table = disposition_table(
        found, words_of(visit, language), visit.services.text, everything=everything
    )
    return table_file(table, query.format, f"dispositions-{found.cycle.id}")


def _editors_json(found: Dispositions) -> bytes:
    rows = [
        _row(number, section.number, one)
        for number, (section, one) in enumerate(
            ((section, one) for section in found.sections for one in section.comments), 1
        )
    ]
    return msgspec.json.encode(_Rows(cycle=found.cycle.id, rows=rows))


def _row(number: int, clause: str, one: Disposition) -> DispositionRow:
    comment, decision = one.comment, one.decision
    return DispositionRow(
        number=number,
        id=comment.id,
        section=comment.section,
        clause=clause,
        language=comment.language,
        role=comment.role,
        role_verified=comment.role_verified,
        kind=comment.kind,
        comment=comment.body,
        proposed_wording=comment.suggestion,
        state=comment.state,
        decision=decision.outcome if decision else None,
        reason=decision.reason if decision else None,
        commit=one.commit,
        public=comment.is_public,
    )
