"""The search index of one language's site, by Pagefind, from a copy of the text of its pages.

The copy holds the text alone, and after each section, forms of its words that readers may type.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

from lxml import html
from pagefind.service import get_executable

from practice.languages import Language
from practice.problem import Problem
from practice.search_words import SearchWords
from practice.section_marks import ORIGINAL_CLASS

_IGNORED = "data-pagefind-ignore"


def write_search_index(
    site: Path,
    language: Language,
    *,
    addresses: Sequence[str],
    words: SearchWords,
    folder: Path,
) -> tuple[Problem, ...]:
    """Index the pages at `addresses` (below the language's site) into its `pagefind/`.

    `folder` takes the copy. Text in another language than the site's is left out.
    """
    executable = get_executable()
    path = language.folder / "mkdocs.yml"
    if executable is None:
        message = "Pagefind is not installed: run scripts/build, which installs it."
        return (Problem(path, 1, "search-index", message),)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not addresses:
        # Pagefind makes no index of nothing: a language without a page yet finds its own name.
        name = escape(language.name)
        page = f"<!doctype html><html lang={language.tag}><main>{name}</main></html>"
        (folder / "index.html").write_text(page, encoding="utf-8")
    for address in addresses:
        text = (site / language.code / address / "index.html").read_text(encoding="utf-8")
        copy = folder / address / "index.html"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(searched_text(text, words), encoding="utf-8")
    command = [
        str(executable),
        *("--site", str(folder)),
        *("--output-path", str(site / language.code / "pagefind")),
        *("--force-language", language.tag.split("-")[0].lower()),
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = " ".join((done.stderr or done.stdout).split())
        message = f"Pagefind stopped: {reason} Correct the built pages."
        return (Problem(path, 1, "search-index", message),)
    return ()


def searched_text(page: str, words: SearchWords) -> str:
    """The `main` part of a page, without what is not searched, with more forms of its words."""
    root = html.document_fromstring(page)
    main = next(root.iter("main"))
    for element in _left_out(main):
        if element.getparent() is not None:
            element.drop_tree()
    headings = [h for h in main.iter("h1", "h2", "h3") if h.get("id")]
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        forms = words.more_forms(_text_between(main, heading, following))
        if forms:
            _insert(main, " ".join(forms), before=following)
    body = html.tostring(main, encoding="unicode", with_tail=False)
    tag = html.tostring(html.Element("html", lang=root.get("lang") or ""), encoding="unicode")
    return f"<!doctype html>{tag.removesuffix('</html>')}<body>{body}</body></html>"


def _left_out(main: html.HtmlElement) -> list[html.HtmlElement]:
    return [*main.find_class(ORIGINAL_CLASS), *main.xpath(f".//*[@{_IGNORED}]")]


def _text_between(
    main: html.HtmlElement, heading: html.HtmlElement, following: html.HtmlElement | None
) -> str:
    """Text in document order from one heading up to the next; words stay apart."""
    pieces: list[str] = []
    inside = False
    for event, element in html.etree.iterwalk(main, events=("start", "end")):
        if element is following:
            break
        inside = inside or element is heading
        if inside:
            text = element.text if event == "start" else element.tail
            pieces.append(text or "")
    return " ".join(pieces)


def _insert(main: html.HtmlElement, text: str, *, before: html.HtmlElement | None) -> None:
    paragraph = html.Element("p")
    paragraph.text = text
    if before is None:
        main.append(paragraph)
    else:
        before.addprevious(paragraph)
