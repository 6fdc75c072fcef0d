"""All that the board's page of one review cycle shows, and what to do there next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_api.domain.cycle import Cycle, Phase
from feedback_api.domain.decision import UNDECIDED
from feedback_api.services.agenda import Heard, undecided_among
from feedback_api.services.closing import has_news
from feedback_api.web.agenda_view import AgendaPart, AgendaRow, agenda_parts, agenda_row
from feedback_api.web.cycle_view import CycleView, view_cycle
from feedback_api.web.messages import Messages, mark
from feedback_api.web.visit import Visit

_BEFORE_ITS_END: Mapping[Phase, str] = {
    Phase.UPCOMING: mark("It has not opened yet. Comments made until then wait for it."),
    Phase.OPEN: mark(
        "Comments are still taken. Decide what you can already; "
        "when it is over and all is decided, close it."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleBoard:
    """`next`: the one line of what to do; `is_due`: it can be closed now, or closed again.

    `has_news`: something is, or is still to be, decided that no closing tells of.
    """

    cycle: CycleView
    next: str
    is_due: bool
    has_news: bool
    total: int
    undecided: Sequence[AgendaRow]
    prepared: Sequence[AgendaRow]
    parts: Sequence[AgendaPart]


def cycle_board(cycle: Cycle, heard: Sequence[Heard], visit: Visit) -> CycleBoard:
    """`heard`: every comment of the cycle. Call it in a thread."""
    services = visit.services
    record = services.records.get(cycle.id)
    waiting = undecided_among((one.comment for one in heard), cycle.id, services)
    view = view_cycle(cycle, visit)
    is_over = view.phase in (Phase.DECIDING, Phase.CLOSED)
    news = has_news(record, heard)
    return CycleBoard(
        cycle=view,
        next=_next(view.phase, len(waiting), news=news, messages=visit.messages),
        is_due=is_over and news and not waiting,
        has_news=news or bool(waiting),
        total=len(heard),
        undecided=[agenda_row(comment, visit) for comment in waiting],
        prepared=[
            agenda_row(comment, visit)
            for comment in sorted(
                (one.comment for one in heard if one.comment.prepared),
                key=lambda one: one.state not in UNDECIDED,
            )
        ],
        parts=agenda_parts(cycle, record, heard, visit),
    )


def _next(phase: Phase, waiting: int, *, news: bool, messages: Messages) -> str:
    if phase in _BEFORE_ITS_END:
        return messages.say(_BEFORE_ITS_END[phase])
    if waiting and phase is Phase.CLOSED:
        return messages.count(
            "An objection reopened %(count)s decision. "
            "Another editor decides it again; then close the cycle again.",
            "Objections reopened %(count)s decisions. "
            "Other editors decide them again; then close the cycle again.",
            waiting,
        )
    if waiting:
        return messages.count(
            "%(count)s comment has no decision yet. Decide it, then close the cycle.",
            "%(count)s comments have no decision yet. Decide them, then close the cycle.",
            waiting,
        )
    if phase is Phase.DECIDING:
        return messages.say("Everything is decided. Close the cycle.")
    if news:
        return messages.say(
            "Something was decided since it was closed. Close it again, so that the report says so."
        )
    return messages.say("It is closed. Publish the report as told below.")
