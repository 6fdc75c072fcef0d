"""Takes into the site what its pages refer to: little of the theme, half of Pagefind."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

_ASSETS = "assets"
_OWN_SEARCH_FORMS = ("pagefind-*ui*", "pagefind-highlight.js")
_IN_HTML = re.compile(r"assets/[\w./@+-]*?([\w.@+-]+)(?![\w./@+-])")
_IN_CSS = re.compile(r"[\w.@+-]+\.[a-z0-9]+")


def files_below(folder: Path, *, but: str = "") -> Iterator[Path]:
    """Every file but those in a folder of that name; Path.rglob takes three times as long."""
    for place, folders, names in os.walk(folder):
        folders[:] = (name for name in folders if name != but)
        yield from (Path(place, name) for name in names)


def assets_named(page: str) -> frozenset[str]:
    """The names of files in `assets/` that an HTML page refers to."""
    return frozenset(_IN_HTML.findall(page))


def copy_used_theme_files(themes: Sequence[Path], site: Path, named: Collection[str]) -> None:
    """Copy to `site/assets` the files that are `named`, and those that their style sheets name.

    `themes` are the folders of the theme; the first that has a file counts, and the site's own.
    """
    offered: dict[str, list[tuple[Path, Path]]] = {}
    for theme in themes:
        for path in sorted(files_below(theme / _ASSETS)):
            offered.setdefault(path.name, []).append((path, site / path.relative_to(theme)))
    waiting, seen = set(named), set(named)
    while waiting:
        for path, target in offered.get(waiting.pop(), ()):
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            if path.suffix == ".css":
                more = set(_IN_CSS.findall(path.read_text(encoding="utf-8"))) - seen
                waiting |= more
                seen |= more


def drop_unused_search_files(site: Path) -> None:
    """Delete the forms that Pagefind brings along: the site has its own."""
    for pattern in _OWN_SEARCH_FORMS:
        for path in (site / "pagefind").glob(pattern):
            path.unlink()
