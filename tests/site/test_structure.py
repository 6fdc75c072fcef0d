"""What pages, menu and languages must agree on."""

import pytest

from practice.languages import read_languages
from practice.problem import ProblemsFoundError

from .conftest import Project


def test_an_id_that_stands_twice_in_the_code_is_named_where_it_stands_again(
    project: Project,
) -> None:
    line = project.change(
        "docs/pt/complaints.md", "{ #complaints-answer }", "{ #complaints-writing }"
    )

    assert ("docs/pt/complaints.md", line, "duplicate-id") in project.findings()


def test_an_id_that_only_a_translation_has_is_named(project: Project) -> None:
    line = project.change("docs/ru/index.md", "{ #index-read }", "{ #index-reading }")

    assert project.findings() == [("docs/ru/index.md", line, "section-not-in-source")]


def test_a_section_on_another_level_than_in_the_source_is_named(project: Project) -> None:
    line = project.change("docs/ru/complaints.md", "### Письменно", "## Письменно")

    assert project.findings() == [("docs/ru/complaints.md", line, "section-level")]


def test_sections_in_another_order_than_in_the_source_are_named(project: Project) -> None:
    path = project.path("docs/pt/complaints.md")
    text = path.read_text(encoding="utf-8")
    first, second = text.index("## Confirmação"), text.index("## Resposta")
    path.write_text(text[:first] + text[second:] + "\n" + text[first:second], encoding="utf-8")

    codes = {(path, code) for path, _, code in project.findings()}

    assert codes == {("docs/pt/complaints.md", "section-order")}


def test_front_matter_that_differs_between_languages_is_named(project: Project) -> None:
    line = project.change("docs/pt/index.md", "review_every: 12", "review_every: 6")

    assert project.findings() == [("docs/pt/index.md", line, "front-matter-differs")]


def test_a_page_that_only_a_translation_has_is_named(project: Project) -> None:
    source = project.path("docs/pt/index.md").read_text(encoding="utf-8")
    text = source.replace("#index", "#extra").replace(
        "complaints.md#complaints", "complaints.md#complaints"
    )
    project.path("docs/pt/extra.md").write_text(text, encoding="utf-8")

    assert project.findings() == [("docs/pt/extra.md", 1, "page-not-in-source")]


def test_a_page_that_the_menu_lacks_is_named(project: Project) -> None:
    source = project.path("docs/en/index.md").read_text(encoding="utf-8")
    project.path("docs/en/extra.md").write_text(
        source.replace("#index", "#extra"), encoding="utf-8"
    )

    assert project.findings() == [("docs/en/extra.md", 1, "page-not-in-menu")]


def test_a_page_that_only_the_menu_names_is_named_there(project: Project) -> None:
    line = project.change("mkdocs.yml", "  - complaints.md\n", "  - complaints.md\n  - never.md\n")

    assert project.findings() == [("mkdocs.yml", line + 1, "menu-page-missing")]


def test_a_page_that_the_menu_names_twice_is_named_there(project: Project) -> None:
    line = project.change(
        "mkdocs.yml", "  - complaints.md\n", "  - complaints.md\n  - complaints.md\n"
    )

    assert project.findings() == [("mkdocs.yml", line, "menu-page-twice")]


def test_two_files_with_one_page_id_are_named(project: Project) -> None:
    text = project.path("docs/en/checklists/call-centre.md").read_text(encoding="utf-8")
    path = project.path("docs/en/checklists-call-centre.md")
    path.write_text(text.replace("../complaints", "complaints"), encoding="utf-8")

    assert ("docs/en/checklists-call-centre.md", 1, "page-id-twice") in project.findings()


def test_a_page_whose_name_is_no_id_is_named(project: Project) -> None:
    text = project.path("docs/en/index.md").read_text(encoding="utf-8")
    path = project.path("docs/en/Data_Rights.md")
    path.write_text(text.replace("#index", "#Data_Rights"), encoding="utf-8")
    project.change("mkdocs.yml", "  - complaints.md\n", "  - complaints.md\n  - Data_Rights.md\n")

    assert ("docs/en/Data_Rights.md", 1, "page-name") in project.findings()


def test_a_retired_id_is_never_used_again(project: Project) -> None:
    for language in ("en", "pt", "ru"):
        line = project.change(
            f"docs/{language}/complaints.md", "{ #complaints-answer }", "{ #complaints-gone }"
        )

    assert ("docs/ru/complaints.md", line, "retired-id-reused") in project.findings()


def test_an_id_is_retired_on_one_page_only(project: Project) -> None:
    for language in ("en", "pt", "ru"):
        project.change(
            f"docs/{language}/index.md",
            "review_every: 12\n",
            "review_every: 12\nretired: {complaints-gone: null}\n",
        )

    codes = {code for _, _, code in project.findings()}

    assert codes == {"retired-twice"}


def test_a_page_missing_in_a_translation_is_no_problem(project: Project) -> None:
    project.path("docs/pt/complaints.md").unlink()

    assert project.findings() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("source: true", "source: maybe"),
        ("order: 1", "order: first"),
        ("direction: ltr", "direction: down"),
        ("name: English\n", ""),
        ("tag: en\n", "tag: en\ncolour: red\n"),
    ],
)
def test_a_language_file_with_a_fault_is_named(project: Project, old: str, new: str) -> None:
    project.change("languages/en/language.yml", old, new)

    with pytest.raises(ProblemsFoundError) as found:
        read_languages(project.root)

    assert [(p.path.as_posix(), p.code) for p in found.value.problems] == [
        ("languages/en/language.yml", "language-file")
    ]


def test_two_source_languages_are_refused(project: Project) -> None:
    project.change("languages/pt/language.yml", "source: false", "source: true")

    with pytest.raises(ProblemsFoundError) as found:
        read_languages(project.root)

    assert [problem.code for problem in found.value.problems] == ["source-language"]
