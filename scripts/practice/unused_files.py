"""Leaves out of the site what no page of it refers to: most of the theme, half of Pagefind."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

_OWN_SEARCH_FORMS = ("pagefind-*ui*", "pagefind-highlight.js")
_IN_HTML = re.compile(r"assets/[\w./@+-]*?([\w.@+-]+)(?![\w./@+-])")
_IN_CSS = re.compile(r"[\w.@+-]+\.[a-z0-9]+")


def assets_named(page: str) -> frozenset[str]:
    """The names of files in `assets/` that an HTML page refers to."""
    return frozenset(_IN_HTML.findall(page))


def drop_unused_theme_files(site: Path, named: Collection[str]) -> None:
    """Delete the files below `site/assets` that neither `named` nor a style sheet refers to."""
    used = set(named)
    for path in site.rglob("*.css"):
        used.update(_IN_CSS.findall(path.read_text(encoding="utf-8")))
    for path in sorted((site / "assets").rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name not in used:
            path.unlink()


def drop_unused_search_files(site: Path) -> None:
    """Delete the forms that Pagefind brings along: the site has its own."""
    for pattern in _OWN_SEARCH_FORMS:
        for path in (site / "pagefind").glob(pattern):
            path.unlink()
