"""The skeleton of a text: nested blocks with their words, free of marks, wrapping and addresses.

Fingerprints, plain text and the comparison of the two parsers all stand on it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FOOTNOTE_MARK = "\ue000"
IMAGE_MARK = "\ue001"
_TAG = re.compile(r"<[^>]*>")
_BREAK_TAG = re.compile(r"<(?:br|hr|/?p|/?li|/?td|/?th|/?tr|/?div|/?h[1-6])\b[^>]*>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_KINDS = {
    "paragraph_open": "paragraph",
    "blockquote_open": "quote",
    "bullet_list_open": "bullets",
    "ordered_list_open": "steps",
    "table_open": "table",
    "tr_open": "row",
    "th_open": "header",
    "td_open": "cell",
    "footnote_reference_open": "footnote",
}
_TRANSPARENT = {"thead_open", "tbody_open", "thead_close", "tbody_close"}


class Block(NamedTuple):
    """`words` is normalised text; `detail` a heading's level or an admonition's type.

    Of a record there are few, of these there are many: a tuple is handed on to another process in
    about half of the time of a frozen dataclass.

    `kind` is heading, paragraph, quote, bullets, steps, item, task, table, row, header, cell,
    admonition, code, rule, markup or footnote. `line` counts from 0 in the text that was parsed.
    """

    kind: str
    words: str = ""
    detail: str = ""
    line: int = 0
    children: tuple[Block, ...] = ()


def normal_words(text: str) -> str:
    """NFC, without invisible characters, any run of white space as one space, trimmed."""
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


def inline_words(tokens: Sequence[Token]) -> str:
    """What a reader reads of inline tokens, normalised; marks of emphasis and targets are gone."""
    return normal_words("".join(_inline_text(tokens)))


def read_blocks(tokens: Sequence[Token]) -> tuple[Block, ...]:
    """The block tree of markdown-it tokens (balanced, from one document or a slice of it)."""
    return tuple(_blocks(iter(tokens)))


def _inline_text(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                yield " "
            case "image":
                yield IMAGE_MARK + "".join(_inline_text(token.children or ()))
            case "footnote_ref":
                yield FOOTNOTE_MARK
            case "html_inline":
                yield " " if _BREAK_TAG.match(token.content) else ""
            case _:
                yield token.content


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.nesting < 0 and token.type not in _TRANSPARENT:
            return
        if token.type in _TRANSPARENT:
            continue
        block = _container(token, tokens) if token.nesting > 0 else _leaf(token)
        if block:
            yield block


def _container(token: Token, tokens: Iterator[Token]) -> Block:
    line = token.map[0] if token.map else 0
    children = tuple(_blocks(tokens))
    text = [child for child in children if child.kind == "inline"]
    if token.type == "admonition_title_open":
        return Block(kind="title", words=text[0].words if text else "", line=line)
    kind, detail = _kind(token)
    if kind in ("paragraph", "heading", "header", "cell"):
        return Block(kind=kind, words=text[0].words if text else "", detail=detail, line=line)
    return Block(kind=kind, detail=detail, line=line, children=children)


def _kind(token: Token) -> tuple[str, str]:
    match token.type:
        case "heading_open":
            return "heading", token.tag[1:]
        case "list_item_open":
            return ("task" if token.attrGet("class") else "item"), ""
        case "admonition_open":
            return "admonition", str(token.meta.get("tag", ""))
    return _KINDS.get(token.type, token.type.removesuffix("_open")), ""


def _leaf(token: Token) -> Block | None:
    line = token.map[0] if token.map else 0
    match token.type:
        case "inline":
            return Block(kind="inline", words=inline_words(token.children or ()), line=line)
        case "fence" | "code_block":
            return Block(kind="code", words=code_words(token.content), line=line)
        case "hr":
            return Block(kind="rule", line=line)
        case "html_block":
            words = markup_words(token.content)
            return Block(kind="markup", words=words, line=line) if words else None
    return None


def markup_words(markup: str) -> str:
    """The words of raw HTML; nothing for comments."""
    without_tags = _TAG.sub("", _BREAK_TAG.sub(" ", COMMENT.sub("", markup)))
    return normal_words(html.unescape(without_tags))


def code_words(content: str) -> str:
    """Code keeps its lines; only spaces at their ends and empty lines at its end do not count."""
    lines = unicodedata.normalize("NFC", content).rstrip().split("\n")
    return "\n".join(line.rstrip() for line in lines)
