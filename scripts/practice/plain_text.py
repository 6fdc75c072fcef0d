"""The readable plain text of a section: for the forms, the receipts and the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from practice.blocks import FOOTNOTE_MARK, IMAGE_MARK, Block

_MARKS = str.maketrans({FOOTNOTE_MARK: "", IMAGE_MARK: ""})


def plain_text(blocks: Sequence[Block]) -> str:
    """Paragraphs an empty line apart; list items on lines of their own, “– ” or “1. ” before."""
    return "\n\n".join(text for block in blocks if (text := _text(block))).translate(_MARKS)


def without_marks(words: str) -> str:
    """A block's words without what stands there for footnotes and pictures."""
    return words.translate(_MARKS)


def _text(block: Block) -> str:
    match block.kind:
        case "bullets" | "steps":
            return "\n".join(_items(block))
        case "table":
            return "\n".join(
                " | ".join(cell.words for cell in row.children) for row in block.children
            )
        case "rule":
            return ""
        case "admonition" | "quote" | "footnote":
            return "\n".join(text for child in block.children if (text := _text(child)))
    return block.words


def _items(block: Block) -> Iterator[str]:
    for number, item in enumerate(block.children, 1):
        mark = f"{number}. " if block.kind == "steps" else "– "
        text = "\n".join(text for child in item.children if (text := _text(child)))
        yield mark + text.replace("\n", "\n" + " " * len(mark))
