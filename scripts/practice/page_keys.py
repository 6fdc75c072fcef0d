"""Names for what one page of a site is made of: the same name, the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from practice.build_settings import BuildSettings
from practice.cycle_views import CycleView
from practice.edition import Edition, page_address
from practice.history_views import SectionHistory, history_address
from practice.section_marks import SiteMarks

Address = str
"""Of a page below its language; empty for the home page, else with a slash at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParts:
    """Everything that one language's site is made of; `texts` as staged, by path.

    `extra` is what all templates are given, without the revision, which is `stamp`.
    """

    edition: Edition
    marks: SiteMarks
    texts: Mapping[Path, str]
    extra: Mapping[str, object]
    stamp: str
    settings: BuildSettings
    cycles: Sequence[CycleView]
    histories: Sequence[SectionHistory]
    files: Sequence[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteKeys:
    """`site` changes with anything, a page's with what that page shows."""

    site: str
    pages: Mapping[Address, str]


def site_keys(parts: SiteParts) -> SiteKeys:
    """The keys of the site, of its pages and of its sections' histories."""
    frame = _digest(*_frame(parts))
    pages = dict(_page_keys(parts, frame))
    pages |= {
        history_address(history.page): _digest(frame, repr(history)) for history in parts.histories
    }
    return SiteKeys(site=_digest(frame, repr(parts.cycles), repr(pages)), pages=pages)


def _page_keys(parts: SiteParts, frame: str) -> Iterator[tuple[Address, str]]:
    edition, marks = parts.edition, parts.marks
    for page, sections in edition.pages.items():
        source = edition.source_page(page)
        own = [marks.sections[shown.section.id] for shown in sections]
        text = parts.texts[source.path.relative_to(edition.source.pages_folder)]
        yield page_address(source), _digest(frame, text, repr(own), marks.retired.get(page, ""))


def _frame(parts: SiteParts) -> Iterator[str]:
    """What every page shows or depends on: menu, anchors, templates, labels, settings, tools."""
    edition = parts.edition
    yield repr(edition.language)
    for page, sections in edition.pages.items():
        own = edition.own_page(page)
        yield f"{page} {(own or edition.source_page(page)).title}"
        yield " ".join(shown.section.id for shown in sections)
    yield repr(replace(parts.marks, sections={}, retired={}, record=None))
    yield repr(sorted(parts.extra.items()))
    yield parts.stamp
    yield repr(parts.settings)
    # Of the cycles, every page shows which are open, and none but their own what they ask.
    yield repr([replace(cycle, scope=None, asked=(), report=None) for cycle in parts.cycles])
    yield tools()
    for path in parts.files:
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


@cache
def tools() -> str:
    """The tools themselves, as they were when this process first asked."""
    paths = sorted(Path(__file__).parent.rglob("*.py"))
    return _digest(*(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in paths))


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        # The length keeps two neighbouring texts from reading like two others.
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b;" % (len(encoded), encoded))
    return digest.hexdigest()
