"""The sections of a page as some commit had it, whether or not it obeys the grammar of today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from practice.blocks import Block, inline_words, normal_words, read_blocks
from practice.comments import without_comments
from practice.fingerprint import Fingerprint, fingerprint
from practice.front_matter import SectionId
from practice.markdown_parser import parse
from practice.page_source import CONTROL
from practice.plain_text import plain_text

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(
    r"#{1,3}[ \t]+(?P<title>.*?)[ \t]*\{[ \t]*#(?P<id>[^\s{}]+)[ \t]*\}[ \t]*#*[ \t]*"
)
_ANY_HEADING = re.compile(r"#{1,3}(?:[ \t]|$)")
_FENCE = re.compile(r"[ ]{0,3}(?P<fence>`{3,}|~{3,})(?P<rest>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a section said once; `blocks` hold normalised words."""

    fingerprint: Fingerprint
    title: str
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """For people, without the title."""
        return plain_text(self.blocks)


@dataclass(slots=True)
class WordingReader:
    """Reads each text once: most sections stay as they are from one commit to the next."""

    _known: dict[tuple[str, str], Wording] = field(default_factory=dict)

    def page(self, content: bytes) -> dict[SectionId, Wording]:
        """The sections of a file by id; what stands before the first of them is in none."""
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        body = without_comments(_FRONT_MATTER.sub("", text, count=1)).text
        found: dict[SectionId, Wording] = {}
        for name, title, markdown in _sections(body):
            found.setdefault(name, self._wording(title, markdown))
        return found

    def _wording(self, title: str, markdown: str) -> Wording:
        key = (title, markdown)
        if key not in self._known:
            self._known[key] = _read(title, markdown)
        return self._known[key]


def _sections(body: str) -> Iterator[tuple[SectionId, str, str]]:
    """Id, title and own text of each; a heading without an id ends a section and begins none."""
    name, title, lines = SectionId(""), "", list[str]()
    fence = ""
    for line in body.split("\n"):
        starts = not fence and _ANY_HEADING.match(line)
        fence = _fence_after(fence, line)
        if not starts:
            lines.append(line)
            continue
        if name:
            yield name, title, "\n".join(lines).strip("\n")
        heading = _HEADING.fullmatch(line)
        name = SectionId(heading["id"] if heading else "")
        title = heading["title"] if heading else ""
        lines = []
    if name:
        yield name, title, "\n".join(lines).strip("\n")


def _fence_after(fence: str, line: str) -> str:
    """The mark of the block of code that is open after this line, empty outside of one."""
    match = _FENCE.fullmatch(line)
    if not match:
        return fence
    if not fence:
        return match["fence"]
    closes = match["fence"].startswith(fence) and not match["rest"].strip()
    return "" if closes else fence


def _read(title: str, markdown: str) -> Wording:
    try:
        tokens = parse(f"# {title}\n\n{markdown}")
        words, blocks = inline_words(tokens[1].children or ()), read_blocks(tokens[3:])
    except (LookupError, RecursionError, TypeError, ValueError):
        # Written before there was a grammar: shown as it stands.
        words = normal_words(title)
        blocks = tuple(
            Block(kind="paragraph", words=normal_words(part))
            for part in re.split(r"\n\s*\n", markdown)
            if part.strip()
        )
    return Wording(fingerprint=fingerprint(words, blocks), title=words, blocks=blocks)
