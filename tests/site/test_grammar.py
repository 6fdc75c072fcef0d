"""Each thing that the grammar refuses is found, once, on its line."""

import pytest

from .conftest import Project

COMPLAINTS = "docs/en/complaints.md"
SECOND = "## Acknowledging { #complaints-acknowledge }"
ANSWER = "## Answering { #complaints-answer }"
LISTEN = "1. Listen."
PARAGRAPH = "The acknowledgement names a person."


@pytest.mark.parametrize(
    ("old", "new", "code", "offset"),
    [
        (ANSWER, "## Answering", "heading-without-id", 0),
        (ANSWER, "## Answering { #Complaints_Answer }", "heading-id-form", 0),
        (ANSWER, "## Answering { #complaints--answer }", "heading-id-form", 0),
        (ANSWER, "## Answering { #complaintsanswer }", "heading-id-prefix", 0),
        (ANSWER, "## Answering { #answer }", "heading-id-prefix", 0),
        (ANSWER, " " + ANSWER, "indented-heading", 0),
        (ANSWER, "##Answering { #complaints-answer }", "heading-space", 0),
        (ANSWER, "## { #complaints-answer }", "heading-empty", 0),
        (ANSWER, "## *Answering* { #complaints-answer }", "heading-markup", 0),
        (ANSWER, "## Answering {a, b} { #complaints-answer }", "attribute-list", 0),
        (ANSWER, "Answering { #complaints-answer }\n---", "setext-heading", 0),
        (ANSWER, "# Answering { #complaints-answer }", "second-h1", 0),
        (ANSWER, ANSWER + "\n\n#### Deep", "heading-level", 2),
        ("# Complaints { #complaints }", "# Complaints { #complaint }", "heading-id-page", 0),
        ("# Complaints { #complaints }", "# Complaint { #complaints }", "title-differs", 0),
        (LISTEN, "1) Listen.", "list-marker", 0),
        (LISTEN, "First\n1. Listen.", "list-after-text", 1),
        (LISTEN, "First\n3. Listen.", "list-after-text", 1),
        (PARAGRAPH, PARAGRAPH + "\n- at once", "list-after-text", 1),
        ("    - or in", "  - or in", "indentation", 0),
        ("A complaint is", " A complaint is", "indentation", 0),
        ("1. Listen.\n", "1. Listen.\n\n  At once.\n\n", "indentation", 2),
        ("| Channel |", "Text.\n| Channel |", "table-after-text", 1),
        ("| letter | 5 |", "| letter | 5 | 6 |", "table-row", 0),
        ("| e-mail | 1 |", "| e-mail | 1 |\nText.", "table-row", 1),
        ('!!! note "Why"', "!!! note", "admonition-form", 0),
        ('!!! note "Why"', '!!! warning "Why"', "admonition-form", 0),
        ('!!! note "Why"', '??? note "Why"', "admonition-form", 0),
        (PARAGRAPH, PARAGRAPH + "\n\n    code", "indented-code", 2),
        (PARAGRAPH, "\tThe acknowledgement names a person.", "tab", 0),
        (PARAGRAPH, "<div>names a person</div>", "raw-html", 0),
        (PARAGRAPH, PARAGRAPH + "<br>", "raw-html", 0),
        (PARAGRAPH, "A *person*{: .x } answers.", "attribute-list", 0),
        (PARAGRAPH, "The person of {company} answers.", "attribute-list", 0),
        (PARAGRAPH, '--8<-- "other.md"', "snippet", 0),
        (PARAGRAPH, "A <!-- never closed.", "unclosed-comment", 0),
        (PARAGRAPH, "See https://example.org for more.", "bare-address", 0),
        (PARAGRAPH, "A note.[^1]", "footnote-unknown", 0),
        (PARAGRAPH, "A zero\u0007 bell.", "control-character", 0),
        (PARAGRAPH, "- item\n\n    ## In a list { #complaints-in }", "nested-heading", 2),
        (PARAGRAPH, "See [it](complaint.md).", "broken-link", 0),
        (PARAGRAPH, "See [it](index.md#index-write).", "broken-link", 0),
        (PARAGRAPH, "See [it](index.md#complaints-answer).", "broken-link", 0),
        (PARAGRAPH, "See [it](#complaints-old).", "broken-link", 0),
        (PARAGRAPH, "See\n[it](complaint.md).", "broken-link", 1),
        (PARAGRAPH, "See ![it](picture.png).", "broken-link", 0),
        (PARAGRAPH, "See [it](/en/index/).", "absolute-link", 0),
        (PARAGRAPH, "See [it](ftp://example.org/).", "link-scheme", 0),
        ("title: Complaints\n", "title: [Complaints]\n", "front-matter-value", 0),
        ("review_every: 12\n", "review_every: 0\n", "front-matter-value", 0),
        ("review_every: 12\n", "review_every: 12\nauthor: me\n", "front-matter-unknown", 1),
        ('version: "1.0"\n', "version: 1.0\n", "front-matter-value", 0),
        ("owner: complaints officer\n", "owner: {\n", "yaml", 2),
        ("{complaints-old:", "{complaints-old: index, complaints-old:", "yaml", 0),
        ("complaints-gone: null", "complaints-gone: complaints-never", "retired-successor", 0),
    ],
)
def test_a_page_that_breaks_the_grammar_is_named_with_its_line(
    project: Project, old: str, new: str, code: str, offset: int
) -> None:
    line = project.change(COMPLAINTS, old, new) + offset

    findings = project.findings()

    mine = {finding for finding in findings if finding[0] == COMPLAINTS}
    assert (COMPLAINTS, line, code) in mine


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PARAGRAPH, "The acknowledgement\nnames\na person."),
        (PARAGRAPH, "See [it](complaints.md), [that](#complaints-answer), <https://example.org>."),
        (PARAGRAPH, "Write to <mailto:code@example.org>."),
        (PARAGRAPH, "A note.[^1]\n\n[^1]: The note."),
        (PARAGRAPH, "The code is `{a}` and `<b>`."),
        (PARAGRAPH, "```text\n## no heading\n<b>{a}</b>\n```"),
        (PARAGRAPH, "> Quoted words."),
        (LISTEN, "10. Listen."),
        ("- by e-mail", "- by e-mail,\n  at once"),
        ("- by e-mail", "- by e-mail\n\n    at once"),
        (ANSWER, "## Answering {#complaints-answer}"),
        ("    People want", "    - People\n    - want"),
    ],
)
def test_forms_that_both_parsers_read_alike_are_free(project: Project, old: str, new: str) -> None:
    project.change(COMPLAINTS, old, new)

    assert project.findings() == []


def test_a_key_that_the_front_matter_lacks_is_named(project: Project) -> None:
    project.change(COMPLAINTS, 'version: "1.0"\n', "")

    assert (COMPLAINTS, 1, "front-matter-missing") in project.findings()


def test_a_page_without_front_matter_is_named(project: Project) -> None:
    path = project.path("docs/en/index.md")
    path.write_text(path.read_text(encoding="utf-8").split("---\n")[-1], encoding="utf-8")

    assert ("docs/en/index.md", 1, "front-matter-missing") in project.findings()


def test_a_page_without_its_title_is_named(project: Project) -> None:
    line = project.change("docs/ru/index.md", "# Кодекс { #index }", "Кодекс")

    assert project.findings() == [("docs/ru/index.md", line + 4, "missing-h1")]


def test_text_before_the_title_is_named(project: Project) -> None:
    line = project.change("docs/ru/index.md", "# Кодекс {", "Слово.\n\n# Кодекс {")

    assert project.findings() == [("docs/ru/index.md", line, "text-before-h1")]


def test_bytes_that_are_not_utf_8_are_named_with_their_line(project: Project) -> None:
    path = project.path("docs/ru/index.md")
    path.write_bytes(path.read_bytes() + "\nправило\n".encode("cp1251"))

    line = path.read_bytes().count(b"\n")
    assert project.findings() == [("docs/ru/index.md", line, "not-utf-8")]


def test_a_byte_order_mark_is_named_and_hides_nothing(project: Project) -> None:
    path = project.path("docs/pt/index.md")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert project.findings() == [("docs/pt/index.md", 1, "byte-order-mark")]
