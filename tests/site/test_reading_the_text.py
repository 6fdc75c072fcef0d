"""What read_code makes of the pages: sections, numbers, lines, words."""

from datetime import date

from practice.text import LanguageCode, PageId, Section, SectionId

from .conftest import Project

PT, RU, EN = LanguageCode("pt"), LanguageCode("ru"), LanguageCode("en")


def _section(project: Project, name: str, language: LanguageCode = EN) -> Section:
    found = project.read().section(language, SectionId(name))
    assert found is not None
    return found


def test_sections_in_reading_order_bear_clause_numbers(project: Project) -> None:
    code = project.read()

    numbers = [(s.id, s.number, s.level, s.parent) for s in code.sections(RU)]

    assert numbers == [
        ("index", "", 1, None),
        ("index-read", "", 2, "index"),
        ("index-comment", "", 2, "index"),
        ("complaints", "1", 1, None),
        ("complaints-acknowledge", "1.1", 2, "complaints"),
        ("complaints-writing", "1.1.1", 3, "complaints-acknowledge"),
        ("complaints-answer", "1.2", 2, "complaints"),
        ("checklists-call-centre", "2", 1, None),
    ]


def test_a_section_missing_in_a_translation_shifts_no_number(project: Project) -> None:
    path = project.path("docs/pt/complaints.md")
    text = path.read_text(encoding="utf-8")
    start, end = text.index("## Confirmação"), text.index("## Resposta")
    path.write_text(text[:start] + text[end:], encoding="utf-8")

    code = project.read()

    assert code.problems == ()
    assert [s.number for s in code.pages[PT][PageId("complaints")].sections] == ["1", "1.2"]


def test_a_section_knows_its_exact_source(project: Project) -> None:
    found = _section(project, "complaints-writing", PT)

    lines = project.path("docs/pt/complaints.md").read_text(encoding="utf-8").split("\n")
    assert lines[found.line - 1] == "### Por escrito { #complaints-writing }"
    assert lines[found.end_line - 1] == "## Resposta { #complaints-answer }"
    assert found.markdown == "\n".join(lines[found.line : found.end_line - 1]).strip("\n")


def test_plain_text_keeps_lists_tables_and_paragraphs_apart(project: Project) -> None:
    assert _section(project, "complaints-acknowledge").text == (
        "The complaints officer must acknowledge every complaint within 3 working days."
        " The acknowledgement names a person.\n\n"
        "– by letter\n– by e-mail\n  – or in the account"
    )
    assert _section(project, "complaints-writing").text == (
        "Channel | Days\nletter | 5\ne-mail | 1\n\nWhy\nPeople want to know."
    )
    assert _section(project, "complaints-answer", RU).text == (
        "1. Выслушайте.\n2. Ответьте за 10 рабочих дней."
    )


def test_a_task_is_plain_text_without_its_box(project: Project) -> None:
    assert _section(project, "checklists-call-centre", PT).text == (
        "– Confirme as reclamações (seção)\n– Ouça"
    )


def test_front_matter_is_read_with_its_types(project: Project) -> None:
    found = project.read().pages[RU][PageId("complaints")].front_matter

    assert (found.title, found.owner, found.version) == ("Жалобы", "complaints officer", "1.0")
    assert (found.effective_on, found.review_every) == (date(2027, 1, 4), 12)
    assert found.retired == {
        "complaints-old": "complaints-acknowledge",
        "complaints-gone": None,
        "complaints-moved": "index-read",
    }


def test_windows_line_ends_make_no_difference(project: Project) -> None:
    before = _section(project, "complaints-acknowledge", RU)
    path = project.path("docs/ru/complaints.md")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    after = _section(project, "complaints-acknowledge", RU)

    assert project.findings() == []
    assert after == before


def test_comments_count_for_lines_and_for_nothing_else(project: Project) -> None:
    before = _section(project, "complaints-acknowledge")
    project.change(
        "docs/en/complaints.md", "The acknowledgement", "<!-- why -->\nThe acknowledgement"
    )
    project.change("docs/en/complaints.md", "- by e-mail\n", "\n<!-- a\n\nb -->\n\n- by e-mail\n")

    after = _section(project, "complaints-acknowledge")

    assert project.findings() == []
    assert (after.fingerprint, after.text) == (before.fingerprint, before.text)
    assert after.end_line == before.end_line + 6
    assert "<!-- why -->" in after.markdown


def test_a_comment_in_code_is_text(project: Project) -> None:
    project.change("docs/en/complaints.md", "1. Listen.", "1. Listen to `<!-- this -->`.")

    assert "Listen to <!-- this -->." in _section(project, "complaints-answer").text
