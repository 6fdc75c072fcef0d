"""The grammar of blocks: indentation, lists, tables, admonitions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from practice.page_source import PageSource
from practice.problem import Problem

INDENT = 4
ADMONITIONS = ("note", "example")
_ADMONITION = re.compile(rf' *!!! (?:{"|".join(ADMONITIONS)}) "[^"]*[^"\s][^"]*"\s*')
_LIST_LINE = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_PIPE = re.compile(r"(?<!\\)\|")
_LISTS = ("bullet_list_open", "ordered_list_open")
_INDENTING = ("list_item_open", "admonition_open", "footnote_reference_open")
_UNCHECKED = ("thead_open", "tbody_open", "tr_open", "th_open", "td_open", "inline")


def block_problems(source: PageSource) -> Iterator[Problem]:
    """Blocks that one of the parsers would read differently, and forms the pages do without."""
    for token, containers in _with_containers(source.tokens):
        if token.map:
            yield from _indentation(source, token, containers)
            yield from _blank_line_before(source, token, containers)
            yield from _form(source, token)


def _form(source: PageSource, token: Token) -> Iterator[Problem]:
    match token.type:
        case "heading_open" if token.level:
            message = "A heading stands outside lists, quotes and admonitions: move it out."
            yield _problem(source, token, "nested-heading", message)
        case "ordered_list_open" if token.markup == ")":
            yield _problem(source, token, "list-marker", "Number items as 1. and not as 1).")
        case "paragraph_open":
            yield from _list_lines(source, token)
        case "admonition_open":
            yield from _admonition(source, token)
        case "table_open":
            yield from _table_rows(source, token)
        case "code_block":
            message = "Spaces before a line make it code: remove them, or fence it with ```."
            yield _problem(source, token, "indented-code", message)
        case "html_block":
            yield _problem(source, token, "raw-html", "Write Markdown instead of HTML.")


def _problem(source: PageSource, token: Token, code: str, message: str) -> Problem:
    return Problem(source.path, (token.map or [0])[0] + 1, code, message)


def _with_containers(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, tuple[Token, ...]]]:
    """Each opening or single token with the containers open around it."""
    containers: list[Token] = []
    for token in tokens:
        if token.nesting < 0:
            containers.pop()
            continue
        yield token, tuple(containers)
        if token.nesting > 0:
            containers.append(token)


def _indentation(
    source: PageSource, token: Token, containers: tuple[Token, ...]
) -> Iterator[Problem]:
    line = (token.map or [0])[0]
    quoted = any(container.type == "blockquote_open" for container in containers)
    beside_marker = any((container.map or [-1])[0] == line for container in containers)
    if quoted or beside_marker or token.type in _UNCHECKED or token.type == "code_block":
        return
    wanted = INDENT * sum(container.type in _INDENTING for container in containers)
    text = source.lines[line]
    if len(text) - len(text.lstrip(" ")) != wanted:
        message = f"Indent this line by {wanted} spaces: 4 for each level of list or admonition."
        yield _problem(source, token, "indentation", message)


def _blank_line_before(
    source: PageSource, token: Token, containers: tuple[Token, ...]
) -> Iterator[Problem]:
    if token.type not in (*_LISTS, "table_open"):
        return
    if token.type in _LISTS and containers and containers[-1].type == "list_item_open":
        return
    line = (token.map or [0])[0]
    below_title = any((container.map or [0])[0] == line - 1 for container in containers)
    if source.body.line_above(line).strip() and not below_title:
        what = "table" if token.type == "table_open" else "list"
        message = f"Put an empty line before the {what}."
        yield _problem(source, token, f"{what}-after-text", message)


def _list_lines(source: PageSource, token: Token) -> Iterator[Problem]:
    first, end = token.map or [0, 0]
    for number in range(first + 1, end):
        if _LIST_LINE.match(source.lines[number]):
            message = "This line reads like a list item: put an empty line before the list."
            yield Problem(source.path, number + 1, "list-after-text", message)


def _admonition(source: PageSource, token: Token) -> Iterator[Problem]:
    line = (token.map or [0])[0]
    if not _ADMONITION.fullmatch(source.lines[line]):
        kinds = " or ".join(f'!!! {kind} "Title"' for kind in ADMONITIONS)
        yield _problem(source, token, "admonition-form", f"Write the box as {kinds}.")


def _table_rows(source: PageSource, token: Token) -> Iterator[Problem]:
    first, end = token.map or [0, 0]
    expected = _cells(source.lines[first])
    for number in range(first + 1, end):
        line = source.lines[number]
        if line.strip() and number in source.body.lines and _cells(line) != expected:
            message = (
                f"The row has {_cells(line)} cells and the table's head {expected}:"
                " make them the same, and put an empty line after the table."
            )
            yield Problem(source.path, number + 1, "table-row", message)


def _cells(line: str) -> int:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return len(_PIPE.findall(inner)) + 1
