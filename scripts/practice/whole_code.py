"""The whole code on one page, for printing: the pages' HTML with links that stay on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from lxml import html

_HOST = "http://site.invalid"
_BASE = f"{_HOST}/language/"
_NOT_PRINTED = ("cop-tools", "cop-retired", "cop-asked", "cop-revised")
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4"}


def whole_code(pages: Sequence[tuple[str, str, str]]) -> str:
    """One HTML text from (page id, address below the language, HTML) of each page in order.

    Headings go down a level, tools are left out, links to pages become links to their headings.
    """
    addresses = {address: page for page, address, _ in pages}
    parts = []
    for page, address, markup in pages:
        root = html.fragment_fromstring(markup, create_parent="div")
        for name in _NOT_PRINTED:
            for element in root.find_class(name):
                element.drop_tree()
        _lower_headings(root)
        _keep_apart(root, page)
        _turn_links(root, page=page, address=address, addresses=addresses)
        root.tag = "section"
        root.set("class", "cop-page")
        parts.append(html.tostring(root, encoding="unicode"))
    return "\n".join(parts)


def _lower_headings(root: html.HtmlElement) -> None:
    for heading in list(root.iter(*_HEADINGS)):
        heading.tag = _HEADINGS[str(heading.tag)]


def _keep_apart(root: html.HtmlElement, page: str) -> None:
    """Footnotes are numbered anew on each page, so their ids are not unique beyond it."""
    for element in root.iter(html.etree.Element):
        name = str(element.get("id") or "")
        if name.startswith("fn"):
            element.set("id", f"{page}:{name}")
        target = str(element.get("href") or "")
        if target.startswith("#fn"):
            element.set("href", f"#{page}:{target[1:]}")


def _turn_links(
    root: html.HtmlElement, *, page: str, address: str, addresses: Mapping[str, str]
) -> None:
    for element in root.iter("a", "img"):
        attribute = "src" if element.tag == "img" else "href"
        target = str(element.get(attribute) or "")
        if not target or target.startswith("#"):
            continue
        absolute = urljoin(_BASE + address, target)
        if not absolute.startswith(_HOST):
            continue
        parts = urlsplit(absolute)
        named = addresses.get(absolute.partition("#")[0].removeprefix(_BASE))
        if not absolute.startswith(_BASE):
            element.set(attribute, "../.." + absolute.removeprefix(_HOST))
        elif named is None:
            element.set(attribute, "../" + absolute.removeprefix(_BASE))
        else:
            element.set(attribute, f"#{parts.fragment or named}")
