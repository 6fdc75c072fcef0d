"""The site's own CSS and JavaScript: joined, minified, named by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

FOLDER = "assets"
MAIN = "practice"
_SOURCES = Path("theme/assets")
_SERVICE_PARTS = Path("feedback_api/web/static/parts.css")
_MAIN_STEM = "site"


def write_assets(root: Path, site: Path) -> dict[str, str]:
    """Write `site/assets/`; a plain name such as `practice.css` maps to its path in the site.

    `site.css` and the parts it shares with the service's pages become one file, `practice.css`,
    and `site.js` becomes `practice.js`; what else lies in `theme/assets` keeps its name.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, content in _minified(root):
        digest = hashlib.sha256(content.encode()).hexdigest()[:10]
        stem, suffix = name.rsplit(".", 1)
        hashed = f"{stem}.{digest}.{suffix}"
        (folder / hashed).write_text(content, encoding="utf-8")
        paths[name] = f"{FOLDER}/{hashed}"
    return paths


def _minified(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / _SOURCES).glob("*.css")):
        text = path.read_text(encoding="utf-8")
        if path.stem == _MAIN_STEM and (root / _SERVICE_PARTS).exists():
            text = (root / _SERVICE_PARTS).read_text(encoding="utf-8") + "\n" + text
        yield _name(path), cssmin(text)
    for path in sorted((root / _SOURCES).glob("*.js")):
        yield _name(path), jsmin(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return f"{MAIN}{path.suffix}" if path.stem == _MAIN_STEM else path.name
