"""The search index of one language's site, by Pagefind, from a copy of the text of its pages.

The copy holds the text alone, and after each section, forms of its words that readers may type.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

from lxml import html
from pagefind_bin import get_executable

from practice.languages import Language
from practice.problem import Problem
from practice.search_words import SearchWords
from practice.section_marks import ORIGINAL_CLASS
from practice.staging import stage

FOLDER = "pagefind"
_IGNORED = "data-pagefind-ignore"
_HEADINGS = ("h1", "h2", "h3")


@contextmanager
def search_index_beside(
    site: Path,
    language: Language,
    *,
    copies: Mapping[str, str],
    folder: Path,
) -> Iterator[list[Problem]]:
    """Index pages, by their address below the language's site, into its `pagefind/`, beside what
    the caller does meanwhile.

    `copies` are what `searched_text` made of them, and are laid out in `folder`.
    Afterwards, what stood in the way is in the list.
    """
    problems: list[Problem] = []
    path = language.folder / "mkdocs.yml"
    try:
        executable = get_executable()
    except FileNotFoundError:
        message = "Pagefind is not installed: run scripts/build, which installs it."
        yield [Problem(path, 1, "search-index", message)]
        return
    _lay_out(folder, copies, language)
    command = [
        str(executable),
        *("--site", str(folder)),
        *("--output-path", str(site / language.code / FOLDER)),
        *("--force-language", language.tag.split("-")[0].lower()),
        "--quiet",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        yield problems
        output, errors = running.communicate()
    if running.returncode != 0:
        reason = " ".join((errors or output).split())
        message = f"Pagefind stopped: {reason} Correct the built pages."
        problems.append(Problem(path, 1, "search-index", message))


def _lay_out(folder: Path, copies: Mapping[str, str], language: Language) -> None:
    pages = {Path(address) / "index.html": text for address, text in copies.items()}
    if not copies:
        # Pagefind makes no index of nothing: a language without a page yet finds its own name.
        name = escape(language.name)
        page = f"<!doctype html><html lang={language.tag}><main>{name}</main></html>"
        pages = {Path("index.html"): page}
    stage(folder, texts=pages, files={})


def searched_text(root: html.HtmlElement, words: SearchWords) -> str:
    """The `main` part of a page, without what is not searched, with more forms of its words.

    Text in another language than the site's is left out. The page is not whole afterwards.
    """
    main = next(root.iter("main"))
    for element in _left_out(main):
        if element.getparent() is not None:
            element.drop_tree()
    previous: list[str] = []
    for heading, text in _sections(main):
        if heading is not None:
            _insert(main, previous, before=heading)
        previous = words.more_forms(text)
    _insert(main, previous, before=None)
    body = html.tostring(main, encoding="unicode", with_tail=False)
    tag = html.tostring(html.Element("html", lang=root.get("lang") or ""), encoding="unicode")
    return f"<!doctype html>{tag.removesuffix('</html>')}<body>{body}</body></html>"


def _left_out(main: html.HtmlElement) -> list[html.HtmlElement]:
    return [*main.find_class(ORIGINAL_CLASS), *main.xpath(f".//*[@{_IGNORED}]")]


def _sections(main: html.HtmlElement) -> list[tuple[html.HtmlElement | None, str]]:
    """Each heading with the text up to the next, in document order; None for what comes first."""
    sections: list[tuple[html.HtmlElement | None, list[str]]] = [(None, [])]
    for event, element in html.etree.iterwalk(main, events=("start", "end")):
        if event == "start" and element.tag in _HEADINGS and element.get("id"):
            sections.append((element, []))
        text = element.text if event == "start" else element.tail
        sections[-1][1].append(text or "")
    return [(heading, " ".join(pieces)) for heading, pieces in sections]


def _insert(
    main: html.HtmlElement, forms: Sequence[str], *, before: html.HtmlElement | None
) -> None:
    if not forms:
        return
    paragraph = html.Element("p")
    paragraph.text = " ".join(forms)
    if before is None:
        main.append(paragraph)
    else:
        before.addprevious(paragraph)
