"""The grammar of words inside a block: no HTML, no attribute lists, no loose addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from practice.page_source import PageSource, inline_tokens
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
    inside_address = False
    for line, token in inline_tokens(source):
        if token.type == "link_open":
            inside_address = token.markup == "autolink"
        elif token.type == "link_close":
            inside_address = False
        elif token.type == "html_inline" and "task-list-item-checkbox" not in token.content:
            message = f"Write Markdown instead of {token.content}, or put it in backticks."
            yield Problem(source.path, line, "raw-html", message)
        elif token.type == "text" and not inside_address:
            for pattern, code, message in _TEXT_RULES:
                if pattern.search(token.content):
                    yield Problem(source.path, line, code, message)
