"""Writes a Markdown table out of which no text can break, in any dialect we know of."""

import re
import unicodedata
from collections.abc import Sequence

from feedback_api.tables.table import Table

# Everything that means something somewhere: pipes, code, emphasis, links, images, HTML, headings,
# attribute lists, snippets, templates, mathematics, short codes, addresses that link themselves.
_MEANING = re.compile(r"[\\`*_{}\[\]<>#|&~^=$@:+]|-(?=-)|(?<=-)-|(?<=www)\.|^[-.]", re.IGNORECASE)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_EDGE_BLANKS = re.compile("^ +| +$| {2,}|\t")
_CARRIER = "\N{DOTTED CIRCLE}"


def write_markdown(table: Table) -> bytes:
    """A heading row and the rows; line ends in a cell become `<br>`."""
    headings = [column.heading for column in table.columns]
    lines = [_line(headings), _line_of(["---"] * len(headings)), *map(_line, table.rows)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _line(cells: Sequence[str]) -> str:
    return _line_of([_inert(cell) for cell in cells])


def _line_of(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _inert(text: str) -> str:
    """Character references instead of every mark that could mean something."""
    return "<br>".join(_inert_line(line) for line in text.splitlines())


def _inert_line(line: str) -> str:
    line = _BIDI.sub("\N{REPLACEMENT CHARACTER}", line)
    line = "".join("\N{REPLACEMENT CHARACTER}" if _is_control(sign) else sign for sign in line)
    line = _carried(line)
    escaped = _MEANING.sub(lambda match: f"&#{ord(match.group())};", line)
    return _EDGE_BLANKS.sub(lambda match: "&#160;" * len(match.group()), escaped)


def _is_control(sign: str) -> bool:
    return sign != "\t" and unicodedata.category(sign) in {"Cc", "Cs", "Cn"}


def _carried(line: str) -> str:
    """A combining mark never begins a line or follows a mark of ours.

    There it would change what stands before it: `>` and U+0338 are one character to whoever
    normalises the text.
    """
    carried: list[str] = []
    for sign in line:
        if unicodedata.category(sign).startswith("M") and (
            not carried or _MEANING.match(carried[-1])
        ):
            carried.append(_CARRIER)
        carried.append(sign)
    return "".join(carried)
