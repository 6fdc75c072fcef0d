"""Comments collected at a meeting: the form to fill in, its upload, the preview, the receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from feedback_api.domain.cycle import Cycle, Phase
from feedback_api.domain.errors import FeedbackError, StoreError
from feedback_api.domain.identity import CommentId, CycleId
from feedback_api.domain.receipt import Receipt
from feedback_api.services.agenda import phase_of
from feedback_api.services.collect import Kept, keep
from feedback_api.web.api_dispositions import asked_language, words_of
from feedback_api.web.collect_form import collect_form
from feedback_api.web.collect_preview import Preview, Reader, preview, row_section
from feedback_api.web.collect_sealed import SealedRow, unseal
from feedback_api.web.collect_texts import NO_FILE, PREVIEW_OVER, why_not
from feedback_api.web.collected_rows import Vocabulary
from feedback_api.web.fields import convert, read_query
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import Posted
from feedback_api.web.problem import say_error, status_of
from feedback_api.web.refusals import FormNotTaken, NotFound
from feedback_api.web.section_view import SectionView, language_tags
from feedback_api.web.table_file import TableFormat, table_file
from feedback_api.web.threads import Turns, in_thread
from feedback_api.web.visit import Visit

_FORMATS = {"ods": TableFormat.ODS, "csv": TableFormat.CSV}
# However many forms are sent at once, one thread reads them; the others answer readers.
_READING = Turns(1)
_WHEN: Mapping[Phase, str] = {
    Phase.UPCOMING: mark(
        "The cycle has not opened yet: what you store now waits for the next cycle that opens."
    ),
    Phase.OPEN: "",
    Phase.DECIDING: mark(
        "The cycle takes no more comments by itself; those you store now are decided in it all "
        "the same."
    ),
    Phase.CLOSED: mark("The cycle is closed: what you store now waits for the next one."),
}


class FormQuery(Posted, frozen=True, kw_only=True):
    """`language` of the form; the interface's without it."""

    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptRow:
    """A row after storing: its comment and receipt, or the problem, in the editor's words."""

    row: SealedRow
    section: SectionView | None
    comment: CommentId | None
    receipt: Receipt | None
    problem: str


async def download_form(visit: Visit) -> Response:
    """The form as a file. Raises UnknownCycle, NotFound, InvalidRequest."""
    written_as = _FORMATS.get(visit.request.path_params["format"])
    if written_as is None:
        raise NotFound
    query = convert(_without_choice(visit), FormQuery, texts=True)
    cycle = _cycle(visit)
    words = words_of(visit, asked_language(visit, query.language))

    def make() -> Response:
        table = collect_form(cycle, words, visit.services.text)
        return table_file(table, written_as, f"comments-{cycle.id}-{words.language}")

    return await in_thread(make)


async def show_collect(visit: Visit) -> Response:
    """The page on which a filled form is uploaded."""
    return _upload_page(visit, _cycle(visit))


async def post_collect(visit: Visit) -> Response:
    """A file is shown as it would be stored; a preview that comes back is stored."""
    cycle = _cycle(visit)
    sealed = (await visit.form()).get("rows", "")
    try:
        if sealed:
            return await _store(visit, cycle, sealed)
        if not visit.file:
            raise FormNotTaken(NO_FILE)
        found = await _READING.in_thread(preview, visit.file, cycle, _reader(visit))
    except FormNotTaken as error:
        return _upload_page(visit, cycle, error)
    return _preview_page(visit, cycle, found)


async def _store(visit: Visit, cycle: Cycle, sealed: str) -> Response:
    """Raises FormNotTaken."""
    services, editor = visit.services, visit.editor
    rows = await in_thread(unseal, sealed, cycle=cycle.id, editor=editor, services=services)
    if rows is None:
        raise FormNotTaken(PREVIEW_OVER)
    drafts = [(row.draft, row.equal) for row in rows]
    kept = await in_thread(keep, cycle.id, drafts, editor=editor, services=services)
    shown = [_kept_row(row, one, visit) for row, one in zip(rows, kept, strict=True)]
    failed = next((one.error for one in kept if isinstance(one.error, StoreError)), None)
    return _page(
        visit,
        "collect_stored.html",
        cycle,
        status=status_of(failed) if failed else 201,
        stored=[row for row in shown if row.receipt],
        failed=[row for row in shown if not row.receipt],
        sealed=sealed if failed else "",
    )


def _kept_row(row: SealedRow, kept: Kept, visit: Visit) -> _KeptRow:
    return _KeptRow(
        row=row,
        section=row_section(row.draft, visit.services.text),
        comment=kept.sent.comment.id if kept.sent else None,
        receipt=kept.sent.receipt if kept.sent else None,
        problem=_problem(kept.error, visit) if kept.error else "",
    )


def _problem(error: FeedbackError, visit: Visit) -> str:
    said = say_error(error, visit.messages)
    return f"{said.title}. {said.detail}"


def _upload_page(visit: Visit, cycle: Cycle, error: FormNotTaken | None = None) -> Response:
    return _page(
        visit,
        "collect_upload.html",
        cycle,
        error=error,
        problem=why_not(error, visit.messages) if error else "",
        names=[(language.code, language.tag, language.name) for language in visit.languages],
    )


def _preview_page(visit: Visit, cycle: Cycle, found: Preview) -> Response:
    when = _WHEN[phase_of(cycle, visit.services)]
    said = visit.messages.say(when) if when else ""
    return _page(visit, "collect_preview.html", cycle, found=found, when=said)


def _page(visit: Visit, template: str, cycle: Cycle, **values: Any) -> Response:
    path = visit.request.scope["path"]
    return render(
        visit,
        template,
        here=path,
        cycle=cycle,
        title=cycle.titles.get(visit.language.code) or next(iter(cycle.titles.values())),
        names_of={language.code: language.name for language in visit.languages},
        tags=language_tags(visit.services.text),
        **values,
    )


def _reader(visit: Visit) -> Reader:
    known: Sequence[Any] = [*visit.web.messages.values()]
    return Reader(
        editor=visit.editor,
        vocabulary=Vocabulary(known, visit.messages),
        services=visit.services,
    )


def _cycle(visit: Visit) -> Cycle:
    """Raises UnknownCycle."""
    return visit.services.cycles.cycle(CycleId(visit.request.path_params["cycle"]))


def _without_choice(visit: Visit) -> Mapping[str, str]:
    query = dict(read_query(visit.request))
    query.pop(choice_parameter(visit.request.scope["path"]), None)
    return query
