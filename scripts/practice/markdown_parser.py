"""The one way this project parses Markdown: CommonMark plus what the pages may use."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

HEADING_ID = re.compile(r"^(?P<title>.*?)[ \t]*\{[ \t]*#(?P<id>[^\s{}]*)[ \t]*\}[ \t]*$", re.DOTALL)


@cache
def parser() -> MarkdownIt:
    """CommonMark, tables, admonitions, footnotes, task lists and ` { #id }` on headings."""
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.use(admon_plugin)
    markdown.use(footnote_plugin, inline=False, move_to_end=False)
    markdown.use(tasklists_plugin)
    markdown.core.ruler.after("block", "heading_id", _heading_id)
    return markdown


def parse(text: str) -> list[Token]:
    """Block tokens whose `map` counts lines of `text` from 0; headings carry the attribute id."""
    return parser().parse(text)


def _heading_id(state: StateCore) -> None:
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        match = HEADING_ID.match(inline.content)
        if match:
            opening.attrSet("id", match["id"])
            inline.content = match["title"]
