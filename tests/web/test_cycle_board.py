"""Review cycles on the board: agenda, announcing together, closing, summaries."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.cycle import Cycle, CycleQuestion
from feedback_api.domain.decision import State
from feedback_api.services import Services
from feedback_api.services.closing import close_cycle, summarise
from feedback_api.services.follow import object_to, withdraw
from feedback_api.services.triage import assign, set_gloss
from tests.fakes.comments import usual_comment
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import (
    EARLIER_WORDING,
    OTHER,
    RETIRED,
    SECTION,
    SOURCE,
    TOP,
    UNTRANSLATED,
)
from tests.web.reading import OpenClient, form_values, page_of, signed_in, text_of
from tests.web.reviewed_cycle import (
    ANA,
    RUI,
    decided,
    lay_cycles,
    prepared,
    said_in,
    set_clock,
    shown,
)

BOARD = "/review/cycles"
PAGE = f"{BOARD}/2027-1"
SUMMARY = f"{PAGE}/summaries/{SECTION}"


@pytest.fixture
def cycle(services: Services) -> Cycle:
    """A cycle that is over and not closed."""
    question = CycleQuestion(section=UNTRANSLATED, texts={SOURCE: "Is it fair?"})
    made = usual_cycle(scope=(SECTION, UNTRANSLATED, RETIRED), questions=(question,))
    lay_cycles(services, made)
    set_clock(services, made.closes + timedelta(days=1))
    return made


@pytest.fixture
def board(cycle: Cycle, editor_client: TestClient) -> TestClient:
    """A signed-in editor when the cycle is over."""
    return editor_client


def _links(answer_text: str, anchor: str) -> list[str]:
    """The comments linked to between a heading and the next one."""
    part = answer_text.split(f'<h2 id="{anchor}"')[1].split("<h2")[0]
    return [chunk.split('"')[0] for chunk in part.split('href="/review/')[1:]]


@pytest.mark.parametrize(
    "address", [BOARD, PAGE, SUMMARY, "/review/templates", f"/review/sections/{SECTION}"]
)
def test_strangers_are_sent_to_sign_in(cycle: Cycle, client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})

    assert answer.status_code in (303, 401)
    assert "Review 2027-1" not in answer.text


def test_every_page_of_the_board_links_the_others(board: TestClient) -> None:
    for address in ("/review", BOARD, PAGE, "/review/templates"):
        links = page_of(board.get(address)).xpath("//nav//a/@href")
        assert links[:5] == [
            "/review",
            "/review/cycles",
            "/review/templates",
            "/review/dashboard",
            "/review/deliveries",
        ]


def test_cycles_are_listed_with_what_is_undecided(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    later = usual_cycle("2027-2", opens=cycle.closes + timedelta(days=60))
    lay_cycles(services, cycle, later)
    decided(said_in(cycle, services).comment.id, services)
    said_in(cycle, services)
    said_in(cycle, services, section=TOP)  # outside the scope: it waits

    answer = board.get(BOARD)

    rows = [" ".join(row.text_content().split()) for row in page_of(answer).xpath("//tbody/tr")]
    assert [row.split()[1] for row in rows] == ["2027-2", "2027-1"]
    assert rows[1].endswith("2 1")
    assert "1 comment made outside any cycle waits for the next one." in text_of(answer)


def test_board_without_a_cycle_says_how_one_is_made(editor_client: TestClient) -> None:
    assert "scripts/review open" in text_of(editor_client.get(BOARD))


@pytest.mark.parametrize("address", [f"{BOARD}/2099-1", f"{BOARD}/2099-1/summaries/{SECTION}"])
def test_unknown_cycle_is_a_page_that_is_not_there(board: TestClient, address: str) -> None:
    answer = board.get(address, headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert "There is no such review cycle" in text_of(answer)


def test_agenda_lists_sections_in_reading_order_with_retired_ones_last(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    said_in(cycle, services, section=RETIRED, wording=EARLIER_WORDING)
    said_in(cycle, services, body="First.\n\nSecond.")

    page = page_of(board.get(PAGE))

    parts = page.xpath("//h3[@id]")
    assert [part.get("id") for part in parts] == [SECTION, UNTRANSLATED, RETIRED]
    assert [part.text_content() for part in parts][2] == "As it was"
    assert page.xpath("//h3[@id]/a/@href")[0] == f"/review/sections/{SECTION}"
    assert "Is it fair?" in page.text_content()
    assert "First. Second." in page.text_content()


def test_agenda_shows_how_each_comment_stands(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    mine = said_in(cycle, services).comment
    shown(mine.id, services)
    assign(mine.id, "Ana", editor=ANA, expected_version=2, services=services)
    set_gloss(mine.id, "In one line.", SOURCE, editor=ANA, expected_version=3, services=services)
    prepared(mine.id, services, outcome=State.ACCEPTED)
    private = said_in(cycle, services, visibility=Visibility.REVIEWERS).comment

    page = page_of(board.get(PAGE))

    rows = {
        row.xpath(".//a/@href")[0].rpartition("/")[2]: " ".join(row.text_content().split())
        for row in page.xpath("//h2[@id='agenda']/following-sibling::table//tbody/tr")
    }
    assert rows[mine.id].endswith("Received Prepared: Accepted 0 Ana")
    assert "In one line." in rows[mine.id]
    assert "Only the editors" not in rows[mine.id]
    assert "Only the editors" in rows[private.id]
    assert "1 comment here is not public" in page.text_content()


def test_agenda_keeps_what_cannot_be_named_any_more(
    cycle: Cycle, board: TestClient, store: MemoryStore
) -> None:
    gone: dict[str, Any] = {"section": RETIRED, "language": "cc", "wording": "ffffffffffffffff"}
    store.add(usual_comment(1, cycle=cycle.id, body="Ainda aqui.", **gone))

    page = page_of(board.get(PAGE))

    assert [part.text_content() for part in page.xpath("//h3[@id]")][-1] == RETIRED
    assert "Ainda aqui." in page.text_content()


def test_undecided_and_withdrawn_comments_are_told_apart(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    left, done, gone = (said_in(cycle, services) for _ in range(3))
    decided(done.comment.id, services)
    withdraw(gone.receipt, services=services)

    answer = board.get(PAGE)

    assert _links(answer.text, "undecided") == [left.comment.id]
    assert set(_links(answer.text, "agenda")) >= {done.comment.id, gone.comment.id}
    assert "1 comment has no decision yet" in text_of(answer)


def test_dates_are_told_by_the_clocks_of_the_cycle(board: TestClient, services: Services) -> None:
    lay_cycles(services, usual_cycle(time_zone="America/Sao_Paulo"))

    said = text_of(board.get(PAGE))

    assert "December 1, 2026 at 9:00 AM" in said
    assert "Sao Paulo (UTC-03:00)" in said


def test_prepared_decisions_are_announced_together(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    first, second, left = (said_in(cycle, services).comment for _ in range(3))
    prepared(first.id, services, outcome=State.ACCEPTED)
    prepared(second.id, services)
    prepared(left.id, services)
    values = form_values(board.get(PAGE), "/announce")
    del values[f"pick-{left.id}"]

    answer = board.post(f"{PAGE}/announce", data=values)

    assert answer.status_code == 200
    assert "2 decisions were announced." in text_of(answer)
    states = [services.comments.get(one.id).state for one in (first, second, left)]
    assert states == [State.ACCEPTED, State.DECLINED, State.RECEIVED]
    assert services.comments.get(left.id).prepared is not None


def test_announcing_tells_each_conflict_and_overwrites_nothing(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    mine, changed, gone = (said_in(cycle, services) for _ in range(3))
    for one in (mine, changed, gone):
        prepared(one.comment.id, services)
    values = form_values(board.get(PAGE), "/announce")
    newer = prepared(changed.comment.id, services, reason="Better said.")
    withdraw(gone.receipt, services=services)
    values["pick-00000000-0000-4000-8000-00000000dead"] = "1"

    answer = board.post(f"{PAGE}/announce", data=values)

    assert answer.status_code == 409
    said = text_of(answer)
    assert "1 decision was announced. 3 were not; nothing of them was changed:" in said
    assert "You saw version 2, now it is version 3." in said
    assert "No comment has this id." in said
    assert services.comments.get(mine.comment.id).state is State.DECLINED
    assert services.comments.get(changed.comment.id) == newer
    assert services.comments.get(gone.comment.id).state is State.WITHDRAWN


def test_announcing_three_hundred_is_one_step(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    for _ in range(300):
        prepared(said_in(cycle, services).comment.id, services)
    signed_in(board)  # by this clock hours have passed, and the session is over

    answer = board.post(f"{PAGE}/announce", data=form_values(board.get(PAGE), "/announce"))

    assert "300 decisions were announced." in text_of(answer)
    assert "Everything is decided. Close the cycle." in text_of(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"none": ""},
        {"more": "1"},
        {"pick-x": "1"},
        {"pick-": "0"},
        {"pick-x": "-1", "pick-y": "9" * 40},
        {"pick-x": "one"},
    ],
)
def test_announcing_what_cannot_be_picked_changes_nothing(
    cycle: Cycle, board: TestClient, services: Services, wrong: dict[str, str]
) -> None:
    mine = prepared(said_in(cycle, services).comment.id, services)
    values = form_values(board.get(PAGE), "/announce")
    picks = {} if "none" in wrong or "pick-x" in wrong else {f"pick-{mine.id}": "2"}
    extra = {name: value for name, value in wrong.items() if name != "none"}

    answer = board.post(f"{PAGE}/announce", data={"csrf": values["csrf"], **picks, **extra})

    assert answer.status_code in (409, 422)
    assert page_of(answer).xpath("//*[contains(@class, 'cop-notice--warning')]")
    assert services.comments.get(mine.id) == mine


@pytest.mark.parametrize("step", ["announce", "close", f"summaries/{SECTION}"])
@pytest.mark.parametrize("forged", ["", "wrong"])
def test_changes_without_the_secret_of_the_page_are_refused(
    cycle: Cycle, board: TestClient, services: Services, step: str, forged: str
) -> None:
    mine = prepared(said_in(cycle, services).comment.id, services)
    data = {"csrf": forged, f"pick-{mine.id}": "2", f"text-{SOURCE}": "x"}

    answer = board.post(f"{PAGE}/{step}", data=data, headers={"Accept": "text/html"})

    assert answer.status_code == 403
    assert services.comments.get(mine.id) == mine
    assert services.records.get(cycle.id).version == 0


def test_closing_is_refused_with_the_list_of_what_is_undecided(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    mine = said_in(cycle, services).comment

    answer = board.post(f"{PAGE}/close", data=form_values(board.get(PAGE), "/close"))

    assert answer.status_code == 409
    assert "Some comments are not decided yet" in text_of(answer)
    assert _links(answer.text, "undecided") == [mine.id]
    assert not services.records.get(cycle.id).is_closed


def test_closing_is_refused_while_comments_are_taken(
    cycle: Cycle, services: Services, open_client: OpenClient
) -> None:
    set_clock(services, cycle.opens + timedelta(days=1))
    client = signed_in(open_client())

    answer = client.post(f"{PAGE}/close", data=form_values(client.get(PAGE), "/close"))

    assert answer.status_code == 409
    assert "The review cycle still takes comments, or has not begun" in text_of(answer)
    assert not services.records.get(cycle.id).is_closed


def test_closed_cycle_says_what_to_run_and_offers_the_file(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    decided(said_in(cycle, services).comment.id, services)

    answer = board.post(f"{PAGE}/close", data=form_values(board.get(PAGE), "/close"))
    page = board.get(answer.headers["location"])

    assert answer.status_code == 303
    said = text_of(page)
    assert "The cycle is closed." in said
    assert "scripts/review close 2027-1" in said
    assert "January 15, 2027 at" in said
    (download,) = page_of(page).xpath("//a[@download]")
    assert download.get("href") == "/api/v1/cycles/2027-1/dispositions?format=json"
    assert not page_of(page).xpath("//form[contains(@action, '/close')]")


def test_cycle_is_closed_again_after_an_objection(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    mine = said_in(cycle, services)
    decided(mine.comment.id, services)
    close_cycle(cycle.id, editor=ANA, services=services)
    object_to(mine.receipt, "No!", services=services)

    reopened = board.get(PAGE)
    decided(mine.comment.id, services, editor=RUI)
    answered = board.get(PAGE)
    board.post(f"{PAGE}/close", data=form_values(answered, "/close"))
    closed = board.get(PAGE)

    assert "An objection reopened 1 decision." in text_of(reopened)
    assert _links(reopened.text, "undecided") == [mine.comment.id]
    assert "Close it again, so that the report says so." in text_of(answered)
    assert "It is closed. Publish the report as told below." in text_of(closed)
    assert len(services.records.get(cycle.id).closings) == 2


def test_closing_twice_from_an_old_page_is_one_closing(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    values = form_values(board.get(PAGE), "/close")
    board.post(f"{PAGE}/close", data=values)

    again = board.post(f"{PAGE}/close", data=values)

    assert "it stays as it is" in text_of(board.get(again.headers["location"]))
    assert len(services.records.get(cycle.id).closings) == 1


def test_summary_is_saved_in_each_language(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    values = form_values(board.get(SUMMARY), SECTION)
    texts = {f"text-{SOURCE}": "Many\r\nasked.", f"text-{OTHER}": "Многие просили."}

    answer = board.post(SUMMARY, data=values | texts)

    assert answer.status_code == 303
    record = services.records.get(cycle.id)
    assert record.summary(SECTION, SOURCE) == "Many\nasked."
    assert record.summary(SECTION, OTHER) == "Многие просили."
    again = board.get(answer.headers["location"])
    assert "The summary is saved." in text_of(again)
    assert form_values(again, SECTION)[f"text-{OTHER}"] == "Многие просили."
    assert "written in Aa, Bb" in text_of(board.get(PAGE))


def test_summary_of_another_editor_is_shown_and_not_overwritten(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    values = form_values(board.get(SUMMARY), SECTION)
    for language in (SOURCE, OTHER):
        summarise(cycle.id, SECTION, language, "By Rui.", editor=RUI, services=services)

    conflict = board.post(SUMMARY, data=values | {f"text-{SOURCE}": "By Ana."})

    assert conflict.status_code == 409
    assert "Meanwhile another editor wrote this: By Rui." in text_of(conflict)
    assert services.records.get(cycle.id).summary(SECTION, SOURCE) == "By Rui."
    given_back = form_values(conflict, SECTION)
    assert given_back[f"text-{SOURCE}"] == "By Ana."
    assert given_back[f"text-{OTHER}"] == "By Rui."

    assert board.post(SUMMARY, data=given_back).status_code == 303
    assert services.records.get(cycle.id).summary(SECTION, SOURCE) == "By Ana."
    assert services.records.get(cycle.id).summary(SECTION, OTHER) == "By Rui."


def test_summary_with_faults_is_given_back(
    cycle: Cycle, board: TestClient, services: Services
) -> None:
    values = form_values(board.get(SUMMARY), SECTION)

    answer = board.post(
        SUMMARY, data=values | {f"text-{SOURCE}": "x" * 4_001, f"text-{OTHER}": "Good."}
    )

    assert answer.status_code == 422
    field = page_of(answer).get_element_by_id(f"summary-text-{SOURCE}")
    assert field.get("aria-invalid") == "true"
    assert form_values(answer, SECTION)[f"text-{SOURCE}"] == "x" * 4_001
    assert services.records.get(cycle.id).summary(SECTION, SOURCE) == ""


@pytest.mark.parametrize(
    ("address", "data", "status"),
    [
        (f"{PAGE}/summaries/nothing", {}, 404),
        (f"{PAGE}/summaries/{TOP}", {f"text-{SOURCE}": "x"}, 422),
        (SUMMARY, {"text-xx": "x"}, 422),
        (SUMMARY, {"more": "x"}, 422),
    ],
)
def test_summary_that_belongs_nowhere_is_refused(
    cycle: Cycle,
    board: TestClient,
    services: Services,
    address: str,
    data: dict[str, str],
    status: int,
) -> None:
    csrf = form_values(board.get(PAGE), "/close")["csrf"]

    answer = board.post(address, data={"csrf": csrf, **data}, headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert services.records.get(cycle.id).version == 0


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            "pt",
            (
                "2 comentários ainda não têm decisão. Decida-os e depois encerre o ciclo.",
                "1 de dezembro de 2026 às 12:00",
                "Lisboa",
                "Anunciar em conjunto",
                "Alguns comentários ainda não têm decisão",
            ),
        ),
        (
            "ru",
            (
                "2 комментария ещё без решения. Примите решения, затем закройте цикл.",
                "1 декабря 2026 г. в 12:00",
                "Лиссабон",
                "Объявить вместе",
                "По некоторым комментариям ещё нет решения",
            ),
        ),
    ],
)
def test_board_speaks_the_editors_language(
    cycle: Cycle, services: Services, open_client: OpenClient, other: str, said: tuple[str, ...]
) -> None:
    client = signed_in(open_client(other=other))
    prepared(said_in(cycle, services).comment.id, services)
    said_in(cycle, services)

    page = client.get(f"{PAGE}?interface=bb")
    refused = client.post(f"{PAGE}/close", data=form_values(page, "/close"))

    told = text_of(page) + text_of(refused)
    assert [text for text in said if text not in told] == []
