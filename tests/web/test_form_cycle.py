"""The form says which review cycle answers the comment, and what that asks."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.cycle import Cycle, CycleQuestion
from feedback_api.services import Services
from tests.fakes.clockwork import START
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import OTHER, SECTION, SOURCE, TOP
from tests.web.following import follow, given_comment
from tests.web.reading import FORM, OpenClient, page_of, text_of

ASKED = (
    CycleQuestion(section=SECTION, texts={SOURCE: "Is 3 days soon enough?"}),
    CycleQuestion(section=SECTION, texts={SOURCE: "For whom not?", OTHER: "Para quem não?"}),
    CycleQuestion(section=TOP, texts={SOURCE: "Asked of another section."}),
)


def _publish(services: Services, *cycles: Cycle) -> None:
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = cycles


def _open(**fields: Any) -> Cycle:
    usual: dict[str, Any] = {
        "opens": START - timedelta(days=1),
        "titles": {SOURCE: "First review", OTHER: "Primeira revisão"},
        "questions": ASKED,
    }
    return usual_cycle(**{**usual, **fields})


def test_form_names_the_open_cycle_and_its_questions_on_the_section(
    client: TestClient, services: Services
) -> None:
    _publish(services, _open())

    page = page_of(client.get(FORM))

    notice = page.find_class("cop-notice")[0]
    said = " ".join(notice.text_content().split())
    assert "The review cycle “First review” is open until December 20, 2026 at 12:00 PM" in said
    assert "(time zone: Lisbon, UTC+00:00)" in said
    assert notice.xpath(".//a/@href") == ["/aa/cycles/2027-1/"]
    asked = [(item.get("lang"), item.text_content()) for item in notice.iter("li")]
    assert asked == [(SOURCE, "Is 3 days soon enough?"), (SOURCE, "For whom not?")]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", "O ciclo de revisão “Primeira revisão” está aberto até 20 de dezembro de 2026"),
        ("ru", "Цикл пересмотра «Primeira revisão» открыт до: 20 декабря 2026"),
    ],
)
def test_form_says_so_in_the_reader_s_language_as_far_as_it_is_written(
    open_client: OpenClient, services: Services, other: str, said: str
) -> None:
    _publish(services, _open())

    page = page_of(open_client(other=other).get(f"/feedback/{OTHER}/{SECTION}"))

    notice = page.find_class("cop-notice")[0]
    assert said in " ".join(notice.text_content().split())
    asked = [(item.get("lang"), item.text_content()) for item in notice.iter("li")]
    assert asked == [(SOURCE, "Is 3 days soon enough?"), (OTHER, "Para quem não?")]


def test_form_in_place_says_the_same(client: TestClient, services: Services) -> None:
    _publish(services, _open())

    assert "The review cycle “First review”" in text_of(client.get(f"{FORM}?part=1"))


def test_comment_waits_for_the_cycle_that_is_announced(
    client: TestClient, services: Services
) -> None:
    _publish(services, _open(opens=START + timedelta(days=5)))

    said = text_of(client.get(FORM))

    assert "Your comment waits for “First review”, which opens on November 26, 2026" in said
    assert "Is 3 days soon enough?" not in said


@pytest.mark.parametrize(
    "cycles",
    [(), (_open(opens=START - timedelta(days=60)),), (_open(scope=(TOP,)),)],
    ids=["none", "over", "elsewhere"],
)
def test_comment_waits_for_the_next_while_none_is_announced(
    client: TestClient, services: Services, cycles: tuple[Cycle, ...]
) -> None:
    _publish(services, *cycles)

    assert "Your comment waits for the next one." in text_of(client.get(FORM))


def test_what_the_form_says_comes_true(client: TestClient, services: Services) -> None:
    _publish(services, _open())
    _, receipt = given_comment(client)

    assert "It belongs to the review cycle “First review”." in text_of(follow(client, receipt))


def test_receipt_of_a_waiting_comment_says_that_it_waits(client: TestClient) -> None:
    _, receipt = given_comment(client)

    assert "It waits for the next review cycle." in text_of(follow(client, receipt))
