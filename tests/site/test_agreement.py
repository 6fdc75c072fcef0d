"""Python-Markdown's reading of a page against markdown-it's."""

import textwrap

import pytest
import yaml
from markdown import Markdown

from practice.agreement import page_agreement
from practice.section_marks import SectionMark, SiteMarks

from .conftest import REPOSITORY, Project

COMPLAINTS = "docs/en/complaints.md"
PARAGRAPH = "The acknowledgement names a person."


def _rendered(project: Project, name: str, marks: SiteMarks) -> str:
    """The page as the site shows it, with the extensions that mkdocs.yml names."""
    text = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    listed = textwrap.dedent(text[text.index("markdown_extensions:") :].split("\n\n")[0])
    extensions, settings = ["fenced_code"], {}
    for entry in yaml.safe_load(listed)["markdown_extensions"]:
        if isinstance(entry, dict):
            settings.update(entry)
            extensions += list(entry)
        else:
            extensions.append(entry)
    settings["practice.sections_extension"] = {"marks": marks}
    body = project.path(name).read_text(encoding="utf-8").split("---\n", 2)[2]
    return str(Markdown(extensions=extensions, extension_configs=settings).convert(body))


def _disagreements(project: Project, name: str, marks: SiteMarks | None = None) -> list[int]:
    """The lines on which the two readings of a page differ."""
    code = project.read()
    page = next(p for p in code.pages[code.source.code].values() if p.path.as_posix() == name)
    markup = _rendered(project, name, marks or SiteMarks())
    found = list(page_agreement(page.sections, markup))
    assert {problem.path.as_posix() for problem in found} <= {name}
    assert {problem.code for problem in found} <= {"read-differently"}
    return [problem.line for problem in found]


@pytest.mark.parametrize("name", ["index.md", "complaints.md", "checklists/call-centre.md"])
def test_the_readings_of_a_plain_page_agree(project: Project, name: str) -> None:
    marks = {
        "complaints-answer": SectionMark(number="1.2", notice="<div class='cop-notice'>n</div>")
    }

    assert _disagreements(project, f"docs/en/{name}", SiteMarks(sections=marks)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PARAGRAPH, "A note.[^1] And another.[^two]\n\n[^1]: The *note*.\n\n[^two]: B & c."),
        (PARAGRAPH, "Use `code <b>` & more, <https://example.org>, “quoted” — *so* **well**."),
        (PARAGRAPH, "```\n## no heading\n- no list\n```"),
        (PARAGRAPH, "> Quoted\n> words."),
        (PARAGRAPH, "A\\*b, c\\_d\\_e, 5 < 6 > 4, a & b &mdash; c &lt;d&gt;."),
        (PARAGRAPH, "One  \ntwo ![alt](picture.png)."),
        (PARAGRAPH, "One <!-- two --> three\n<!-- four -->\nfive."),
        ("- by e-mail", "- by e-mail\n\n    with a second paragraph\n\n    1. one\n    2. two"),
        ("| letter | 5 |", "| letter | a \\| b |"),
        ("| letter | 5 |", "| letter | |"),
        (PARAGRAPH, "***\n\n" + PARAGRAPH),
    ],
)
def test_the_readings_of_allowed_forms_agree(project: Project, old: str, new: str) -> None:
    project.change(COMPLAINTS, old, new)

    assert _disagreements(project, COMPLAINTS) == []


@pytest.mark.parametrize(
    ("old", "new", "offset"),
    [
        ("    - or in", "  - or in", 0),
        (PARAGRAPH, PARAGRAPH + "\n- at once", 0),
        ("## Answering {", "##Answering {", 0),
        ("## Answering {", " ## Answering {", 0),
        ("1. Listen.\n2.", "1) Listen.\n2)", 0),
        ("- by e-mail", "* by e-mail", 0),
        (PARAGRAPH, "A [link](<a.md> b) and snake_case_ *words *.", 0),
        (PARAGRAPH, 'A \\~ tilde and a \\" quote.', 0),
        (PARAGRAPH, PARAGRAPH + "\n| a |\n|---|\n| b |", 0),
        ("1. Listen.", "1. Listen.\n   - at once", 0),
    ],
)
def test_what_the_parsers_read_differently_is_named_near_its_line(
    project: Project, old: str, new: str, offset: int
) -> None:
    line = project.change(COMPLAINTS, old, new) + offset

    found = _disagreements(project, COMPLAINTS)

    assert found
    assert all(abs(number - line) <= 12 for number in found)


def test_a_word_that_only_one_parser_shows_is_named_on_its_line(project: Project) -> None:
    line = project.change(COMPLAINTS, "2. Answer within 10 working days.", "2. Answer \\~10 days.")

    assert _disagreements(project, COMPLAINTS) == [line]
