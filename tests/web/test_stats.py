"""Figures as JSON: everything for editors, of a closed cycle for anybody."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.closing import close_cycle
from tests.fakes.clockwork import START
from tests.fakes.comments import submitted, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, PAGE, SECTION, SOURCE
from tests.web.reading import OpenClient, codes_of, signed_in

STATS = "/api/v1/stats"
CYCLE = CycleId("2026-1")
FIGURES = f"/api/v1/cycles/{CYCLE}/figures"
ANA = EditorName("Ana")
OVER = usual_cycle(CYCLE, opens=START - timedelta(days=70))


@pytest.fixture
def over(services: Services) -> Services:
    """Services with a cycle that stopped taking comments 40 days ago."""
    return replace(services, cycles=FixedCycles(OVER))


def _decided(number: int, **fields: Any) -> Any:
    decision = Decision(
        outcome=State.ACCEPTED, reason="So.", reason_language=SOURCE, by=ANA, at=START, cycle=CYCLE
    )
    usual = {"cycle": CYCLE, "state": State.ACCEPTED, "decision": decision, "public": True}
    return usual_comment(number, **{**usual, **fields})


def test_stats_agree_with_the_list(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    for number in range(1, 30):
        store.add(
            usual_comment(
                number,
                role=Role.STAFF if number % 3 else Role.CUSTOMER,
                kind=Kind.PRAISE if number % 2 else Kind.QUESTION,
                language=OTHER if number % 5 else SOURCE,
                cycle=CYCLE if number % 7 else CycleId("waiting"),
                visibility=Visibility.REVIEWERS if number % 4 else Visibility.PUBLIC,
            )
        )
    client = signed_in(open_client(over=over))

    stats = client.get(f"{STATS}?cycle={CYCLE}&kind=praise").json()

    listed = client.get(f"/api/v1/comments?cycle={CYCLE}&kind=praise&limit=200").json()
    assert stats["total"] == listed["total"] > 0
    assert stats["by_kind"] == {"question": 0, "problem": 0, "suggestion": 0, "praise": 13}
    assert stats["pages"] == {PAGE: 13}
    assert stats["sections"] == [{"section": SECTION, "page": PAGE, "comments": 13}]
    for name in ("role", "language", "visibility", "state", "about"):
        for word, number in stats[f"by_{name}"].items():
            found = client.get(f"/api/v1/comments?cycle={CYCLE}&kind=praise&{name}={word}").json()
            assert found["total"] == number


def test_stats_tell_times_and_what_is_overdue(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    began = Event(what=EventKind.REVIEW_BEGUN, at=START + timedelta(minutes=150), by="Ana")
    store.add(usual_comment(1, cycle=CYCLE, seconds=("a",)))
    store.add(usual_comment(2, events=(submitted(START), began)))
    client = signed_in(open_client(over=over))

    stats = client.get(STATS).json()

    assert stats["first_answer"] == {
        "reached": 1,
        "waiting": 1,
        "ended": 0,
        "hours": {"lower_quartile": 2, "median": 2, "upper_quartile": 2, "longest": 2},
        "longest_waiting_hours": 0,
    }
    assert stats["decision"]["hours"] is None
    assert (stats["answer_days"], stats["overdue_total"]) == (20, 1)
    (overdue,) = stats["overdue"]
    assert (overdue["section"], overdue["cycle"]) == (SECTION, CYCLE)
    assert [one["support"] for one in stats["supported"]] == [1]
    assert stats["weeks"] == [{"week": "2026-W47", "begins": "2026-11-16", "comments": 2}]


def test_stats_are_for_editors_alone(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, public=True))

    answer = client.get(STATS)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


def test_stats_refuse_filters_that_the_list_refuses(editor_client: TestClient) -> None:
    answer = editor_client.get(f"{STATS}?cycle=2031-1&role=boss&section=nothing&sate=received")

    assert answer.status_code == 422
    assert sorted(codes_of(answer)) == [
        ("cycle", "unknown-cycle"),
        ("role", "unknown-value"),
        ("sate", "unknown-field"),
        ("section", "unknown-section"),
    ]


def test_figures_of_a_closed_cycle_are_for_anybody(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    for number in range(1, 12):
        store.add(_decided(number, role=Role.CUSTOMER if number < 10 else Role.STAFF))
    close_cycle(CYCLE, editor=ANA, services=over)

    figures = open_client(over=over).get(FIGURES)

    assert figures.status_code == 200
    assert figures.json() == {
        "cycle": CYCLE,
        "comments": 11,
        "by_outcome": {
            "accepted": 11,
            "accepted-in-part": None,
            "declined": None,
            "answered": None,
            "duplicate": None,
            "deferred": None,
        },
        "by_role": {"staff": None, "management": None, "customer": None},
        "by_language": {SOURCE: 11, OTHER: None},
        "by_kind": {"question": None, "problem": 11, "suggestion": None, "praise": None},
    }


def test_figures_follow_an_objection_and_are_not_sent_twice(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    for number in range(1, 12):
        store.add(_decided(number))
    close_cycle(CYCLE, editor=ANA, services=over)
    client = open_client(over=over)
    first = client.get(FIGURES)

    unchanged = client.get(FIGURES, headers={"If-None-Match": first.headers["etag"]})
    store.change(
        _decided(1).id, lambda comment: replace(comment, state=State.IN_REVIEW, decision=None)
    )
    second = client.get(FIGURES, headers={"If-None-Match": first.headers["etag"]})

    assert (unchanged.status_code, second.status_code) == (304, 200)
    assert set(second.json()["by_outcome"].values()) == {None}
    assert second.json()["comments"] == first.json()["comments"] == 11


@pytest.mark.parametrize(
    "unseen",
    [
        {"visibility": Visibility.REVIEWERS},
        {"public": False},
        {"state": State.WITHDRAWN},
    ],
)
def test_figures_are_the_same_with_and_without_what_readers_may_not_see(
    open_client: OpenClient, over: Services, store: MemoryStore, unseen: dict[str, Any]
) -> None:
    for number in range(1, 9):
        store.add(_decided(number))
    close_cycle(CYCLE, editor=ANA, services=over)
    client = open_client(over=over)
    before = client.get(FIGURES)
    hidden = {"body": "xyzzy", "name": "Zoltan", "role": Role.MANAGEMENT, "language": OTHER}
    for number in range(9, 20):
        store.add(_decided(number, **{**hidden, **unseen}))

    after = client.get(FIGURES)

    assert after.content == before.content
    assert _without_moving(after.headers) == _without_moving(before.headers)
    assert json.loads(after.content)["by_role"]["management"] is None


def _without_moving(headers: Any) -> dict[str, str]:
    moving = {"x-request-id", "date"}
    return {name: value for name, value in headers.items() if name not in moving}


def test_figures_of_a_closing_count_nobody_whom_readers_do_not_see(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    for number in range(1, 5):
        store.add(_decided(number))
    for number in range(5, 15):
        store.add(_decided(number, visibility=Visibility.REVIEWERS))
    close_cycle(CYCLE, editor=ANA, services=over)

    figures = open_client(over=over).get(FIGURES).json()

    assert figures["comments"] is None
    assert set(figures["by_role"].values()) == {None}


@pytest.mark.parametrize(
    ("cycle", "status", "code"),
    [(CYCLE, 409, "cycle-not-closed"), ("2031-1", 404, "unknown-cycle")],
)
def test_figures_of_a_cycle_that_is_not_closed_are_refused(
    open_client: OpenClient,
    over: Services,
    store: MemoryStore,
    cycle: str,
    status: int,
    code: str,
) -> None:
    for number in range(1, 9):
        store.add(_decided(number))

    answer = open_client(over=over).get(f"/api/v1/cycles/{cycle}/figures")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", "Depois do encerramento, você pode contestar a decisão, e o relatório é publicado"),
        ("ru", "После закрытия можно будет подать возражение, и отчёт будет опубликован"),
    ],
)
def test_refusal_of_figures_is_in_the_reader_s_language(
    open_client: OpenClient, over: Services, other: str, said: str
) -> None:
    client = open_client(other=other, over=over)

    answer = client.get(FIGURES, headers={"Accept-Language": "bb"})

    assert answer.json()["detail"].startswith(said)
