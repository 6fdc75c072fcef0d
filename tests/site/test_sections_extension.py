"""The HTML around a section's heading."""

from markdown import Markdown

from practice.section_marks import SectionMark, SiteMarks

TEXT = '# Title { #page }\n\nWords.\n\n## A & "b" { #page-b }\n\nMore.\n'


def _html(text: str, marks: SiteMarks | None = None) -> str:
    settings = {"practice.sections_extension": {"marks": marks}} if marks else {}
    extensions = ["toc", "fenced_code", "practice.sections_extension"]
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)


def test_a_heading_has_its_number_and_its_tools() -> None:
    marks = SiteMarks(
        language="pt",
        service="https://feedback.example.org",
        sections={"page-b": SectionMark(number="8.3", wording="0123456789abcdef")},
        copy_link="Copiar link",
        copy_link_to="Copiar link de %(title)s",
        comment_on="Comentar “%(section)s”",
    )

    assert _html(TEXT, marks).split("<h2")[1] == (
        ' id="page-b"><span class="cop-number">8.3</span> A &amp; "b"</h2>\n'
        '<div class="cop-tools" data-pagefind-ignore="" data-section="page-b"'
        ' data-wording="0123456789abcdef">'
        '<a aria-label="Copiar link de A &amp; &quot;b&quot;" class="cop-copy" href="#page-b">'
        "Copiar link</a>"
        '<a class="cop-comment-link" href="https://feedback.example.org/feedback/pt/page-b'
        '?wording=0123456789abcdef" rel="nofollow">Comentar “8.3 A &amp; "b"”</a>'
        '<a class="cop-count" hidden="hidden"'
        ' href="https://feedback.example.org/feedback/pt/page-b/comments"></a></div><p>More.</p>'
    )


def test_without_a_build_there_are_english_labels_and_no_numbers() -> None:
    found = _html(TEXT)

    assert "cop-number" not in found
    assert ">Comment on “Title”</a>" in found
    assert "{ #" not in found


def test_a_notice_stands_between_the_tools_and_the_text() -> None:
    marks = SiteMarks(sections={"page": SectionMark(notice='<div class="cop-notice">N</div>')})

    assert '</a></div><div class="cop-notice">N</div><p>Words.</p>' in _html(TEXT, marks)


def test_text_in_another_language_says_so_on_each_block() -> None:
    marks = SiteMarks(sections={"page-b": SectionMark(tag="en", direction="ltr")})

    found = _html(TEXT + "\n```\ncode\n```\n", marks)

    assert '<h2 class="cop-original" dir="ltr" id="page-b" lang="en">' in found
    assert '<p class="cop-original" dir="ltr" lang="en">More.</p>' in found
    assert '<div class="cop-original" dir="ltr" lang="en"><pre>' in found
    assert "<p>Words.</p>" in found


def test_withdrawn_ids_are_anchors_in_their_successor_or_at_the_end() -> None:
    marks = SiteMarks(
        sections={"page-b": SectionMark(number="2", former=("page-a", "page-0"))},
        retired={"page": '<ul class="cop-retired"><li id="page-x">x</li></ul>'},
    )

    found = _html(TEXT, marks)

    assert '<h2 id="page-b"><span id="page-a"></span><span id="page-0"></span><span class=' in found
    assert found.endswith('<p>More.</p>\n<ul class="cop-retired"><li id="page-x">x</li></ul>')


def test_tasks_are_list_items_without_boxes() -> None:
    assert _html("- [ ] do\n- [x] done\n- plain\n") == (
        '<ul>\n<li class="cop-task">do</li>\n<li class="cop-task">done</li>\n<li>plain</li>\n</ul>'
    )


def test_comments_are_not_published() -> None:
    assert _html("a <!-- secret --> b\n<!-- secret -->\nc `<!-- shown -->`\n") == (
        "<p>a b\nc <code>&lt;!-- shown --&gt;</code></p>"
    )


def test_the_finished_page_is_recorded_once_and_whole() -> None:
    recorded: list[tuple[str, str]] = []

    found = _html(TEXT, SiteMarks(record=lambda page, text: recorded.append((page, text))))

    assert recorded == [("page", found)]
