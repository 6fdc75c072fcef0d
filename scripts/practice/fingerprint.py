"""The name of a wording: what counts as the same text, and what as a new one (DESIGN, Sections)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NewType

from practice.blocks import Block, normal_words, read_blocks
from practice.comments import without_comments
from practice.markdown_parser import parse

Fingerprint = NewType("Fingerprint", str)

LENGTH = 16


def fingerprint(title: str, blocks: Sequence[Block]) -> Fingerprint:
    """SHA-256, first 16 hex digits, over the title and the block skeleton with its words.

    Emphasis, link targets, wrapping, comments, list markers, the id and the number do not count.
    """
    digest = hashlib.sha256()
    for entry in ("title", normal_words(title), *_entries(blocks)):
        # The length keeps two neighbouring entries from reading like two others.
        encoded = entry.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b;" % (len(encoded), encoded))
    return Fingerprint(digest.hexdigest()[:LENGTH])


def fingerprint_of_markdown(title: str, markdown: str) -> Fingerprint:
    """The fingerprint of a section with this title and this own text, without its heading."""
    return fingerprint(title, read_blocks(parse(without_comments(markdown).text)))


def _entries(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield f"<{block.kind} {block.detail}>"
        yield block.words
        yield from _entries(block.children)
        yield "</>"
