"""Atom (RFC 4287) in pages (RFC 5005, 3), written with the standard library.

feedgen was looked at: no release since 2023, lxml and dateutil for the service to carry, and no
language for an entry of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

_ATOM = "http://www.w3.org/2005/Atom"
_THREADING = "http://purl.org/syndication/thread/1.0"
# XML 1.0, 2.2: no document can hold them, not even escaped.
_NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSTEAD = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text with the BCP 47 tag of the language it is in."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`href` is absolute."""

    rel: str
    href: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One of the permanent words, and what it is called."""

    term: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`content` is shown as text, whatever it holds; `answers`: the id of another entry."""

    id: str
    title: Words
    author: Words
    published: datetime
    updated: datetime
    content: Words
    categories: tuple[Category, ...]
    links: tuple[Link, ...]
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed."""

    id: str
    title: Words
    subtitle: Words
    author: Words
    updated: datetime
    links: tuple[Link, ...]
    entries: tuple[Entry, ...]


def write_feed(feed: Feed) -> bytes:
    """The document, UTF-8; a character that XML cannot hold becomes U+FFFD."""
    namespaces = {"xmlns": _ATOM, "xmlns:thr": _THREADING}
    root = ElementTree.Element("feed", {**namespaces, "xml:lang": feed.title.tag})
    _add(root, "id", text=feed.id)
    _add(root, "title", text=feed.title.text)
    _add(root, "subtitle", text=feed.subtitle.text)
    _add(root, "updated", text=_moment(feed.updated))
    _add_author(root, feed.author)
    _add_links(root, feed.links)
    for entry in feed.entries:
        _add_entry(root, entry)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(root: ElementTree.Element, entry: Entry) -> None:
    made = _add(root, "entry", {"xml:lang": entry.content.tag})
    _add(made, "id", text=entry.id)
    _add(made, "title", {"type": "text", "xml:lang": entry.title.tag}, entry.title.text)
    _add_author(made, entry.author)
    _add(made, "published", text=_moment(entry.published))
    _add(made, "updated", text=_moment(entry.updated))
    for category in entry.categories:
        label = {"label": category.label.text, "xml:lang": category.label.tag}
        _add(made, "category", {"term": category.term, **label})
    _add_links(made, entry.links)
    if entry.answers is not None:
        _add(made, "thr:in-reply-to", {"ref": entry.answers})  # RFC 4685, 3
    _add(made, "content", {"type": "text"}, entry.content.text)


def _add_author(parent: ElementTree.Element, author: Words) -> None:
    _add(_add(parent, "author", {"xml:lang": author.tag}), "name", text=author.text)


def _add_links(parent: ElementTree.Element, links: Iterable[Link]) -> None:
    for link in links:
        _add(parent, "link", {"rel": link.rel, "type": link.type, "href": link.href})


def _add(
    parent: ElementTree.Element,
    name: str,
    attributes: Mapping[str, str] | None = None,
    text: str = "",
) -> ElementTree.Element:
    fit = {key: _fit(value) for key, value in (attributes or {}).items()}
    made = ElementTree.SubElement(parent, name, fit)
    made.text = _fit(text) or None
    return made


def _fit(text: str) -> str:
    return _NO_XML.sub(_INSTEAD, text.replace("\r\n", "\n").replace("\r", "\n"))


def _moment(at: datetime) -> str:
    """RFC 3339, as RFC 4287, 3.3 wants it: to the microsecond, so that two changes differ."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
