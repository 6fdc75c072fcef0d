"""What strangers write into a comment acts neither in the Markdown of a report nor on its page."""

import functools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import markdown
import pytest
from lxml import html
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Dialog, Page

from practice.build_settings import BuildSettings
from practice.report_inert import inert, quote
from practice.report_view import Quote
from practice.site_build import build_site

from .conftest import Project, make_project
from .cycle_text import write_cycle
from .report_text import FIRST, SECOND, comment, decision, document, section, write_report

HOSTILE = (
    "<script>alert(1)</script>",
    "</blockquote></details></main><h1 id=complaints>Taken over</h1>",
    "<img src=x onerror=alert(1)><svg onload=alert(1)><iframe src=javascript:alert(1)>",
    "<!-- ", "]]> --> <?php", "<b markdown=1>**x**</b>",
    "[link](javascript:alert(1)) ![image](https://evil.example/x.png) [ref]",
    "[ref]: javascript:alert(1)",
    "<javascript:alert(1)> https://evil.example www.evil.example WWW.evil.example",
    "# Heading", "Heading\n=======", "Heading\n-------", "## Heading { #complaints-answer }",
    "--8<-- \"/etc/passwd\"", "--8<--\n/etc/passwd\n--8<--", ";--8<-- \"x\"", "-8<-",
    "{: onclick=alert(1) }", "{ #text .cop-header }", "text{: #id }",
    "[^1]\n\n[^1]: A footnote", "*[HTML]: Not an abbreviation\n\nHTML",
    "!!! note \"A box\"\n    text", "??? note\n    text", "=== \"Tab\"\n    text", "/// note\n///",
    "| a | b |\n| --- | --- |\n| 1 | 2 |", "```python\nx\n```", "~~~\nx\n~~~", "    indented",
    "---\ntitle: Front matter\n---", "***", "* * *", "- item", "+ item", "1. item", "2) item",
    "> quote", ":smile: :material-alert:", "Term\n:   definition", "==mark== ++ins++ ^^x^^ ~~y~~",
    "H~2~O x^2^ $x$ $$y$$ \\(z\\)", "{--del--}{++ins++}{>>comment<<}",
    "{{ config.extra }} {% raw %}",
    "&lt;b&gt; &#60;b&#62; &amp;copy; &copy", "\\*escaped\\* trailing\\", "two spaces  \nbreak",
    "a\u202eright-to-left\u202c b\u2066c", "zero\u200bwidth \ufeffmark", "line\u2028separator",
    "a" + "\u0301" * 4000, "W" * 4000, "@everyone #1 !1 GH-1", "'\"'\"><a name=x>",
    "\n\n\n", "a\n\n\n\nb", "tab\tin\tit", "wzxhzdk:0 klzzwxh:0000",
)  # fmt: skip
EXTENSIONS = (
    *("extra", "admonition", "meta", "nl2br", "sane_lists", "smarty", "toc", "wikilinks"),
    *("pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.critic"),
    *("pymdownx.details", "pymdownx.emoji", "pymdownx.keys", "pymdownx.magiclink"),
    *("pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.snippets", "pymdownx.superfences"),
    *("pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde"),
)
AFTER = datetime(2027, 9, 1, 12, 0, tzinfo=UTC)
ACTIVE = "script, img, svg, iframe, object, embed, form, input, a[href^='javascript:' i], [style]"


def _quoted(text: str) -> str:
    return quote(Quote(text=text, tag="en", direction="ltr", foreign=False))


def _tags(markup: str) -> list[str]:
    root = html.fragment_fromstring(markup, create_parent="div")
    return [str(element.tag) for element in root.iter(html.etree.Element) if element.tag != "br"]


def _page(text: str) -> str:
    return f"# Title\n\n## Section\n\nBefore.\n\n{_quoted(text)}\n\nAfter.\n"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_quote_is_one_block_for_python_markdown(text: str) -> None:
    def rendered(words: str) -> str:
        return markdown.markdown(_page(words), extensions=list(EXTENSIONS))

    assert _tags(rendered(text)) == _tags(rendered("innocent"))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_quote_is_one_block_for_common_mark(text: str) -> None:
    def rendered(words: str) -> str:
        return str(MarkdownIt("gfm-like", {"linkify": False}).render(_page(words)))

    assert _tags(rendered(text)) == _tags(rendered("innocent"))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_reader_of_the_markdown_sees_every_character(text: str) -> None:
    shown = str(MarkdownIt("commonmark").render(_quoted(text)))
    root = html.fragment_fromstring(shown, create_parent="div")

    assert root.text_content().split() == text.split()


@pytest.mark.parametrize(
    "line",
    [
        "Nobody answered, though it says “10 days”; why?",
        "Recomenda-se responder em até 5 dias (úteis), não 10. Certo!",
        "Что-то не так: срок 5 дней, а по факту — 12.",
    ],
)
def test_prose_stays_readable_in_the_file(line: str) -> None:
    assert inert(line) == line


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_project(tmp_path_factory.mktemp("hostile") / "project")
    write_cycle(project)
    text = "\n".join(HOSTILE)
    said = comment(
        FIRST,
        text,
        suggestion=text,
        decision=decision("declined", text),
        earlier_decisions=[decision("answered", text, reason_language="pt")],
        objected=True,
    )
    sections = [
        section("complaints-answer", "1.2", said, comment(SECOND, "I was here, too.")),
    ]
    sections[0]["summaries"] = {"en": text}
    write_report(project, document(sections=sections))
    build_site(project.root, site=project.site, settings=BuildSettings(), now=AFTER)
    return project


@pytest.fixture
def page(chromium: Browser, attacked: Project) -> Iterator[Page]:
    """The report, read while the dialogs that it opens are counted."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(attacked.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/en/cycles/2027-1/")
    yield page
    context.close()
    server.shutdown()
    server.server_close()


def test_nothing_of_it_acts_in_a_browser(page: Page) -> None:
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.reload(wait_until="networkidle")

    assert dialogs == []
    assert page.locator(f"main :is({ACTIVE})").count() == 0
    assert [url for url in requests if "evil" in url] == []
    headings = page.locator("main :is(h1, h2, h3, h4)").all_inner_texts()
    assert headings == [
        *("First review", "You said, we did", "In figures", "1.2 Answering"),
        *("Comment 1", "Comment 2"),
    ]
    assert page.locator("main blockquote :not(br)").count() == 0
    assert page.locator("main").count() == 1


def test_nothing_of_it_covers_others_or_widens_the_page(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    said = page.get_by_text("I was here, too.")

    covered = said.evaluate(
        """node => {
            node.scrollIntoView({block: "center"})
            const box = node.getBoundingClientRect()
            return document.elementFromPoint(box.x + 20, box.y + box.height / 2) !== node
        }"""
    )

    assert covered is False
