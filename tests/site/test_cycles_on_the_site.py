"""What the built site and sections.json show of review cycles, before, during and after."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from practice.build_settings import BuildSettings
from practice.site_build import build_site

from .conftest import Project, make_project
from .cycle_text import PATH, TEXT, later_cycle, write_cycle

LANGUAGES = ("en", "pt", "ru")
BEFORE = datetime(2027, 1, 1, 12, 0, tzinfo=UTC)
DURING = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
AFTER = datetime(2027, 8, 1, 12, 0, tzinfo=UTC)
OPENS, CLOSES = "2027-01-11T09:00:00Z", "2027-07-26T17:00:00Z"
WORDS = {
    "en": {
        "opens": "January 11, 2027 at 9:00 AM",
        "closes": "July 26, 2027 at 6:00 PM",
        "zone": "Lisbon",
        "state": "Open for comments",
        "title": "First review",
        "asked": "Asked in the review cycle “First review”",
        "question": "Are <b>10 days</b> too long & why?",
        "section": "1.2 Answering",
        "comment": "Comment on “1.2 Answering”",
        "roles": "staff and customers",
        "reviewers": "complaints officer",
        "objection": "14 calendar days",
        "retention": "180 calendar days",
    },
    "pt": {
        "opens": "11 de janeiro de 2027 às 09:00",
        "closes": "26 de julho de 2027 às 18:00",
        "zone": "Lisboa",
        "state": "Aberto a comentários",
        "title": "Primeira revisão",
        "asked": "Pergunta do ciclo de revisão “Primeira revisão”",
        "question": "Dez dias são demais?",
        "section": "1.2 Resposta",
        "comment": "Comentar “1.2 Resposta”",
        "roles": "funcionários e clientes",
        "reviewers": "responsável pelas reclamações",
        "objection": "14 dias corridos",
        "retention": "180 dias corridos",
    },
    "ru": {
        "opens": "11 января 2027 г. в 09:00",
        "closes": "26 июля 2027 г. в 18:00",
        "zone": "Лиссабон",
        "state": "Открыт для комментариев",
        "title": "Первый пересмотр",
        "asked": "Вопрос цикла пересмотра «Первый пересмотр»",
        "question": "Не слишком ли это долго?",
        "section": "1.2 Ответ",
        "comment": "Комментировать «1.2 Ответ»",
        "roles": "сотрудники и клиенты",
        "reviewers": "ответственный за жалобы",
        "objection": "14 календарных дней",
        "retention": "180 календарных дней",
    },
}


def _build(project: Project, now: datetime) -> None:
    build_site(project.root, site=project.site, settings=BuildSettings(), now=now)


@pytest.fixture(scope="module")
def during(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Built while the cycle is open; a second one is announced, about the whole code."""
    project = make_project(tmp_path_factory.mktemp("cycles") / "project")
    write_cycle(project)
    later = later_cycle("2028-01-10T09:00", "2028-03-10T18:00", "America/Sao_Paulo")
    whole = "scope: all\n" + later[later.index("questions:") :]
    write_cycle(project, later[: later.index("scope:")] + whole, path="cycles/2028-1/cycle.yml")
    _build(project, DURING)
    return project


def _page(project: Project, address: str) -> html.HtmlElement:
    path = project.site / address / "index.html"
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def _text(element: html.HtmlElement) -> str:
    """With every kind of space as a plain one."""
    return " ".join(str(element.text_content()).split())


def _shown(page: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    return [e for e in page.xpath(path) if not e.xpath("ancestor-or-self::*[@hidden]")]


def _files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.glob("*/cycles/**/index.html")}


def _cycles(project: Project) -> list[dict[str, Any]]:
    document = json.loads((project.site / "sections.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = document["cycles"]
    return found


def test_every_language_has_a_list_and_a_page_for_each_cycle(during: Project) -> None:
    assert _files(during.site) == {
        f"{language}/cycles/{name}index.html"
        for language in LANGUAGES
        for name in ("", "2027-1/", "2028-1/")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_names_state_and_dates_in_the_readers_form(during: Project, language: str) -> None:
    words = WORDS[language]

    rows = _page(during, f"{language}/cycles").xpath("//main//tbody/tr")

    assert len(rows) == 2
    cells = rows[1].findall("td")
    assert _text(cells[0]) == words["title"]
    assert cells[0].find("a").get("href") == "../cycles/2027-1/"
    assert [_text(e) for e in _shown(cells[1], ".//span[@class]")] == [words["state"]]
    assert [_text(cell) for cell in cells[2:]] == [
        f"{words[key]} ({words['zone']})" for key in ("opens", "closes")
    ]
    assert rows[0].xpath(".//time/@datetime") == ["2028-01-10T12:00:00Z", "2028-03-10T21:00:00Z"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_a_cycle_tells_everything_in_the_readers_language(
    during: Project, language: str
) -> None:
    words = WORDS[language]
    page = _page(during, f"{language}/cycles/2027-1")
    wordings = {
        element.get("data-section"): element.get("data-wording")
        for element in _page(during, f"{language}/complaints").xpath("//*[@data-wording]")
    }

    cells = [_text(cell) for cell in page.xpath("//main//td[2]")]

    assert _text(page.find(".//h1")) == words["title"]
    assert cells[:2] == [words["opens"], words["closes"]]
    assert cells[2] == f"{words['zone']} (UTC+00:00 / UTC+01:00)"
    assert cells[4:] == [words["roles"], words["reviewers"], words["objection"], words["retention"]]
    assert page.xpath("//main//td/ul//a/@href") == [
        "../../complaints/#complaints-acknowledge",
        "../../complaints/#complaints-answer",
    ]
    (section,) = page.xpath("//main//h3/a")
    assert (_text(section), section.get("href")) == (
        words["section"],
        "../../complaints/#complaints-answer",
    )
    (comment,) = page.xpath("//main//a[@class='cop-comment-link']")
    assert (_text(comment), comment.get("href")) == (
        words["comment"],
        f"/feedback/{language}/complaints-answer?wording={wordings['complaints-answer']}",
    )
    assert words["question"] in [_text(e) for e in page.xpath("//main//p")]


def test_introduction_keeps_its_paragraphs_and_is_never_markup(during: Project) -> None:
    page = _page(during, "en/cycles/2027-1")

    paragraphs = [_text(element) for element in page.xpath("//main/p[not(@class)]")]

    assert paragraphs[1:3] == ["What works?", "And what <b>fails</b>?"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_banner_stands_on_every_page_with_both_dates(during: Project, language: str) -> None:
    words = WORDS[language]
    paths = sorted((during.site / language).rglob("*.html"))

    for path in paths:
        page = html.document_fromstring(path.read_text(encoding="utf-8"))
        (banner,) = _shown(page, "//*[@role='region' and contains(@class, 'cop-banner')]")
        assert (banner.get("data-opens"), banner.get("data-closes")) == (OPENS, CLOSES), path
        said = _text(banner)
        assert [key for key in ("title", "opens", "closes", "zone") if words[key] not in said] == []

    assert len(paths) == 8


def test_banner_of_an_announced_cycle_waits_for_the_script(during: Project) -> None:
    banners = _page(during, "en/complaints").xpath("//*[contains(@class, 'cop-banner')]")

    assert [(e.get("data-opens"), e.get("hidden") is not None) for e in banners] == [
        ("2028-01-10T12:00:00Z", True),
        (OPENS, False),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_stands_between_the_tools_and_the_text(during: Project, language: str) -> None:
    words = WORDS[language]
    page = _page(during, f"{language}/complaints")

    (tools,) = page.xpath("//*[@data-section='complaints-answer']")
    announced, asked, text = list(tools.itersiblings())[:3]

    assert announced.get("hidden") is not None
    assert (asked.get("hidden"), asked.get("data-closes")) == (None, CLOSES)
    assert [_text(e) for e in asked][:2] == [words["asked"], words["question"]]
    assert asked.find(".//a").get("href") == "../cycles/2027-1/"
    assert text.tag == "ol"


def test_sections_of_which_nothing_is_asked_stay_as_they_are(during: Project) -> None:
    page = _page(during, "en/complaints")

    (tools,) = page.xpath("//*[@data-section='complaints-acknowledge']")

    assert next(tools.itersiblings()).tag == "p"


def test_questions_change_no_wording_and_stay_out_of_print(during: Project, built: Project) -> None:
    def fingerprints(project: Project) -> set[str]:
        document = json.loads((project.site / "sections.json").read_text(encoding="utf-8"))
        return {
            text["fingerprint"]
            for section in document["sections"]
            for text in section["languages"].values()
        }

    assert fingerprints(during) == fingerprints(built)
    assert _page(during, "en/print").xpath("//main//*[contains(@class, 'cop-asked')]") == []


def test_questions_and_banners_are_left_out_of_the_search(during: Project) -> None:
    page = _page(during, "en/complaints")

    assert page.xpath("//*[contains(@class, 'cop-asked') and not(@data-pagefind-ignore)]") == []
    assert page.xpath("//main//*[contains(@class, 'cop-banner')]") == []


def test_service_is_told_everything_and_no_name(during: Project) -> None:
    first, second = _cycles(during)

    assert first == {
        "id": "2027-1",
        "opens": OPENS,
        "closes": CLOSES,
        "time_zone": "Europe/Lisbon",
        "titles": {"en": "First review", "pt": "Primeira revisão", "ru": "Первый пересмотр"},
        "introductions": {
            "en": "What works?\n\nAnd what <b>fails</b>?",
            "pt": "O que funciona?",
            "ru": "Что работает?",
        },
        "urls": {language: f"/{language}/cycles/2027-1/" for language in LANGUAGES},
        "scope": ["complaints-acknowledge", "complaints-answer"],
        "questions": [
            {
                "section": "complaints-answer",
                "texts": {
                    "en": "Are <b>10 days</b> too long & why?",
                    "pt": "Dez dias são demais?",
                    "ru": "Не слишком ли это долго?",
                },
            },
            {
                "section": "complaints-answer",
                "texts": {"en": "Who answered?", "pt": "Quem respondeu?", "ru": "Кто ответил?"},
            },
        ],
        "roles": ["staff", "customer"],
        "reviewers": ["complaints officer"],
        "objection_days": 14,
        "retention_days": 180,
    }
    assert second["scope"] == "all"


def test_name_of_an_editor_is_nowhere_in_the_site(during: Project) -> None:
    holders = [
        path
        for path in during.site.rglob("*")
        if path.is_file() and b"ana-the-secret" in path.read_bytes()
    ]

    assert holders == []


def test_site_without_cycles_shows_nothing_of_them(built: Project) -> None:
    pages = [path.read_text(encoding="utf-8") for path in built.site.rglob("*.html")]

    assert _files(built.site) == set()
    assert [text for text in pages if "cycles/" in text or "data-opens" in text] == []
    assert _cycles(built) == []


def test_before_it_opens_only_its_pages_show_it(project: Project) -> None:
    write_cycle(project)
    _build(project, BEFORE)

    page = _page(project, "en/complaints")

    assert _shown(page, "//*[@data-opens]") == []
    assert len(page.xpath("//*[@data-opens]")) == 2
    states = _shown(_page(project, "en/cycles"), "//main//td[2]//span[@class]")
    assert [_text(state) for state in states] == ["Upcoming"]


def test_after_it_closed_its_pages_alone_remember_it(project: Project) -> None:
    write_cycle(project)
    _build(project, AFTER)

    assert _page(project, "en/complaints").xpath("//*[@data-opens]") == []
    states = _shown(_page(project, "en/cycles/2027-1"), "//main/p/span/span")
    assert [_text(state) for state in states] == ["Being decided"]
    assert [cycle["id"] for cycle in _cycles(project)] == ["2027-1"]


def test_withdrawn_sections_lead_to_those_that_took_their_place(project: Project) -> None:
    write_cycle(project)
    project.change(PATH, "  - complaints-acknowledge", "  - complaints-old\n  - complaints-gone")
    _build(project, DURING)

    links = _page(project, "en/cycles/2027-1").xpath("//main//td/ul//a/@href")

    assert links == [
        "../../complaints/#complaints-acknowledge",
        "../../complaints/#complaints-answer",
    ]
    assert _cycles(project)[0]["scope"] == ["complaints-acknowledge", "complaints-answer"]


def test_language_the_cycle_does_not_speak_is_shown_the_source_marked_as_such(
    project: Project,
) -> None:
    silent = "".join(line for line in TEXT.splitlines(True) if not line.strip().startswith("ru:"))
    write_cycle(project, silent)
    _build(project, DURING)

    page = _page(project, "ru/cycles/2027-1")

    assert page.xpath("//h1/span[@lang='en' and @dir='ltr']/text()") == ["First review"]
    (asked,) = _page(project, "ru/complaints").xpath("//*[contains(@class, 'cop-asked')]")
    assert [e.get("lang") for e in asked] == [None, "en", "en"]
