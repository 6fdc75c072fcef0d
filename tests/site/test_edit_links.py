"""“Edit this section”: to the exact lines of what is read, in the reader's language."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from .conftest import Project, make_project

PAGE = "https://github.com/acme/code"
SECTION = "complaints-answer"
NAMES = {
    "en": ("Edit", "Edit this section: 1.2 Answering"),
    "pt": ("Editar", "Editar esta seção: 1.2 Resposta"),
    "ru": ("Изменить", "Изменить этот раздел: 1.2 Ответ"),
}


def _configure(project: Project, settings: str) -> None:
    path = project.path("mkdocs.yml")
    path.write_text(path.read_text(encoding="utf-8") + settings, encoding="utf-8")


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site on a forge, in which one language misses a page; tests only look at it."""
    project = make_project(tmp_path_factory.mktemp("linked") / "project")
    project.path("docs/ru/checklists/call-centre.md").unlink()
    _configure(project, f"repo_url: {PAGE}\n")
    project.build()
    return project


def _page(project: Project, name: str) -> html.HtmlElement:
    return html.parse(project.site / name).getroot()


def _links(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """By section."""
    found = page.xpath("//div[@class='cop-tools']/a[@class='cop-edit']")
    return {str(link.getparent().get("data-section")): link for link in found}


@pytest.mark.parametrize("language", NAMES)
def test_the_link_names_its_section_in_the_readers_language(linked: Project, language: str) -> None:
    link = _links(_page(linked, f"{language}/complaints/index.html"))[SECTION]

    assert (link.text, link.get("aria-label")) == NAMES[language]


def test_every_section_has_a_link_to_its_own_lines_and_no_others(linked: Project) -> None:
    for language in linked.read().languages:
        for section in linked.read().sections(language.code):
            name = section.path.relative_to(language.pages_folder).with_suffix("").as_posix()
            address = "" if name == "index" else f"{name}/"
            link = _links(_page(linked, f"{language.code}/{address}index.html"))[section.id]
            parts = urlsplit(link.get("href") or "")
            path = unquote(parts.path.removeprefix("/acme/code/edit/main/"))
            lines = Path(linked.root / path).read_text(encoding="utf-8").split("\n")
            first, last = map(int, re.findall(r"\d+", parts.fragment))

            assert path == section.path.as_posix()
            assert f"{{ #{section.id} }}" in lines[first - 1]
            assert "\n".join(lines[first:last]).strip("\n") == section.markdown


def test_a_missing_translation_leads_to_the_source_that_is_read(linked: Project) -> None:
    own = _links(_page(linked, "en/checklists/call-centre/index.html"))
    shown = _links(_page(linked, "ru/checklists/call-centre/index.html"))

    assert shown
    assert {name: link.get("href") for name, link in shown.items()} == {
        name: link.get("href") for name, link in own.items()
    }


def test_links_are_neither_searched_nor_printed(linked: Project) -> None:
    printed = _page(linked, "en/print/index.html")
    tools = _page(linked, "en/complaints/index.html").find_class("cop-tools")

    assert not printed.find_class("cop-edit")
    assert all(one.get("data-pagefind-ignore") is not None for one in tools)


def test_without_a_forge_there_is_no_link(built: Project) -> None:
    assert not _links(_page(built, "en/complaints/index.html"))


def test_a_wrong_forge_stops_the_build_with_its_line_and_keeps_the_site(
    built: Project, tmp_path: Path
) -> None:
    project = Project(shutil.copytree(built.root, tmp_path / "project"))
    line = project.change("mkdocs.yml", "extra:\n", "extra:\n  forge: sourcehut\n") + 1
    before = project.path("site/sections.json").read_bytes()

    assert project.build_findings() == [("mkdocs.yml", line, "forge")]
    assert project.path("site/sections.json").read_bytes() == before


def test_an_address_of_another_repository_reaches_every_page(
    linked: Project, tmp_path: Path
) -> None:
    project = Project(shutil.copytree(linked.root, tmp_path / "project"))
    project.change("mkdocs.yml", f"repo_url: {PAGE}\n", "repo_url: https://gitlab.com/a/b\n")

    project.build()

    for language in NAMES:
        link = _links(_page(project, f"{language}/complaints/index.html"))[SECTION]
        assert (link.get("href") or "").startswith(
            f"https://gitlab.com/a/b/-/edit/main/docs/{language}/complaints.md#L"
        )
