"""The site tells of each section how it came to say what it says, where it was revised."""

import json
import shutil
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

from practice.build_settings import BuildSettings
from practice.history_views import MOST_ON_ONE_PAGE
from practice.site_build import build_site

from .conftest import Project, accept_translations, make_project
from .cycle_text import write_cycle
from .git_text import GitText
from .report_text import FIRST, SECOND, write_report

AFTER = datetime(2027, 9, 1, tzinfo=UTC)
FORGE = "https://forge.example.org/company/code"
LANGUAGES = ("en", "pt", "ru")
PRIVATE = "99999999-9999-4999-8999-999999999999"
HOSTILE = "<script>alert(1)</script>"
MANY = MOST_ON_ONE_PAGE + 2
WORDS = {
    "en": {
        "line": "Last revised on January 5, 2026 after 2 comments: 1.2 Answering",
        "head": "History of “1.2 Answering”",
        "wording": "Wording 2 · January 5, 2026 present wording",
        "since": "What changed since wording 1",
        "redline": "Answer within [removed: 10 ] [added: 5 ] working days.",
        "whole": "The whole wording",
        "caused": "Comments that led to this wording:",
        "comment": "Comment 1 · First review · Problem · Customer (as stated) · Russian",
        "apart": "Compare wording 3 with every other",
    },
    "pt": {
        "line": "Última alteração em 5 de janeiro de 2026, após 2 comentários: 1.2 Resposta",
        "head": "Histórico de “1.2 Resposta”",
        "wording": "Redação 2 · 5 de janeiro de 2026 redação atual",
        "since": "O que mudou desde a redação 1",
        "redline": "Responda em até [retirado: 10 ] [acrescentado: 5 ] dias úteis.",
        "whole": "A redação completa",
        "caused": "Comentários que levaram a esta redação:",
        "comment": "Comentário 1 · Primeira revisão"
        " · Problema · Cliente (conforme declarado) · russo",
        "apart": "Comparar a redação 3 com todas as outras",
    },
    "ru": {
        "line": "Последнее изменение: 5 января 2026 г., после 2 комментариев: 1.2 Ответ",
        "head": "История раздела «1.2 Ответ»",
        "wording": "Формулировка 2 · 5 января 2026 г. нынешняя формулировка",
        "since": "Что изменилось по сравнению с формулировкой 1",
        "redline": "[удалено: 10 ] [добавлено: 5 ] рабочих дней.",
        "whole": "Формулировка целиком",
        "caused": "Комментарии, которые привели к этой формулировке:",
        "comment": "Комментарий 1 · Первый пересмотр"
        " · Проблема · Клиент (со слов автора) · русский",
        "apart": "Сравнить формулировку 3 со всеми остальными",
    },
}


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Answering was changed in every language after comments; a new section, often, in one."""
    project = make_project(tmp_path_factory.mktemp("histories") / "project")
    text = GitText(project.root)
    settings = project.path("mkdocs.yml")
    settings.write_text(f"{settings.read_text('utf-8')}repo_url: {FORGE}\n", "utf-8")
    text.write(".gitignore", "site/\nbuild/\n")
    _commit(text, 1, "Normative(complaints): lay down")
    write_cycle(project)
    write_report(project)
    for language in LANGUAGES:
        project.change(f"docs/{language}/complaints.md", " 10 ", " 5 ")
    trailers = "".join(f"Feedback: {name}\n" for name in (FIRST, SECOND, PRIVATE))
    _commit(text, 5, f"Normative(complaints): {HOSTILE}\n\n{trailers}")
    home = project.path("docs/en/index.md")
    before = home.read_text("utf-8")
    for number in range(1, MANY + 1):
        words = f"## Count {{ #index-count }}\n\n`{HOSTILE}` {number}.\n"
        home.write_text(f"{before}\n{words}", "utf-8")
        _commit(text, 5 + number, f"Normative(index): count {number}")
    accept_translations(project.root)
    _build(project)
    return project


def _commit(text: GitText, day: int, message: str) -> str:
    text.git("add", "--all")
    text.days = day - 2
    text.git("commit", "--quiet", "--file=-", given=message)
    return text.head()


def _build(project: Project, *, again: bool = False) -> None:
    build_site(
        project.root,
        site=project.site,
        settings=BuildSettings(),
        now=AFTER,
        keep_unchanged=again,
    )


def _page(project: Project, address: str) -> html.HtmlElement:
    path = project.site / address / "index.html"
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _texts(page: html.HtmlElement, path: str) -> list[str]:
    return [_text(element) for element in page.xpath(path)]


def _addresses(project: Project) -> dict[str, html.HtmlElement]:
    """Every page of the site, by its address from the root."""
    return {
        f"{path.parent.relative_to(project.site).as_posix()}/": html.document_fromstring(
            path.read_text(encoding="utf-8")
        )
        for path in project.site.glob("*/**/index.html")
    }


def test_every_section_has_a_page_in_every_language(revised: Project) -> None:
    content = json.loads((revised.site / "sections.json").read_text("utf-8"))
    names = {section["id"] for section in content["sections"]}

    for language in LANGUAGES:
        pages = {path.name for path in (revised.site / language / "history").iterdir()}
        assert names == {name for name in pages if "." not in name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_tells_what_changed_and_after_which_comments(revised: Project, language: str) -> None:
    words = WORDS[language]
    page = _page(revised, f"{language}/history/complaints-answer")

    assert _texts(page, "//main/h1") == [words["head"]]
    assert page.findtext(".//title", "").startswith(f"{words['head']} · ")
    assert _texts(page, "//main//h2")[0] == words["wording"]
    (present, first) = page.xpath("//main//section")
    assert words["since"] in _texts(present, "./p")
    (redline,) = present.xpath("./div[@class='cop-redline']")
    assert redline.get("lang").startswith(language)
    assert words["redline"] in _text(redline)
    assert words["caused"] in _texts(present, "./p")
    comments = _texts(present, "./ul/li")
    assert len(comments) == 2
    assert comments[0].startswith(words["comment"])
    assert _texts(first, ".//summary") == [words["whole"]]


def test_comments_lead_to_the_report_and_commits_to_the_forge(revised: Project) -> None:
    page = _page(revised, "pt/history/complaints-answer")

    links = page.xpath("//main//section[1]//a/@href")

    assert links[0].startswith(f"{FORGE}/commit/")
    assert links[1:] == [f"../../cycles/2027-1/#comment:{name}" for name in (FIRST, SECOND)]


def test_comments_that_nobody_may_read_are_nowhere(revised: Project) -> None:
    files = [path for path in revised.site.rglob("*") if path.is_file()]

    assert [path for path in files if PRIVATE.encode() in path.read_bytes()] == []
    assert [path for path in files if FIRST.encode() in path.read_bytes()] != []


def test_every_link_of_a_history_page_works(revised: Project) -> None:
    pages = _addresses(revised)
    histories = [address for address in pages if "/history/" in address]
    revised_links = {
        (address, link)
        for address, page in pages.items()
        for link in page.xpath("//p[@class='cop-revised']//a/@href")
    }
    links = revised_links | {
        (address, link)
        for address in histories
        for link in pages[address].xpath("//a/@href | //link[@hreflang]/@href")
    }

    broken = [link for link in links if not _works(*link, pages)]

    assert len(revised_links) > len(LANGUAGES)
    assert broken == []


def _works(address: str, link: str, pages: dict[str, html.HtmlElement]) -> bool:
    target = urlsplit(urljoin(f"http://here/{address}", link))
    if target.netloc != "here" or target.path.startswith("/feedback/"):
        return True
    page = pages.get(target.path.removeprefix("/"))
    return page is not None and (
        not target.fragment or bool(page.xpath("//*[@id=$name]", name=unquote(target.fragment)))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_section_says_when_it_was_revised_and_after_how_many_comments(
    revised: Project, language: str
) -> None:
    page = _page(revised, f"{language}/complaints")

    (line,) = page.xpath("//p[@class='cop-revised']")

    assert _text(line) == WORDS[language]["line"]
    assert line.find("a").get("href") == "../history/complaints-answer/"
    assert line.getprevious().get("data-section") == "complaints-answer"


def test_section_revised_without_public_comments_says_the_day_alone(revised: Project) -> None:
    (line,) = _page(revised, "en").xpath("//p[@class='cop-revised']")

    assert _text(line) == "Last revised on January 15, 2026: Count"
    assert line.find("a").get("href") == "history/index-count/"


def test_the_line_is_neither_searched_nor_printed(revised: Project) -> None:
    (line,) = _page(revised, "en/complaints").xpath("//p[@class='cop-revised']")
    styles = next((revised.site / "assets").glob("*.css")).read_text("utf-8")

    assert line.get("data-pagefind-ignore") == ""
    assert _page(revised, "en/print").xpath("//*[contains(@class, 'cop-revised')]") == []
    assert ".cop-revised" in styles.partition("@media print")[2]
    searched = list((revised.root / "build/site/en-searched").rglob("*.html"))
    assert [path for path in searched if "history" in path.parts] == []


def test_few_wordings_are_all_compared_on_one_page(project: Project) -> None:
    text = GitText(project.root)
    text.write(".gitignore", "site/\nbuild/\n")
    home = project.path("docs/en/index.md")
    before = home.read_text("utf-8")
    for number in range(1, 5):
        home.write_text(before.replace("Use", f"{number} times use"), "utf-8")
        text.commit(f"Normative(index): {number}")
    accept_translations(project.root)

    _build(project)

    page = _page(project, "en/history/index-comment")
    assert len(page.xpath("//main//div[@class='cop-redline']")) == len(
        list(combinations(range(4), 2))
    )
    assert len(page.xpath("//main//details/summary[starts-with(., 'Compare')]")) == 3
    assert [p.name for p in (project.site / "en/history").iterdir() if "." in p.name] == []


def test_many_wordings_are_compared_each_on_a_page_of_its_own(revised: Project) -> None:
    main = _page(revised, "en/history/index-count")
    links = main.xpath("//main//section/p[not(@class)]/a/@href")

    assert [len(s.xpath(".//div[@class='cop-redline']")) for s in main.xpath("//section")] == [
        MANY - 1,
        *[1] * (MANY - 2),
        0,
    ]
    assert links == [f"../../history/index-count.{n}/" for n in range(MANY, 0, -1)]
    for number in range(1, MANY + 1):
        page = _page(revised, f"en/history/index-count.{number}")
        found = _texts(page, "//main//summary[starts-with(., 'Compare')]")
        named = {int(text.split(" wording ")[1].split(" of ")[0]) for text in found}
        assert named == set(range(1, MANY + 1)) - {number}


def test_comparison_goes_from_the_older_to_the_newer_wording(revised: Project) -> None:
    page = _page(revised, "en/history/index-count.3")

    redlines = _texts(page, "//main//div[@class='cop-redline']")

    assert "[removed: 2] [added: 3]" in redlines[0]
    assert f"[removed: 3] [added: {MANY}]" in redlines[-MANY + 3]


@pytest.mark.parametrize("language", ["pt", "ru"])
def test_section_that_is_not_translated_has_the_history_of_the_original(
    revised: Project, language: str
) -> None:
    page = _page(revised, f"{language}/history/index-count")

    assert len(page.xpath("//main//p[@class='cop-notice']")) == 1
    assert set(page.xpath("//main//div[@class='cop-redline']/@lang")) == {"en"}
    assert WORDS[language]["apart"] in _texts(page, "//main//a")


def test_what_a_wording_or_a_commit_says_is_never_markup(revised: Project) -> None:
    page = _page(revised, "en/history/index-count")

    assert HOSTILE in _text(page.find(".//main"))
    assert [s for s in page.xpath("//main//script")] == []


def test_section_with_one_wording_shows_it_whole(revised: Project) -> None:
    page = _page(revised, "en/history/complaints-writing")

    assert len(page.xpath("//main//section")) == 1
    assert page.xpath("//main//details/@open") == [""]
    assert "This section still has its first wording." in _texts(page, "//main/p")


def test_no_id_of_a_history_page_can_be_that_of_a_section(revised: Project) -> None:
    page = _page(revised, "en/history/complaints-answer")

    assert page.xpath("//main//*/@id") == ["wording:2", "wording:1"]


def test_pages_are_in_the_map_of_the_site(revised: Project) -> None:
    text = (revised.site / "ru/sitemap.xml").read_text("utf-8")

    assert "<loc>http://localhost:8000/ru/history/complaints-answer/</loc>" in text
    assert "any.section" not in text


def test_without_history_there_are_neither_pages_nor_links(built: Project) -> None:
    pages = [path.read_text(encoding="utf-8") for path in built.site.rglob("*.html")]

    assert list(built.site.glob("*/history")) == []
    assert [text for text in pages if "history/" in text or "cop-revised" in text] == []


def test_a_shallow_clone_builds_without_histories(revised: Project, tmp_path: Path) -> None:
    text = GitText(tmp_path / "here")
    text.git("clone", "--quiet", "--depth=1", f"file://{revised.root}", str(tmp_path / "clone"))
    project = Project(tmp_path / "clone")

    _build(project)

    assert list(project.site.glob("*/history")) == []
    assert "applied" not in json.loads((project.site / "sections.json").read_text("utf-8"))


def test_a_new_commit_is_told_by_the_next_build(revised: Project, tmp_path: Path) -> None:
    project = Project(shutil.copytree(revised.root, tmp_path / "project"))
    _build(project, again=True)
    text = GitText(project.root)
    project.change("docs/ru/complaints.md", " 5 рабочих", " 6 рабочих")
    _commit(text, 20, "Translation(ru/complaints): x")
    accept_translations(project.root)

    _build(project, again=True)

    assert "20 января 2026" in _text(_page(project, "ru/history/complaints-answer").find(".//main"))
