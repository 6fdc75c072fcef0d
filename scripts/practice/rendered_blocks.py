"""The skeleton of a page as rendered: HTML of Python-Markdown read into Blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from practice.blocks import FOOTNOTE_MARK, IMAGE_MARK, Block, code_words, normal_words
from practice.section_marks import ORIGINAL_CLASS

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {*_HEADINGS, "p", "ul", "ol", "table", "div", "pre", "blockquote", "hr"}
_LISTS = {"ul": "bullets", "ol": "steps"}
_NOT_A_KIND = ("admonition", ORIGINAL_CLASS)
_ADDED = ("cop-tools", "cop-number", "cop-notice", "cop-retired", "cop-register", "cop-revised")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedSection:
    """A heading, with `id` as the site links to it, and the blocks up to the next heading."""

    id: str | None
    heading: Block
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPage:
    """`before` stands above the first heading; footnotes are kept apart from the sections."""

    before: tuple[Block, ...]
    sections: tuple[RenderedSection, ...]
    footnotes: tuple[Block, ...]


def read_rendered(markup: str) -> RenderedPage:
    """The page's content, without what the build added to the text."""
    root = html.fragment_fromstring(markup, create_parent="div")
    for element in list(root.iter("div", "span", "p", "ul", "aside")):
        if element.getparent() is not None and set(_classes(element)) & set(_ADDED):
            element.drop_tree()
    before, *parts = _split(root)
    return RenderedPage(
        before=tuple(_children(before)),
        sections=tuple(_section(part) for part in parts),
        footnotes=tuple(_children(root)),
    )


def _split(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """What stands before the first heading, then each heading with what follows it.

    Footnotes stay behind in `root`.
    """
    part = html.Element("div")
    part.text, root.text = root.text, None
    for element in list(root):
        if element.tag in _HEADINGS:
            yield part
            part = html.Element("div")
        if "footnote" not in _classes(element):
            part.append(element)
    yield part


def _section(part: html.HtmlElement) -> RenderedSection:
    heading, *blocks = _children(part)
    return RenderedSection(id=part[0].get("id"), heading=heading, blocks=tuple(blocks))


def _classes(element: html.HtmlElement) -> list[str]:
    return str(element.get("class") or "").split()


def _children(element: html.HtmlElement) -> Iterator[Block]:
    """Text straight inside, as in the items of a tight list, counts as a paragraph."""
    loose = element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield from _paragraph(loose)
            yield from _block(child)
            loose = child.tail or ""
        else:
            loose += _inline(child)
    yield from _paragraph(loose)


def _paragraph(text: str) -> Iterator[Block]:
    if words := normal_words(text):
        yield Block(kind="paragraph", words=words)


def _block(element: html.HtmlElement) -> Iterator[Block]:
    tag = str(element.tag)
    if tag in _HEADINGS:
        yield Block(kind="heading", words=_words(element), detail=tag[1:])
    elif tag in _LISTS:
        items = tuple(_item(item) for item in element.iterchildren("li"))
        yield Block(kind=_LISTS[tag], children=items)
    elif tag == "p":
        kind = "title" if "admonition-title" in _classes(element) else "paragraph"
        yield Block(kind=kind, words=_words(element))
    elif tag == "table":
        yield Block(kind="table", children=tuple(_row(row) for row in element.iter("tr")))
    elif tag == "pre":
        yield Block(kind="code", words=code_words(element.text_content()))
    elif tag == "hr":
        yield Block(kind="rule")
    elif tag == "blockquote":
        yield Block(kind="quote", children=tuple(_children(element)))
    else:
        yield from _division(element)


def _division(element: html.HtmlElement) -> Iterator[Block]:
    classes = _classes(element)
    if "admonition" in classes:
        detail = " ".join(name for name in classes if name not in _NOT_A_KIND)
        yield Block(kind="admonition", detail=detail, children=tuple(_children(element)))
    elif "footnote" in classes:
        for note in element.iter("li"):
            for link in note.find_class("footnote-backref"):
                link.drop_tree()
            yield Block(kind="footnote", children=tuple(_children(note)))
    else:
        yield from _children(element)


def _item(item: html.HtmlElement) -> Block:
    kind = "task" if "cop-task" in _classes(item) else "item"
    return Block(kind=kind, children=tuple(_children(item)))


def _row(row: html.HtmlElement) -> Block:
    kinds = {"th": "header", "td": "cell"}
    cells = (Block(kind=kinds[str(cell.tag)], words=_words(cell)) for cell in row)
    return Block(kind="row", children=tuple(cells))


def _words(element: html.HtmlElement) -> str:
    inner = (element.text or "") + "".join(_inline(child) for child in element)
    return normal_words(inner)


def _inline(element: html.HtmlElement) -> str:
    """The text of an inline element and what follows it."""
    tail = element.tail or ""
    if not isinstance(element.tag, str):
        return tail
    if element.tag == "br":
        return " " + tail
    if element.tag == "img":
        return IMAGE_MARK + str(element.get("alt") or "") + tail
    if str(element.get("id") or "").startswith("fnref"):
        return FOOTNOTE_MARK + tail
    return (element.text or "") + "".join(_inline(child) for child in element) + tail
