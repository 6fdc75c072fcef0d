"""The dashboard: every number in a picture is in its table, in the store, and in the list."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CycleId
from feedback_api.services import Services
from feedback_api.web.charts import LEVELS
from feedback_api.web.dashboard_view import WEEKS_DRAWN
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, RETIRED, SECTION, SOURCE, TOP, UNTRANSLATED
from tests.web.reading import OpenClient, page_of, signed_in, text_of

DASHBOARD = "/review/dashboard"
CYCLE = CycleId("2026-1")
OVER = usual_cycle(CYCLE, opens=START - timedelta(days=70))
CHARTS = {
    "chart-state": "state",
    "chart-language": "language",
    "chart-kind": "kind",
    "chart-about": "about",
    "chart-visibility": "visibility",
}


@pytest.fixture
def over(services: Services) -> Services:
    """Services with a cycle that stopped taking comments 40 days ago."""
    return replace(services, cycles=FixedCycles(OVER))


@pytest.fixture
def many(store: MemoryStore) -> MemoryStore:
    """Comments of every sort, 1,050 of them, so that numbers need a separator."""
    sections = (SECTION, SECTION, TOP, RETIRED)
    for number in range(1, 1051):
        store.add(
            usual_comment(
                number,
                section=sections[number % 4],
                role=list(Role)[number % 3],
                role_verified=number % 5 == 0,
                kind=list(Kind)[number % 4 % 3],
                about=About.RULE if number % 9 else About.TRANSLATION,
                language=SOURCE if number % 30 else OTHER,
                state=list(State)[number % 7],
                visibility=Visibility.REVIEWERS if number % 8 else Visibility.PUBLIC,
                submitted_at=START + timedelta(days=number % 40),
                cycle=CYCLE if number % 10 else CycleId("waiting"),
            )
        )
    return store


def _drawn(picture: HtmlElement) -> dict[str, str]:
    """What a picture says: by key the number in it."""
    return {
        group.get("data-key"): group.xpath("./text[contains(@class, 'number')]")[0].text
        for group in picture.xpath(".//g[@data-key]")
    }


def _tabled(table: HtmlElement) -> dict[str, str]:
    return {
        row.get("data-key"): row.xpath("./td")[0].text_content().strip()
        for row in table.xpath(".//tr[@data-key]")
    }


def _number(said: str) -> int:
    return int(re.sub(r"\D", "", said))


def _charts(answer: Response) -> Iterator[tuple[HtmlElement, HtmlElement, HtmlElement]]:
    """Figure, picture and table of each chart."""
    for figure in page_of(answer).xpath("//figure[starts-with(@id, 'chart-')]"):
        yield figure, figure.xpath(".//svg")[0], figure.xpath(".//table")[0]


def test_each_number_in_a_picture_is_the_one_in_its_table_and_in_the_store(
    editor_client: TestClient, many: MemoryStore
) -> None:
    answer = editor_client.get(DASHBOARD)

    charts = {
        figure.get("id"): (_drawn(svg), _tabled(table)) for figure, svg, table in _charts(answer)
    }
    assert set(charts) == {*CHARTS, "chart-role", "chart-week"}
    for name, field in CHARTS.items():
        drawn, tabled = charts[name]
        stored = Counter(getattr(one, field) for one in many.comments.values())
        assert drawn == tabled
        assert {key: _number(said) for key, said in drawn.items() if said != "0"} == stored
    drawn, tabled = charts["chart-role"]
    roles = Counter(
        f"{one.role}-{'verified' if one.role_verified else 'as-stated'}"
        for one in many.comments.values()
    )
    assert drawn == tabled
    assert {key: _number(said) for key, said in drawn.items()} == roles
    drawn, tabled = charts["chart-week"]
    weeks = Counter(f"{one.submitted_at:%G-W%V}" for one in many.comments.values())
    assert drawn == tabled
    assert {key: _number(said) for key, said in drawn.items()} == weeks


def test_heat_map_is_the_table_and_the_store(editor_client: TestClient, many: MemoryStore) -> None:
    page = page_of(editor_client.get(DASHBOARD))

    drawn = {
        key: said
        for picture in page.xpath("//figure[starts-with(@id, 'heat-')]//svg")
        for key, said in _drawn(picture).items()
    }
    table = page.get_element_by_id("heat-table")
    stored = Counter(one.section for one in many.comments.values())
    assert drawn == _tabled(table)
    assert {key: _number(said) for key, said in drawn.items()} == {**stored, UNTRANSLATED: 0}
    totals = [row.xpath("./td")[0].text_content() for row in table.xpath(".//tr[@data-page]")]
    assert sum(map(_number, totals)) == len(many.comments)


def test_darker_cells_have_more_comments(editor_client: TestClient, store: MemoryStore) -> None:
    for number in range(1, 10):
        store.add(usual_comment(number, section=SECTION if number < 9 else TOP))

    page = page_of(editor_client.get(DASHBOARD))

    levels = {
        group.get("data-key"): group.xpath("./rect")[0].get("class").rpartition("--")[2]
        for group in page.xpath("//figure[starts-with(@id, 'heat-')]//g")
    }
    assert levels == {SECTION: str(LEVELS), TOP: "1", UNTRANSLATED: "0"}


def test_bars_are_as_long_as_their_numbers_say(
    editor_client: TestClient, store: MemoryStore
) -> None:
    for number in range(1, 13):
        role = Role.STAFF if number <= 4 else Role.CUSTOMER
        store.add(usual_comment(number, role=role, role_verified=number in (4, 5, 6)))

    page = page_of(editor_client.get(DASHBOARD))

    lengths = {
        group.get("data-key"): int(group.xpath("./rect")[0].get("width"))
        for group in page.get_element_by_id("chart-role").xpath(".//g")
    }
    assert lengths == {
        "staff-verified": 53, "staff-as-stated": 160,
        "management-verified": 0, "management-as-stated": 0,
        "customer-verified": 107, "customer-as-stated": 320,
    }  # fmt: skip


def test_each_number_leads_to_just_these_comments(
    open_client: OpenClient, over: Services, many: MemoryStore
) -> None:
    client = signed_in(open_client(over=over))

    page = page_of(client.get(f"{DASHBOARD}?cycle={CYCLE}&role=staff&limit=3"))

    links = page.xpath("//table//td//a[starts-with(@href, '/review?')]")
    assert len(links) > 15
    for link in {element.get("href"): element for element in links}.values():
        query = link.get("href").partition("?")[2]
        assert client.get(f"/api/v1/comments?{query}").json()["total"] == _number(
            link.text_content()
        )
        assert client.get(link.get("href")).status_code == 200


def test_weeks_before_those_drawn_are_not_lost(
    editor_client: TestClient, store: MemoryStore
) -> None:
    for number in range(WEEKS_DRAWN + 5):
        store.add(usual_comment(number + 1, submitted_at=START + timedelta(weeks=number)))

    page = page_of(editor_client.get(DASHBOARD))

    drawn = _drawn(page.get_element_by_id("chart-week"))
    assert len(drawn) == WEEKS_DRAWN + 1
    assert drawn["earlier"] == "5"
    assert sum(map(_number, drawn.values())) == WEEKS_DRAWN + 5


def test_pictures_are_named_and_described_and_carry_neither_style_nor_script(
    editor_client: TestClient, many: MemoryStore
) -> None:
    answer = editor_client.get(DASHBOARD)

    page = page_of(answer)
    pictures = page.xpath("//main//svg")
    assert len(pictures) > 6
    for picture in pictures:
        name, description = picture.get("aria-labelledby").split()
        assert picture.get("role") == "img"
        assert picture.xpath("./title[@id=$id]", id=name)[0].text
        assert picture.xpath("./desc[@id=$id]", id=description)[0].text
        assert not picture.xpath(".//a")  # nobody could reach it within an image
    identifiers = page.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert not page.xpath("//main//script | //style | //@style")
    for table in page.xpath("//main//table"):
        assert table.xpath("./caption")[0].text_content().strip()
        assert not table.xpath(".//th[not(@scope)]")


def test_overdue_comments_come_first(
    open_client: OpenClient, over: Services, store: MemoryStore
) -> None:
    store.add(usual_comment(1, cycle=CYCLE))
    store.add(usual_comment(2, cycle=CYCLE, state=State.DECLINED))
    client = signed_in(open_client(over=over))

    answer = client.get(DASHBOARD)

    assert "1 comment is overdue. Decide it." in text_of(answer)
    assert "within 20 working days after a cycle stops taking comments" in text_of(answer)
    links = page_of(answer).xpath("//table[contains(., 'Late by')]//tbody//a/@href")
    assert links == [f"/review/{comment_id(1)}"]


def test_those_who_wait_are_told_apart_from_those_answered(
    editor_client: TestClient, store: MemoryStore
) -> None:
    decided = Event(what=EventKind.DECIDED, at=START + timedelta(days=3), by="Ana")
    events = (submitted(START), decided)
    store.add(usual_comment(1, events=events, state=State.DECLINED))
    store.add(usual_comment(2))

    page = page_of(editor_client.get(DASHBOARD))

    row = page.xpath("//h2[@id='waits']/following-sibling::table[1]//tr[th='Decision']")[0]
    assert [cell.text_content() for cell in row.xpath("./td")] == [
        "1",
        "3 days",
        "3 days",
        "3 days",
        "3 days",
        "1",
        "less than an hour",
    ]


def test_empty_store_is_told_without_a_single_link(editor_client: TestClient) -> None:
    answer = editor_client.get(DASHBOARD)

    assert answer.status_code == 200
    assert "Nothing waits for a decision." in text_of(answer)
    assert not page_of(answer).xpath("//table//a")


def test_filters_that_cannot_be_are_given_back(editor_client: TestClient) -> None:
    answer = editor_client.get(f"{DASHBOARD}?cycle=2031-1&kind=nothing")

    assert answer.status_code == 422
    page = page_of(answer)
    for name in ("cycle", "kind"):
        assert page.get_element_by_id(f"filter-{name}").get("aria-invalid") == "true"
    assert not page.xpath("//main//svg")


def test_language_is_changed_without_losing_the_filters(editor_client: TestClient) -> None:
    page = page_of(editor_client.get(f"{DASHBOARD}?role=staff&text=late"))

    other = page.xpath(f"//*[@data-language='{OTHER}']/@href")[0]
    again = page_of(editor_client.get(other))

    assert again.get_element_by_id("filter-role").value == "staff"
    assert again.xpath("//input[@type='hidden'][@name='text']/@value") == ["late"]


def test_dashboard_is_for_editors_alone(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, public=True))

    answer = client.get(DASHBOARD, headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert "heat-table" not in answer.text


@pytest.mark.parametrize(
    ("other", "said", "thousand"),
    [
        ("pt", ["Comentários por estado", "1 comentário está em atraso", "3 dias"], "1.015"),
        (
            "ru",
            ["Комментарии по состояниям", "Просрочен 1 комментарий", "3 дня"],
            "1\N{NO-BREAK SPACE}015",
        ),
    ],
)
def test_dashboard_speaks_the_editor_s_language(
    open_client: OpenClient,
    over: Services,
    many: MemoryStore,
    other: str,
    said: list[str],
    thousand: str,
) -> None:
    for comment in list(many.comments.values()):
        many.comments[comment.id] = replace(comment, state=State.DECLINED)
    decided = Event(what=EventKind.DECIDED, at=START + timedelta(days=3), by="Ana")
    many.add(usual_comment(9001, events=(submitted(START), decided), state=State.DECLINED))
    many.add(usual_comment(9002, cycle=CYCLE))
    client = signed_in(open_client(other=other, over=over))

    answer = client.get(f"{DASHBOARD}?interface={OTHER}")

    assert [text for text in said if text not in text_of(answer)] == []
    languages = _drawn(page_of(answer).get_element_by_id("chart-language"))
    assert languages[SOURCE] == _as_said(1017, thousand)


def _as_said(number: int, example: str) -> str:
    """With the separator of the example."""
    return f"{number // 1000}{example[1]}{number % 1000:03}"
