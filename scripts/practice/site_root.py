"""What stands at the site's root, above the languages: chooser, 404, robots.txt, sitemap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from practice.build_settings import BuildSettings

_TEMPLATES = Path("theme/root")


@dataclass(frozen=True, slots=True, kw_only=True)
class RootEdition:
    """One language as the root pages show it; `text` translates a message."""

    code: str
    name: str
    tag: str
    direction: str
    site_name: str
    text: Callable[[str], str]


def write_root(
    root: Path,
    site: Path,
    editions: Sequence[RootEdition],
    *,
    assets: Mapping[str, str],
    settings: BuildSettings,
) -> None:
    """Write the pages of `theme/root`; the source language leads on them."""
    environment = Environment(
        loader=FileSystemLoader(root / _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The chooser is found only at the root; the 404 page answers at any depth.
    for name, base in (("index.html", ""), ("404.html", settings.site_path)):
        page = environment.get_template(name).render(editions=editions, assets=assets, base=base)
        (site / name).write_text(page.strip() + "\n", encoding="utf-8")
    robots = f"User-agent: *\nAllow: /\nSitemap: {settings.site_url}sitemap.xml\n"
    (site / "robots.txt").write_text(robots, encoding="utf-8")
    (site / "sitemap.xml").write_text(_sitemap(editions, settings), encoding="utf-8")


def _sitemap(editions: Sequence[RootEdition], settings: BuildSettings) -> str:
    """An index of the sitemaps that MkDocs writes for each language."""
    origin = escape(settings.site_url, quote=False)
    entries = "".join(
        f"  <sitemap><loc>{origin}{edition.code}/sitemap.xml</loc></sitemap>\n"
        for edition in editions
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</sitemapindex>\n"
    )
