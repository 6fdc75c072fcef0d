"""Leaves out of the site what no page of it refers to: most of the theme, half of Pagefind."""

from __future__ import annotations

from pathlib import Path

_OWN_SEARCH_FORMS = ("pagefind-*ui*", "pagefind-highlight.js")


def drop_unused_theme_files(site: Path) -> None:
    """Delete the files below `site/assets` whose names stand in no HTML or CSS of the site."""
    texts = [
        path.read_text(encoding="utf-8")
        for suffix in ("html", "css")
        for path in site.rglob(f"*.{suffix}")
    ]
    for path in sorted((site / "assets").rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not any(path.name in text for text in texts):
            path.unlink()


def drop_unused_search_files(site: Path) -> None:
    """Delete the forms that Pagefind brings along: the site has its own."""
    for pattern in _OWN_SEARCH_FORMS:
        for path in (site / "pagefind").glob(pattern):
            path.unlink()
