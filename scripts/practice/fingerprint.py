"""The name of a wording: what counts as the same text, and what as a new one (DESIGN, Sections)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NewType

from practice.blocks import Block, normal_words

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


def _entries(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield f"<{block.kind} {block.detail}>"
        yield block.words
        yield from _entries(block.children)
        yield "</>"
