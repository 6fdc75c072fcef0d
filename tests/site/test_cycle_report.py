"""“You said, we did”: the Markdown of a closed cycle, what holds it to its data, and its page."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from practice.build_settings import BuildSettings
from practice.cycles import read_cycles
from practice.problem import ProblemsFoundError
from practice.report_files import report_files, report_problems
from practice.report_reader import read_reports, report_text
from practice.site_build import build_site

from .conftest import Project, make_project
from .cycle_text import later_cycle, write_cycle
from .report_text import (
    COMMIT,
    FIRST,
    MARKDOWN,
    PATH,
    SECOND,
    THIRD,
    comment,
    decision,
    document,
    section,
    write_report,
)

LANGUAGES = ("en", "pt", "ru")
AFTER = datetime(2027, 9, 1, 12, 0, tzinfo=UTC)
FORGE = "https://forge.example.org/code"
SAID = {
    "en": {
        "title": "# First review: You said, we did",
        "closed": "Decided and closed: August 10, 2027 at 1:00 PM (Lisbon).",
        "label": "1.2 Answering",
        "asked": "Too long?",
        "summary": "Most agree.",
        "first": "Problem · Customer (as stated) · Russian · supported by 3 people",
        "second": "Suggestion · Staff (verified) · Portuguese"
        " · Only how it is put in this language · written down at a meeting",
        "decided": "Accepted in part",
        "same": "It says the same as comment 1 and was decided with it.",
        "moved": "Moved to the review cycle 2028-1.",
        "day": "August 1, 2027",
        "count": "2 comments",
        "state": "Closed",
        "link": "What was said about this section, and what was decided: First review",
        "withheld": "withheld",
    },
    "pt": {
        "title": "# Primeira revisão: Você disse, nós fizemos",
        "closed": "Decidido e encerrado: 10 de agosto de 2027 às 13:00 (Lisboa).",
        "label": "1.2 Resposta",
        "asked": "Longo demais?",
        "summary": "A maioria concorda.",
        "first": "Problema · Cliente (conforme declarado) · russo · com o apoio de 3 pessoas",
        "second": "Sugestão · Funcionário (confirmado) · português"
        " · Só a forma como está dita neste idioma · anotado em reunião",
        "decided": "Aceito em parte",
        "same": "Diz o mesmo que o comentário 1 e foi decidido junto com ele.",
        "moved": "Transferido para o ciclo de revisão 2028-1.",
        "day": "1 de agosto de 2027",
        "count": "2 comentários",
        "state": "Encerrado",
        "link": "O que foi dito sobre esta seção e o que foi decidido: Primeira revisão",
        "withheld": "não divulgado",
    },
    "ru": {
        "title": "# Первый пересмотр: Вы сказали — мы сделали",
        "closed": "Решения приняты, цикл закрыт: 10 августа 2027 г. в 13:00 (Лиссабон).",
        "label": "1.2 Ответ",
        "asked": "Слишком долго?",
        "summary": "Согласны.",
        "first": "Проблема · Клиент (со слов автора) · русский · поддержали 3 человека",
        "second": "Предложение · Сотрудник (подтверждено) · португальский"
        " · Только то, как оно изложено на этом языке · записан на встрече",
        "decided": "Принят частично",
        "same": "О том же сказано в комментарии 1; решение у них общее.",
        "moved": "Перенесён в цикл пересмотра 2028-1.",
        "day": "1 августа 2027 г.",
        "count": "2 комментария",
        "state": "Закрыт",
        "link": "Что было сказано об этом разделе и что решено: Первый пересмотр",
        "withheld": "не приводится",
    },
}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A closed cycle with its report, and one to come, built after the first."""
    project = make_project(tmp_path_factory.mktemp("report") / "project")
    write_cycle(project)
    later = later_cycle("2028-01-10T09:00", "2028-03-10T18:00")
    write_cycle(project, later, path="cycles/2028-1/cycle.yml")
    settings = project.path("mkdocs.yml")
    settings.write_text(f"{settings.read_text(encoding='utf-8')}repo_url: {FORGE}\n", "utf-8")
    write_report(project)
    _write_markdown(project)
    _build(project)
    return project


@pytest.fixture
def reported(project: Project) -> Project:
    """A closed cycle with a sound report, for a test to change."""
    write_cycle(project)
    write_report(project)
    _write_markdown(project)
    return project


def _build(project: Project) -> None:
    build_site(project.root, site=project.site, settings=BuildSettings(), now=AFTER)


def _write_markdown(project: Project) -> None:
    code = project.read()
    cycle, *_ = read_cycles(project.root, code)
    report = read_reports(project.root, code, [cycle])[cycle.id]
    for path, text in report_files(project.root, code, cycle, report).items():
        (project.root / path).write_text(text, encoding="utf-8")


def _markdown(project: Project, language: str) -> str:
    return _plain(project.path(MARKDOWN.format(language)).read_text(encoding="utf-8"))


def _findings(project: Project) -> list[tuple[str, str]]:
    found = report_problems(project.root, project.read())
    return [(problem.path.as_posix(), problem.code) for problem in found]


def _codes(project: Project, content: dict[str, Any]) -> list[str]:
    write_report(project, content)
    code = project.read()
    try:
        read_reports(project.root, code, read_cycles(project.root, code))
    except ProblemsFoundError as found:
        return [problem.code for problem in found.problems]
    return []


def _page(project: Project, address: str) -> html.HtmlElement:
    path = project.site / address / "index.html"
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    """With every kind of space inside of lines as a plain one."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_tells_all_in_the_readers_language(closed: Project, language: str) -> None:
    said = SAID[language]
    lines = _markdown(closed, language).splitlines()

    expected = [
        said["title"],
        said["closed"],
        f"## {said['label']}",
        "`complaints-answer`",
        said["same"],
        said["moved"],
    ]
    assert [line for line in expected if line not in lines] == []
    starts = [f"{said[key]} · " for key in ("first", "second")]
    assert [s for s in starts if not any(line.startswith(s) for line in lines)] == []
    assert any(said["decided"] in line and said["day"] in line for line in lines)
    assert any(said["withheld"] in line for line in lines)


@pytest.mark.parametrize(
    ("support", "words"),
    [
        (1, ("supported by 1 person", "com o apoio de 1 pessoa", "поддержал 1 человек")),
        (2, ("supported by 2 people", "com o apoio de 2 pessoas", "поддержали 2 человека")),
        (5, ("supported by 5 people", "com o apoio de 5 pessoas", "поддержали 5 человек")),
        (21, ("supported by 21 people", "com o apoio de 21 pessoas", "поддержал 21 человек")),
    ],
)
def test_support_is_counted_as_each_language_counts(
    reported: Project, support: int, words: tuple[str, ...]
) -> None:
    said = comment(FIRST, "Yes.", support=support)
    write_report(reported, document(sections=[section("complaints-answer", "1.2", said)]))
    _write_markdown(reported)

    for language, counted in zip(LANGUAGES, words, strict=True):
        assert f" · {counted} · " in _markdown(reported, language)


def test_people_are_quoted_in_their_own_language_with_their_line_ends(closed: Project) -> None:
    text = _markdown(closed, "en")

    assert '<blockquote lang="ru" dir="ltr">Слишком долго.<br>\n<br>\nПочему?</blockquote>' in text
    assert '<blockquote lang="pt-BR" dir="ltr">Passa a 7 dias.</blockquote>' in text


def test_change_is_linked_where_the_forge_is_known(closed: Project) -> None:
    text = _markdown(closed, "en")
    links = _page(closed, "en/cycles/2027-1").xpath("//main//a[code]")

    assert f"[`{COMMIT[:7]}`]({FORGE}/commit/{COMMIT})" in text
    assert [(_text(link), link.get("href")) for link in links] == [
        (COMMIT[:7], f"{FORGE}/commit/{COMMIT}")
    ]


def test_change_is_a_bare_hash_where_no_forge_is_known(reported: Project) -> None:
    assert f"The change that came of it: `{COMMIT[:7]}`" in _markdown(reported, "en")


def test_sound_report_has_no_problems(reported: Project) -> None:
    assert _findings(reported) == []


def test_heading_that_changed_since_is_no_fault_of_the_report(reported: Project) -> None:
    reported.change("docs/en/complaints.md", "## Answering {", "## Replies {")

    assert _findings(reported) == []


def test_markdown_changed_by_hand_is_reported(reported: Project) -> None:
    name = MARKDOWN.format("pt")
    line = reported.change(name, "Passa a 7 dias.", "Passa a 8 dias.")

    (problem,) = report_problems(reported.root, reported.read())

    assert (problem.path.as_posix(), problem.line, problem.code) == (name, line, "report-differs")


def test_markdown_that_is_missing_or_belongs_to_nothing_is_reported(reported: Project) -> None:
    reported.path(MARKDOWN.format("ru")).unlink()
    reported.path(MARKDOWN.format("xx")).write_text("# Mine\n", encoding="utf-8")

    assert _findings(reported) == [
        (MARKDOWN.format("xx"), "report-unknown"),
        (MARKDOWN.format("ru"), "report-missing"),
    ]


def _with_comment(**changes: Any) -> dict[str, Any]:
    said = comment(FIRST, "Yes.") | changes
    return document(sections=[section("complaints-answer", "1.2", said)])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_with_comment(email="a@b.example"), "report-shape"),
        (_with_comment(name="Ivan"), "report-shape"),
        (_with_comment(decision={**decision("declined", "No."), "by": "ana"}), "report-shape"),
        (_with_comment(submitted_on="2027-02-31"), "report-shape"),
        (_with_comment(body="\x02stashed\x03"), "report-shape"),
        (document(extra=1), "report-shape"),
        (_with_comment(body="Write to ivan@mail.example."), "report-address"),
        (_with_comment(decision=decision("declined", "Ask ivan@mail.example")), "report-address"),
        (_with_comment(suggestion="иван@почта.рф"), "report-address"),
        (document(cycle="2028-1"), "report-cycle"),
        (document(closed_at=None), "report-cycle"),
        (document(closed_at="2027-07-26T16:59:59Z"), "report-cycle"),
    ],
)
def test_data_that_may_not_be_public_stop_the_build(
    reported: Project, content: dict[str, Any], code: str
) -> None:
    assert _codes(reported, content) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        "[]",
        json.dumps(document()),
        report_text(document()).replace('"schema": 1', '"schema": 1,\n  "schema": 1'),
        report_text(_with_comment()).replace("Yes.", "\\ud800"),
        report_text(document()).replace('"comments": 12', '"comments": NaN'),
    ],
)
def test_file_that_no_tool_has_written_is_reported(reported: Project, text: str) -> None:
    reported.path(PATH).write_text(text, encoding="utf-8")

    ((path, code),) = _findings(reported)

    assert (path, code in {"report-unreadable", "report-shape", "report-form"}) == (PATH, True)


def test_address_that_the_code_itself_names_may_stand_in_a_comment(reported: Project) -> None:
    for language in LANGUAGES:
        path = reported.path(f"docs/{language}/complaints.md")
        path.write_text(path.read_text(encoding="utf-8") + "\nhelp@company.example\n", "utf-8")

    assert _codes(reported, _with_comment(body="I wrote to Help@company.example.")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_shows_the_report_by_section(closed: Project, language: str) -> None:
    said = SAID[language]
    page = _page(closed, f"{language}/cycles/2027-1")

    (heading,) = page.xpath("//main//h3[@id='said:complaints-answer']")
    (first,) = page.xpath(f"//main//*[@id='comment:{FIRST}']")
    (second,) = page.xpath(f"//main//*[@id='comment:{SECOND}']")
    (third,) = page.xpath(f"//main//*[@id='comment:{THIRD}']")

    assert _text(heading) == said["label"]
    assert heading.find("a").get("href") == "../../complaints/#complaints-answer"
    quotes = [(e.get("lang"), e.text_content()) for e in first.iter("blockquote")]
    assert quotes == [
        ("ru", "Слишком долго.\n\nПочему?"),
        ("ru", "Пять дней."),
        ("pt-BR", "Passa a 7 dias."),
    ]
    assert _plain(_text(first)).find(said["first"]) > 0
    assert said["decided"] in _text(first)
    assert [(_text(a), a.get("href")) for a in second.iter("a")] == [
        (said["same"], f"#comment:{FIRST}")
    ]
    assert [(_text(a), a.get("href")) for a in third.iter("a")] == [
        (said["moved"], "../../cycles/2028-1/")
    ]
    assert next(map(_text, page.iter("summary"))) == said["count"]
    assert [said[key] for key in ("asked", "summary") if said[key] not in _text(page)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_shown_and_withheld_ones_said_as_such(closed: Project, language: str) -> None:
    page = _page(closed, f"{language}/cycles/2027-1")

    cells = [_text(e) for e in page.xpath("//main//table[caption]//td")]

    assert cells == ["7", "5", "7", SAID[language]["withheld"], "12"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_section_of_the_text_leads_to_what_was_said_of_it(closed: Project, language: str) -> None:
    page = _page(closed, f"{language}/complaints")

    (line,) = page.xpath("//*[contains(@class, 'cop-asked') and not(@data-opens)]")

    assert _text(line) == SAID[language]["link"]
    assert line.find(".//a").get("href") == "../cycles/2027-1/#said:complaints-answer"
    assert line.get("data-pagefind-ignore") is not None


def test_time_to_object_is_said_with_its_zone(closed: Project) -> None:
    (time,) = _page(closed, "pt/cycles/2027-1").xpath("//main//p[@class='cop-next']//span/time")

    assert time.tail == " (Lisboa)."


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_says_that_the_cycle_is_closed(closed: Project, language: str) -> None:
    rows = _page(closed, f"{language}/cycles").xpath("//main//tbody/tr")

    shown = rows[1].xpath(".//span[contains(@class, 'cop-badge') and not(ancestor::*[@hidden])]")

    assert [_text(badge) for badge in shown] == [SAID[language]["state"]]


def test_tables_and_feed_of_the_service_are_linked(closed: Project) -> None:
    page = _page(closed, "pt/cycles/2027-1")

    tables = page.xpath("//main//a[contains(@href, '/dispositions')]/@href")
    (feed,) = page.xpath("//head/link[@type='application/atom+xml']/@href")

    assert tables == [
        f"/api/v1/cycles/2027-1/dispositions?format={name}"
        for name in ("csv", "ods", "json", "markdown")
    ]
    assert feed == "/feedback/pt/feed.atom?cycle=2027-1"
    assert feed in page.xpath("//main//a/@href")


def test_reports_are_in_the_sitemap(closed: Project) -> None:
    text = (closed.site / "ru" / "sitemap.xml").read_text(encoding="utf-8")

    addresses = [e.text for e in html.fromstring(text.encode()).iter("loc")]

    assert [a for a in addresses if a and "cycles" in a] == [
        f"http://localhost:8000/ru/cycles/{name}" for name in ("", "2028-1/", "2027-1/")
    ]


def test_only_what_is_in_the_language_of_the_page_is_searched(closed: Project) -> None:
    def searched(language: str) -> str:
        path = closed.root / "build" / "site" / f"{language}-searched" / "cycles/2027-1/index.html"
        return path.read_text(encoding="utf-8")

    assert ("Слишком долго." in searched("ru"), "Слишком долго." in searched("en")) == (True, False)
    assert ("Passa a 7 dias." in searched("pt"), "Most agree." in searched("pt")) == (True, False)


def test_no_id_is_used_twice_or_could_be_that_of_a_section(closed: Project) -> None:
    ids = _page(closed, "en/cycles/2027-1").xpath("//main//@id")

    assert len(set(ids)) == len(ids)
    assert [name for name in ids if ":" not in name and name != "text"] == []


def test_document_with_nothing_public_is_a_report_too(reported: Project) -> None:
    empty: dict[str, Any] = {key: {} for key in ("by_outcome", "by_role", "by_language", "by_kind")}
    write_report(reported, document(sections=[], figures={"comments": None, **empty}))
    _write_markdown(reported)
    _build(reported)

    assert _findings(reported) == []
    assert "Nenhum comentário foi publicado neste ciclo." in _text(
        _page(reported, "pt/cycles/2027-1")
    )


def test_what_the_site_holds_of_comments_stands_in_the_document(closed: Project) -> None:
    texts = [path.read_text(encoding="utf-8") for path in closed.site.rglob("*.html")]

    found = {name for text in texts for name in re.findall(r'id="comment:([^"]*)"', text)}

    assert found == {FIRST, SECOND, THIRD}
