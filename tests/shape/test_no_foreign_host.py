"""Nothing that a browser is given makes it ask another host for anything."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVED = (
    "feedback_api/web/templates",
    "feedback_api/web/static",
    "theme",
)
KINDS = {".html", ".css", ".js", ".svg", ".xml", ".txt"}
NAMES_OF_THINGS = {
    "http://www.sitemaps.org/schemas/sitemap/0.9",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2005/Atom",
}
"""XML namespaces: names that look like addresses, and nobody opens."""
_URL = re.compile(r"""(?:https?:)?//[\w\[][\w.\-\[\]:]*\.[\w.\-:\]]+[^\s"'<>)`]*""")


def _served() -> list[Path]:
    found = [path for folder in SERVED for path in (ROOT / folder).rglob("*")]
    return [path for path in found if path.suffix in KINDS]


def _hosts(text: str) -> list[str]:
    return [url for url in _URL.findall(text) if url not in NAMES_OF_THINGS]


def test_no_page_style_or_script_names_another_host() -> None:
    named = {str(path.relative_to(ROOT)): _hosts(path.read_text("utf-8")) for path in _served()}

    assert len(named) > 60
    assert {path: urls for path, urls in named.items() if urls} == {}


def test_a_foreign_host_is_noticed() -> None:
    text = """<script src="//cdn.example.org/x.js"> url(https://fonts.example.org/a.woff2)
        fetch("http://example.org") // a.comment <svg xmlns="http://www.w3.org/2000/svg">"""

    assert _hosts(text) == [
        "//cdn.example.org/x.js",
        "https://fonts.example.org/a.woff2",
        "http://example.org",
    ]
