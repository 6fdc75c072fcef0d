"""By which ids a section has gone: withdrawn ones lead to those that took their place."""

from __future__ import annotations

from collections.abc import Mapping

from practice.text import Code, SectionId

Retired = Mapping[SectionId, SectionId | None]


def retired_ids(code: Code) -> dict[SectionId, SectionId | None]:
    """Every withdrawn id of the code, with its successor as the front matter names it."""
    return {
        old: new
        for page in code.pages[code.source.code].values()
        for old, new in page.front_matter.retired.items()
    }


def lineage(name: SectionId, retired: Retired) -> tuple[SectionId, ...]:
    """The id itself, those that it took the place of, and those that took its place.

    In this order they are looked for in an old text: what stood there under the id comes first.
    """
    found = dict.fromkeys([name])
    waiting = [name]
    while waiting:
        successor = waiting.pop(0)
        for old, new in retired.items():
            if new == successor and old not in found:
                found[old] = None
                waiting.append(old)
    after = retired.get(name)
    while after is not None and after not in found:
        found[after] = None
        after = retired.get(after)
    return tuple(found)
