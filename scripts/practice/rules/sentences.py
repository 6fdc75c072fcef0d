"""A section's text sentence by sentence, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from practice.rules.passages import passages
from practice.text import Section

_END = re.compile(r"(?<=[.!?…])[»”\"')]*\s+(?=[^\W\d_a-zа-я«“\"(]|[«“\"(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`text` as it is read; `kind` is its passage's: heading, paragraph, td …"""

    text: str
    kind: str
    line: int


def sentences(section: Section) -> Iterator[Sentence]:
    """Headings, cells and items count as sentences, however short they are."""
    for passage in passages(section):
        start = 0
        ends = [(match.start(), match.end()) for match in _END.finditer(passage.words)]
        for end, following in (*ends, (len(passage.words), len(passage.words))):
            text = passage.words[start:end].strip()
            if text:
                yield Sentence(text=text, kind=passage.kind, line=passage.line_at(start))
            start = following
