"""Reads the HTML that was built: what the policy must allow, and what it must never meet."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from practice.problem import Problem

_LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
}
_LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload"}
_SCRIPT_ADDRESS = " or ".join(
    f"starts-with(translate(normalize-space(@{name}), 'JAVSCRIPT', 'javscript'), 'javascript:')"
    for name in ("href", "action", "formaction")
)
_REFUSED = (
    ("//*[@style]", "inline-style", "Use a class: the policy allows no style in an attribute."),
    (
        "//*[@*[starts-with(name(), 'on')]]",
        "inline-handler",
        "Listen for the event in a script: the policy lets no handler run.",
    ),
    (
        f"//*[{_SCRIPT_ADDRESS}]",
        "script-address",
        "An address may not hold a script: use a button.",
    ),
)
# A page in whose small letters none of these is found has nothing of the above to be asked for.
# Each begins with what it looks for, so that it is found five times as fast as by the queries.
_SUSPECT = tuple(
    map(
        re.compile,
        (
            r"style(?<![\w-]style)\s*=",
            r"on(?<![\w-]on)[a-z]+\s*=",
            r"javascript",
            r"&(?!(?:amp|lt|gt|quot|nbsp|#39|#34|#x27);)",
        ),
    )
)
_DATA_SCRIPTS = ("application/json", "application/ld+json")
_IDS = html.etree.XPath("//@id", smart_strings=False)
_FOREIGN = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_FOREIGN_IN_CSS = re.compile(r"(?:url\(\s*|@import\s+)[\"']?(?:[a-z]+:)?//[^\"')\s;]+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltHtml:
    """CSP sources such as `'sha256-…'` for inline scripts and styles, and what is refused."""

    scripts: frozenset[str]
    styles: frozenset[str]
    problems: tuple[Problem, ...]


def read_built(site: Path, paths: Iterable[Path]) -> BuiltHtml:
    """Read HTML and CSS files below `site`; Problems name them as `site/…`."""
    scripts: set[str] = set()
    styles: set[str] = set()
    problems: list[Problem] = []
    for path in paths:
        shown = "site" / path.relative_to(site)
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".css":
            problems.extend(_css_problems(shown, text))
            continue
        read = read_page(shown, text, html.document_fromstring(text))
        scripts |= read.scripts
        styles |= read.styles
        problems.extend(read.problems)
    return BuiltHtml(scripts=frozenset(scripts), styles=frozenset(styles), problems=tuple(problems))


def read_page(shown: Path, text: str, page: html.HtmlElement) -> BuiltHtml:
    """One page, `text` as parsed; Problems name it as `shown`."""
    return BuiltHtml(
        scripts=frozenset(_hash(script.text or "") for script in _inline_scripts(page)),
        styles=frozenset(_hash(style.text or "") for style in page.iter("style")),
        problems=tuple(_problems(shown, text, page)),
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _inline_scripts(page: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for script in page.iter("script"):
        if script.get("src") is None and script.get("type") not in _DATA_SCRIPTS:
            yield script


def _problems(path: Path, text: str, page: html.HtmlElement) -> Iterator[Problem]:
    small = text.lower()
    for query, code, message in _REFUSED if any(one.search(small) for one in _SUSPECT) else ():
        for element in page.xpath(query):
            yield Problem(path, element.sourceline or 1, code, message)
    ids = _IDS(page)
    for name, count in Counter(ids).items():
        if count > 1:
            element = page.xpath("//*[@id=$name]", name=name)[1]
            message = f"The id “{name}” stands twice: rename one."
            yield Problem(path, element.sourceline or 1, "html-id-twice", message)
    for element, address in _loaded(page):
        if _FOREIGN.match(address):
            message = f"Nothing is loaded from other hosts: remove {address}."
            yield Problem(path, element.sourceline or 1, "foreign-host", message)


def _loaded(page: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    for element in page.iter("link", *_LOADED):
        for attribute in _LOADED.get(str(element.tag), ()):
            for part in str(element.get(attribute) or "").split(","):
                yield element, part.strip()
        if element.tag == "link" and _LOADED_LINKS & set(str(element.get("rel") or "").split()):
            yield element, str(element.get("href") or "")


def _css_problems(path: Path, text: str) -> Iterator[Problem]:
    for match in _FOREIGN_IN_CSS.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"Nothing is loaded from other hosts: remove {match.group()}."
        yield Problem(path, line, "foreign-host", message)
