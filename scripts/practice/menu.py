"""The order of the pages: `nav` in mkdocs.yml, and the clause numbers that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice.page_source import PageId, page_id
from practice.problem import Problem
from practice.yaml_file import read_mapping

CONFIGURATION = Path("mkdocs.yml")
HOME = PageId("index")


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One page of the menu; `line` is where mkdocs.yml names it."""

    page: PageId
    path: Path
    line: int


def read_menu(root: Path) -> tuple[tuple[MenuEntry, ...], tuple[Problem, ...]]:
    """The pages in reading order; raises ProblemsFoundError where mkdocs.yml cannot be read."""
    nav = read_mapping(root, CONFIGURATION).get("nav")
    lines = (root / CONFIGURATION).read_text(encoding="utf-8").split("\n")
    entries: dict[PageId, MenuEntry] = {}
    problems = []
    for name in _names(nav):
        line = next((n for n, text in enumerate(lines, 1) if name in text), 1)
        entry = MenuEntry(page=page_id(Path(name)), path=Path(name), line=line)
        if entry.page in entries:
            message = f"The menu names the page “{entry.page}” twice: remove one."
            problems.append(Problem(CONFIGURATION, line, "menu-page-twice", message))
        entries.setdefault(entry.page, entry)
    if not entries:
        message = "“nav” names no page: list the Markdown files in reading order."
        problems.append(Problem(CONFIGURATION, 1, "menu-empty", message))
    return tuple(entries.values()), tuple(problems)


def page_numbers(order: Sequence[PageId]) -> dict[PageId, str]:
    """The home page bears no number; the others count from 1."""
    numbered = [page for page in order if page != HOME]
    numbers = {page: str(number) for number, page in enumerate(numbered, 1)}
    return numbers | {page: "" for page in order if page == HOME}


class ClauseCounter:
    """Gives the headings of one page their numbers, from the top down: 8, 8.1, 8.2, 8.2.1 …"""

    def __init__(self, page_number: str) -> None:
        self._page_number = page_number
        self._counts = [0, 0]

    def number(self, level: int) -> str:
        """The number of the next heading of this level (1 to 3); empty on the home page."""
        if level > 1:
            self._counts[level - 2] += 1
            self._counts[level - 1 :] = [0] * (3 - level)
        if not self._page_number:
            return ""
        return ".".join([self._page_number, *map(str, self._counts[: level - 1])])


def _names(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for entry in nav:
            yield from _names(entry)
    elif isinstance(nav, dict):
        for entry in nav.values():
            yield from _names(entry)
