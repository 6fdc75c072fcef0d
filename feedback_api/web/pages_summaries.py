"""An editor's summary of what was said about a section, for the report in each language."""

from collections.abc import Mapping
from contextlib import suppress

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import (
    FeedbackError,
    InvalidRemark,
    RetiredSection,
    StoreError,
    SummaryChanged,
)
from feedback_api.domain.fault import Fault
from feedback_api.domain.identity import CycleId, LanguageCode, SectionId
from feedback_api.services.agenda import heard_in
from feedback_api.services.closing import summarise
from feedback_api.web.agenda_view import AgendaPart, agenda_part
from feedback_api.web.cycle_view import view_cycle
from feedback_api.web.fields import read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.texts_by_language import (
    TEXT,
    WAS,
    labels_of,
    refuse_others,
    text_fields,
    texts_of,
)
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_NAMED = frozenset({"csrf"})
_SAVED = mark("The summary is saved.")


async def show_summary(visit: Visit) -> Response:
    """What was said about the section, and the summary of it in each language."""
    done = read_query(visit.request).get("done", "") == "saved"
    return await _page(visit, done=_SAVED if done else "")


async def post_summary(visit: Visit) -> Response:
    """Save what was changed; where another editor was faster, both texts are shown."""
    cycle, section = _cycle(visit), _section(visit)
    form = await visit.form()
    try:
        refuse_others(form, visit, named=_NAMED)
    except InvalidRequest as error:
        return await _page(visit, typed=form, error=error)
    refused, newer = await in_thread(_save, cycle, section, form, visit)
    if refused is not None:
        return await _page(visit, typed=form, error=refused, newer=newer)
    return RedirectResponse(f"{_path(visit)}?done=saved", status_code=303)


def _save(
    cycle: Cycle, section: SectionId, form: Mapping[str, str], visit: Visit
) -> tuple[FeedbackError | None, Mapping[LanguageCode, str]]:
    """What hindered it, and what other editors wrote; each language stands or falls by itself."""
    was = texts_of(form, visit, prefix=WAS)
    faults: list[Fault] = []
    newer: dict[LanguageCode, str] = {}
    other: FeedbackError | None = None
    for language, text in texts_of(form, visit).items():
        if text == was.get(language):
            continue
        try:
            summarise(
                cycle.id,
                section,
                language,
                text,
                editor=visit.editor,
                expected=was.get(language),
                services=visit.services,
            )
        except InvalidRemark as invalid:
            faults.extend(_at_field(fault, language) for fault in invalid.faults)
        except SummaryChanged as changed:
            newer[language] = changed.newer
            other = changed
        except StoreError as error:
            other = error
    return (InvalidRemark(*faults) if faults else other), newer


def _at_field(fault: Fault, language: LanguageCode) -> Fault:
    field = TEXT + language if fault.field == "text" else fault.field
    return Fault(code=fault.code, field=field, params=fault.params)


async def _page(
    visit: Visit,
    *,
    typed: Mapping[str, str] | None = None,
    error: FeedbackError | None = None,
    newer: Mapping[LanguageCode, str] | None = None,
    done: str = "",
) -> Response:
    cycle, section = _cycle(visit), _section(visit)
    record = visit.services.records.get(cycle.id)
    present = {one.code: record.summary(section, one.code) for one in visit.languages}
    stored = text_fields(present, visit) | text_fields(present, visit, prefix=WAS)
    values = {**stored, **_kept(typed or {}, newer or {}, visit)}
    form = FormState(prefix="summary", values=values)
    if error is not None:
        labels = labels_of(visit)
        form = form.refused(error, visit.messages, shows=tuple(labels), labels=labels)
    return render(
        visit,
        "review_summaries.html",
        error=error,
        here=_path(visit),
        cycle=view_cycle(cycle, visit),
        part=await in_thread(_part, cycle, section, visit),
        form=form,
        newer=newer or {},
        done=visit.messages.say(done) if done else "",
    )


def _kept(
    typed: Mapping[str, str], newer: Mapping[LanguageCode, str], visit: Visit
) -> Mapping[str, str]:
    """What goes back into the form: what the editor changed.

    Anything else is shown as it is stored by now; so is what a conflicting text was written upon,
    for the page shows it.
    """
    was = texts_of(typed, visit, prefix=WAS)
    changed = {code: text for code, text in texts_of(typed, visit).items() if text != was.get(code)}
    upon = {code: was[code] for code in changed if code in was and code not in newer}
    return {TEXT + code: text for code, text in changed.items()} | {
        WAS + code: text for code, text in upon.items()
    }


def _part(cycle: Cycle, section: SectionId, visit: Visit) -> AgendaPart:
    heard = heard_in(cycle.id, visit.services)
    return agenda_part(
        section,
        [one for one in heard if one.comment.section == section],
        cycle=cycle,
        record=visit.services.records.get(cycle.id),
        visit=visit,
    )


def _path(visit: Visit) -> str:
    return f"/review/cycles/{_cycle(visit).id}/summaries/{_section(visit)}"


def _cycle(visit: Visit) -> Cycle:
    """Raises UnknownCycle."""
    return visit.services.cycles.cycle(CycleId(visit.request.path_params["cycle"]))


def _section(visit: Visit) -> SectionId:
    """One of the code, or one that was. Raises UnknownSection."""
    section = SectionId(visit.request.path_params["section"])
    with suppress(RetiredSection):
        visit.services.text.section(section)
    return section
