"""Strangers' text for a Markdown file, in which nothing of it can act.

It stands in a block of HTML, which no parser reads Markdown in; and since tools look for marks of
their own before they parse, the characters that begin any are written as numeric references, which
CommonMark (2.5) lets stand for nothing but themselves.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

from practice.report_view import Quote

_ALWAYS = "&<>*_`[]{}#|\\~^$=@+"
# Innocent inside of prose, and left as they are there so that people can read the file.
_SOMETIMES = re.compile(
    r":(?=\S)"  # :emoji:, https:
    r"|!(?=!)|^\s*!"  # admonitions
    r"|-(?!\w)|(?<!\w)-"  # rules, lists, snippets, comments
    r"|(?<=\bwww)\."  # links without a protocol
    r"|^\s*\d+[.)](?=\s|$)",  # numbered lists
    re.IGNORECASE,
)
_HIDDEN = ("Cf", "Zl", "Zp", "Co", "Cn")


def quote(quoted: Quote, tag: str = "blockquote") -> str:
    """One HTML block with the text, its language, its direction and its line ends."""
    text = "<br>\n".join(inert(line) for line in quoted.lines)
    language = f'lang="{escape(quoted.tag)}" dir="{quoted.direction}"'
    return f"<{tag} {language}>{text}</{tag}>"


def inert(line: str) -> str:
    """One line as HTML and as Markdown that both show exactly these characters."""
    marked = {
        place
        for match in _SOMETIMES.finditer(line)
        for place in range(match.start(), match.end())
        if not line[place].isspace() and not line[place].isalnum()
    }
    return "".join(
        _reference(character) if place in marked or _acts(character) else character
        for place, character in enumerate(line)
    )


def _acts(character: str) -> bool:
    """Marks, and what no one sees but programs: changes of direction, joiners, tags."""
    return character in _ALWAYS or unicodedata.category(character) in _HIDDEN


def _reference(character: str) -> str:
    return f"&#{ord(character)};"
