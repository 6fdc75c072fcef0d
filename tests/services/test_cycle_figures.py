"""The public figures of a cycle, from its first closing on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.cycle import CycleRecord
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import CycleNotClosed, UnknownCycle
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.closing import close_cycle, dispositions
from feedback_api.services.cycle_figures import cycle_figures
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE

CYCLE = CycleId("2026-1")
ANA = EditorName("Ana")
OVER = usual_cycle(CYCLE, opens=START - timedelta(days=40))


def _cycle_over() -> tuple[Services, MemoryStore]:
    services = replace(fake_services(), cycles=FixedCycles(OVER))
    assert isinstance(services.comments, MemoryStore)
    return services, services.comments


def _decided(number: int, outcome: State = State.ACCEPTED, **fields: Any) -> Comment:
    decision = Decision(
        outcome=outcome, reason="So.", reason_language=SOURCE, by=ANA, at=START, cycle=CYCLE
    )
    usual: dict[str, Any] = {"cycle": CYCLE, "state": outcome, "decision": decision, "public": True}
    return usual_comment(number, **{**usual, **fields})


def test_figures_agree_with_what_the_cycle_reports() -> None:
    services, store = _cycle_over()
    for number in range(1, 14):
        store.add(_decided(number, State.ACCEPTED if number < 7 else State.DECLINED))
    store.add(_decided(14, visibility=Visibility.REVIEWERS))
    close_cycle(CYCLE, editor=ANA, services=services)

    figures = cycle_figures(CYCLE, services=services)
    reported = dispositions(CYCLE, everything=False, services=services)

    assert figures == reported.figures
    assert figures.comments == len(reported.comments) == 13
    assert (figures.by_outcome[State.ACCEPTED], figures.by_outcome[State.DECLINED]) == (6, 7)


def test_figures_for_editors_are_those_for_everybody() -> None:
    services, store = _cycle_over()
    for number in range(1, 7):
        store.add(_decided(number))
    store.add(_decided(7, public=False))
    close_cycle(CYCLE, editor=ANA, services=services)

    reported = dispositions(CYCLE, everything=True, services=services)

    assert len(reported.comments) == 7
    assert reported.figures == cycle_figures(CYCLE, services=services)
    assert reported.figures.comments == 6


def test_comment_made_public_after_the_closing_cannot_be_found_by_subtraction() -> None:
    services, store = _cycle_over()
    for number in range(1, 9):
        store.add(_decided(number, public=number < 7))
    close_cycle(CYCLE, editor=ANA, services=services)

    store.change(_decided(8).id, lambda comment: replace(comment, public=True))

    assert cycle_figures(CYCLE, services=services).comments is None


def test_closing_again_publishes_no_figure_that_was_not_there_before() -> None:
    services, store = _cycle_over()
    for number in range(1, 5):
        store.add(_decided(number))
    close_cycle(CYCLE, editor=ANA, services=services)
    later = services.clock.now()
    for number in range(5, 9):
        store.add(_decided(number))
    store.change(
        _decided(8).id,
        lambda comment: replace(comment, decision=replace(_taken(comment), at=later)),
    )

    record = close_cycle(CYCLE, editor=ANA, services=services)

    assert len(record.closings) == 2
    assert cycle_figures(CYCLE, services=services).comments is None


def _taken(comment: Comment) -> Decision:
    assert comment.decision is not None
    return comment.decision


def test_cycle_that_is_not_closed_has_no_figures() -> None:
    services, store = _cycle_over()
    for number in range(1, 9):
        store.add(_decided(number))

    with pytest.raises(CycleNotClosed):
        cycle_figures(CYCLE, services=services)
    assert _is_empty(dispositions(CYCLE, everything=False, services=services).figures)


def test_cycle_nobody_knows_has_no_figures() -> None:
    services, _ = _cycle_over()

    with pytest.raises(UnknownCycle):
        cycle_figures(CycleId("2031-1"), services=services)


def test_cycle_closed_before_figures_were_kept_shows_none() -> None:
    services, store = _cycle_over()
    for number in range(1, 9):
        store.add(_decided(number))
    closed = close_cycle(CYCLE, editor=ANA, services=services)
    services.records.change(CYCLE, lambda _: replace(closed, figures=None))

    assert _is_empty(cycle_figures(CYCLE, services=services))
    assert isinstance(closed, CycleRecord)


def _is_empty(figures: PublicFigures) -> bool:
    margins = (figures.by_outcome, figures.by_role, figures.by_language, figures.by_kind)
    return figures.comments is None and not any(any(margin.values()) for margin in margins)
