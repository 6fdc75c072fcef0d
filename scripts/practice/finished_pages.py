"""Looks at every page that was built, once: for the policy, the search and the next build."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from practice.built_html import BuiltHtml, read_page
from practice.page_keys import Address
from practice.page_memory import INDEX, BuiltPage
from practice.problem import Problem
from practice.search_index import searched_text
from practice.search_words import SearchWords
from practice.unused_files import assets_named, files_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """`searched` are the addresses of pages that the search knows.

    `markups` are those that were rendered anew, `keys` those of all pages that are remembered.
    """

    keys: Mapping[Address, str]
    markups: Mapping[Address, str]
    searched: Collection[Address]
    words: SearchWords


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPages:
    """`built` and `assets` of all pages; `searched` are copies for the search by address.

    `pages` is what the next build is told.
    """

    built: BuiltHtml
    assets: frozenset[str]
    searched: Mapping[Address, str]
    pages: Mapping[Address, BuiltPage]


def finished_pages(
    site: Path, target: Path, finishing: Finishing, known: Mapping[Address, BuiltPage]
) -> FinishedPages:
    """Read the pages of the language's site at `target`, but for those that are `known`."""
    pages = dict(known)
    all_pages = list(known.values())
    searched = {name: known[name].searched for name in finishing.searched if name in known}
    problems: list[Problem] = []
    for path in sorted(path for path in files_below(target) if path.suffix == ".html"):
        address = _address(path.relative_to(target))
        if address in known:
            continue
        text = path.read_text(encoding="utf-8")
        parsed = html.document_fromstring(text)
        built = read_page("site" / path.relative_to(site), text, parsed)
        problems.extend(built.problems)
        if address in finishing.searched:
            searched[address] = searched_text(parsed, finishing.words)
        page = BuiltPage(
            key=finishing.keys.get(address, ""),
            scripts=tuple(sorted(built.scripts)),
            styles=tuple(sorted(built.styles)),
            assets=tuple(sorted(assets_named(text))),
            markup=finishing.markups.get(address, ""),
            searched=searched.get(address, ""),
        )
        all_pages.append(page)
        if page.key:
            pages[address] = page
    return FinishedPages(
        built=BuiltHtml(
            scripts=_all(page.scripts for page in all_pages),
            styles=_all(page.styles for page in all_pages),
            problems=tuple(problems),
        ),
        assets=_all(page.assets for page in all_pages),
        searched=searched,
        pages=pages,
    )


def _address(path: Path) -> Address:
    """Of a page that is no folder's index, the name of its file."""
    if path.name != INDEX:
        return path.as_posix()
    return "" if path.parent == Path() else f"{path.parent.as_posix()}/"


def _all(sets: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(name for one in sets for name in one)
