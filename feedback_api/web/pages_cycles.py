"""Review cycles on the board: all of them, one with its agenda, announcing and closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import (
    Conflict,
    CycleNotOver,
    CycleUndecided,
    FeedbackError,
    StoreError,
    UnknownComment,
)
from feedback_api.domain.identity import WAITING, CommentId, CycleId
from feedback_api.services.agenda import agenda, heard_in, undecided_among
from feedback_api.services.closing import close_cycle
from feedback_api.services.prepare import Announced, announce
from feedback_api.web.agenda_view import AgendaRow, agenda_row
from feedback_api.web.announcements import picked_in
from feedback_api.web.cycle_board import CycleBoard, cycle_board
from feedback_api.web.cycle_view import CycleView, view_cycle
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import Posted
from feedback_api.web.problem import say_error
from feedback_api.web.proposal_forms import Proposable, proposable
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_DONE: Mapping[str, str] = {
    "closed": mark("The cycle is closed. What readers see of it comes with the report."),
    "stands": mark("Nothing was decided since it was closed: it stays as it is."),
}


class ClosingEntered(Posted, frozen=True, kw_only=True):
    """The cycle is named by the URL."""

    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListedCycle:
    """A cycle in the list of all."""

    cycle: CycleView
    comments: int
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What became of one decision that was to be announced; `problem` is "" where it was."""

    id: CommentId
    row: AgendaRow | None
    problem: str


async def show_cycles(visit: Visit) -> Response:
    """Every cycle, the newest first."""
    listed, waiting = await in_thread(_listed, visit)
    return render(visit, "review_cycles.html", cycles=listed, waiting=waiting)


async def show_cycle(visit: Visit) -> Response:
    """One cycle with everything there is to do in it."""
    done = read_query(visit.request).get("done", "")
    return await _page(visit, done=_DONE.get(done, ""))


async def post_announcement(visit: Visit) -> Response:
    """Announce what was ticked, and tell what became of each."""
    _cycle(visit)
    form = await visit.form()
    try:
        picked = picked_in(form)
    except InvalidRequest as error:
        return await _page(visit, typed=form, error=error)
    results = await in_thread(announce, picked, editor=visit.editor, services=visit.services)
    told = [_result(one, visit) for one in results]
    return await _page(visit, results=told, status=409 if any(one.problem for one in told) else 200)


async def post_close(visit: Visit) -> Response:
    """Close the cycle, or say what hinders it."""
    cycle = _cycle(visit)
    before = visit.services.records.get(cycle.id)
    try:
        convert(await visit.form(), ClosingEntered, texts=True)
        record = await in_thread(
            close_cycle, cycle.id, editor=visit.editor, services=visit.services
        )
    except (InvalidRequest, CycleNotOver, CycleUndecided, StoreError) as error:
        return await _page(visit, error=error)
    done = "stands" if record.version == before.version else "closed"
    return RedirectResponse(f"/review/cycles/{cycle.id}?done={done}", status_code=303)


async def _page(
    visit: Visit,
    *,
    typed: Mapping[str, str] | None = None,
    error: FeedbackError | None = None,
    results: Sequence[_Result] = (),
    status: int = 200,
    done: str = "",
) -> Response:
    cycle = _cycle(visit)
    form = FormState(prefix="cycle", values=typed or {})
    if error is not None:
        labels = {"comments": visit.messages.say("Prepared decisions")}
        form = form.refused(error, visit.messages, shows=tuple(labels), labels=labels)
    board, changes = await in_thread(_looked_at, cycle, visit)
    return render(
        visit,
        "review_cycle.html",
        status=status,
        error=error,
        here=f"/review/cycles/{cycle.id}",
        board=board,
        proposable=changes,
        form=form,
        picked=None if typed is None else {*typed},
        results=results,
        failed=sum(1 for one in results if one.problem),
        done=visit.messages.say(done) if done else "",
    )


def _looked_at(cycle: Cycle, visit: Visit) -> tuple[CycleBoard, Sequence[Proposable]]:
    """All of the page that hangs on the comments, which are read once."""
    heard = heard_in(cycle.id, visit.services)
    return cycle_board(cycle, heard, visit), proposable(heard, visit)


def _listed(visit: Visit) -> tuple[Sequence[_ListedCycle], int]:
    """The cycles, and how many comments wait for one."""
    services = visit.services
    listed = []
    for cycle in reversed(services.cycles.all_cycles()):
        comments = agenda(cycle.id, services)
        listed.append(
            _ListedCycle(
                cycle=view_cycle(cycle, visit),
                comments=len(comments),
                undecided=len(undecided_among(comments, cycle.id, services)),
            )
        )
    return listed, len(agenda(WAITING, services))


def _result(announced: Announced, visit: Visit) -> _Result:
    error = announced.error
    comment = error.newer if isinstance(error, Conflict) else announced.comment
    return _Result(
        id=announced.comment_id,
        row=_row(announced.comment_id, comment, visit),
        problem=say_error(error, visit.messages).detail if error else "",
    )


def _row(comment_id: CommentId, comment: Comment | None, visit: Visit) -> AgendaRow | None:
    try:
        return agenda_row(comment or visit.services.comments.get(comment_id), visit)
    except UnknownComment:
        return None


def _cycle(visit: Visit) -> Cycle:
    """Raises UnknownCycle."""
    return visit.services.cycles.cycle(CycleId(visit.request.path_params["cycle"]))
