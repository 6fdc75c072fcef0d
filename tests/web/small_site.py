"""A built site of a few small files, and the messages of two invented languages."""

import shutil
from pathlib import Path

from tests.fakes.published import OTHER, SOURCE
from tests.web.reading import ROOT

SITE_POLICY = "default-src 'none'; script-src 'self' 'sha256-abc'; frame-ancestors 'none'"

_FILES = {
    "index.html": "<p>chooser",
    "404.html": "<p>nothing",
    "csp.json": f'{{"policy": "{SITE_POLICY}"}}',
    "sections.json": "{}",
    "aa/index.html": "<p>first page",
    "aa/404.html": "<p>nothing in aa",
    "aa/complaints/index.html": "<p>complaints",
    "aa/pagefind/pagefind.js": "//",
    "aa/pagefind/wasm.aa.pagefind": "wasm",
    "aa/pagefind/search.wasm": "wasm",
    "assets/practice.0123abcd.css": "p {}",
}


def lay_site(folder: Path) -> Path:
    """The site at `folder`/site, beside a file that is none of it."""
    for name, content in _FILES.items():
        file = folder / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    (folder / "secret.txt").write_text("not for readers", encoding="utf-8")
    return folder / "site"


def lay_languages(folder: Path, other: str) -> Path:
    """The source language speaks English, the other one the real language `other`."""
    languages = folder / "languages"
    for code, spoken in ((SOURCE, "en"), (OTHER, other)):
        (languages / code).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "languages" / spoken / "messages.po", languages / code)
    return languages
