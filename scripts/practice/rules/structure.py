"""Do the languages have the same skeleton in each section: paragraphs, lists, items, tables, notes?

Pages, ids, order, levels and front matter are compared where they are read: `practice.structure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from practice.blocks import Block, read_blocks
from practice.problem import Problem
from practice.rules.comparison import Version, versions
from practice.text import Code

_NAMES = {"bullets": "list", "steps": "numbered list", "quote": "quotation", "row": "table row"}
_CONTAINERS = ("bullets", "steps", "table", "row", "admonition", "quote", "item", "task")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """Where `here` first parts from `model`: the blocks around the place, and those at it."""

    line: int
    around: Block | None
    model_around: Block | None
    here: Block | None
    model: Block | None


def skeleton_problems(code: Code) -> Iterator[Problem]:
    """`skeleton`: a block too many, too few or of another kind, in the odd language."""
    for group in versions(code):
        source, *translations = group
        shapes = [read_blocks(version.section.tokens) for version in group]
        same = [_shape(shape) == _shape(shapes[0]) for shape in shapes[1:]]
        agree = len({_shape(shape) for shape in shapes[1:]}) == 1
        if len(translations) > 1 and agree and not same[0]:
            yield _problem(source, shapes[0], translations[0], shapes[1])
            continue
        for version, shape, alike in zip(translations, shapes[1:], same, strict=True):
            if not alike:
                yield _problem(version, shape, source, shapes[0])


def _shape(blocks: Sequence[Block]) -> tuple[object, ...]:
    return tuple((block.kind, block.detail, _shape(block.children)) for block in blocks)


def _problem(
    here: Version, blocks: tuple[Block, ...], model: Version, model_blocks: tuple[Block, ...]
) -> Problem:
    gap = _first_gap(blocks, model_blocks, here.section.line)
    message = (
        f"{here.section.id}: {_described(gap, model.language.name)}"
        " Give the section the same paragraphs, lists, items, tables and notes in every language."
    )
    return Problem(here.section.path, gap.line, "skeleton", message)


def _first_gap(
    here: tuple[Block, ...],
    model: tuple[Block, ...],
    line: int,
    around: tuple[Block | None, Block | None] = (None, None),
) -> _Gap:
    for mine, theirs in zip(here, model, strict=False):
        if (mine.kind, mine.detail) != (theirs.kind, theirs.detail):
            return _gap(mine.line + 1, around, mine, theirs)
        if _shape(mine.children) != _shape(theirs.children):
            return _first_gap(mine.children, theirs.children, mine.line + 1, (mine, theirs))
    place = min(len(here), len(model))
    spare = here[place] if place < len(here) else None
    wanted = model[place] if place < len(model) else None
    return _gap(spare.line + 1 if spare else line, around, spare, wanted)


def _gap(
    line: int, around: tuple[Block | None, Block | None], here: Block | None, model: Block | None
) -> _Gap:
    return _Gap(line=line, around=around[0], model_around=around[1], here=here, model=model)


def _described(gap: _Gap, language: str) -> str:
    if gap.around and gap.model_around and gap.around.kind in _CONTAINERS:
        mine, theirs = len(gap.around.children), len(gap.model_around.children)
        if mine != theirs:
            return f"the {_name(gap.around)} here has {mine} parts, in {language} {theirs}."
    if gap.here and gap.model:
        return f"{_name(gap.here)} here, where {language} has {_name(gap.model)}."
    if gap.here:
        return f"this {_name(gap.here)} is not in {language}."
    return f"{_name(gap.model)} is missing here, {language} has it."


def _name(block: Block | None) -> str:
    return _NAMES.get(block.kind, block.kind) if block else "block"
