"""The site's own CSS and JavaScript: joined, minified, named by their content."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

FOLDER = "assets"
MAIN = "practice"
KEPT_SECONDS = 24 * 60 * 60
_SOURCES = Path("theme/assets")
_SERVICE = Path("feedback_api/web/static")
_MAIN_STEM = "site"
# What a style sheet of the site refines, from the service's pages: the site has it in one file.
_REFINED = {_MAIN_STEM: "parts.css", "comments": "forms.css"}


def write_assets(root: Path, site: Path) -> dict[str, str]:
    """Write `site/assets/`; a plain name such as `practice.css` maps to its path in the site.

    `site.css` becomes `practice.css` and `site.js` `practice.js`; what else lies in `theme/assets`
    keeps its name. A style sheet that the service shares comes first in the one that refines it.
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


def keep_earlier_assets(site: Path, fresh: Path) -> None:
    """Link the assets of the last day into the new site.

    A page that a reader opened before the build fetches its scripts by their old names.
    """
    for path in (site / FOLDER).glob("*"):
        age_seconds = time.time() - path.stat().st_mtime
        if age_seconds < KEPT_SECONDS and not (fresh / FOLDER / path.name).exists():
            os.link(path, fresh / FOLDER / path.name)


def _minified(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / _SOURCES).glob("*.css")):
        text = path.read_text(encoding="utf-8")
        shared = root / _SERVICE / _REFINED.get(path.stem, "none")
        if shared.exists():
            text = shared.read_text(encoding="utf-8") + "\n" + text
        yield _name(path), cssmin(text)
    for path in sorted((root / _SOURCES).glob("*.js")):
        yield _name(path), jsmin(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return f"{MAIN}{path.suffix}" if path.stem == _MAIN_STEM else path.name
