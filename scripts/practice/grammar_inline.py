"""The grammar of words inside a block: no HTML, no attribute lists, no loose addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from practice.page_source import PageSource
from practice.problem import Problem

_TEXT_RULES = (
    (
        re.compile(r"\{[^{}\n]*\}"),
        "attribute-list",
        "Braces would be read as attributes: remove them, or write them as code.",
    ),
    (
        re.compile(r"\[\^[^\]\n]+\]"),
        "footnote-unknown",
        "No footnote of this name is defined on the page: add it or correct the name.",
    ),
    (
        re.compile(r"\bhttps?://|\bwww\."),
        "bare-address",
        "Put the address between < and >, or make it a link with words.",
    ),
    (
        re.compile(r"<!--"),
        "unclosed-comment",
        "The comment is never closed: end it with -->.",
    ),
)


def inline_problems(source: PageSource) -> Iterator[Problem]:
    """What paragraphs, items, cells and headings may not hold."""
    for token in source.tokens:
        if token.type == "inline" and token.map:
            yield from _problems(source, token, token.map[0] + 1)


def _problems(source: PageSource, token: Token, first_line: int) -> Iterator[Problem]:
    line = first_line
    inside_address = False
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "link_open":
            inside_address = child.markup == "autolink"
        elif child.type == "link_close":
            inside_address = False
        elif child.type == "html_inline" and "task-list-item-checkbox" not in child.content:
            message = f"Write Markdown instead of {child.content}, or put it in backticks."
            yield Problem(source.path, line, "raw-html", message)
        elif child.type == "text" and not inside_address:
            for pattern, code, message in _TEXT_RULES:
                if pattern.search(child.content):
                    yield Problem(source.path, line, code, message)
