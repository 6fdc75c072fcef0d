"""Links between pages: each leads to a page, a section or a file that exists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from practice.front_matter import SectionId
from practice.languages import Language
from practice.page_source import PageId, PageSource, headings, inline_tokens, page_id
from practice.problem import Problem

_OUTSIDE = ("http", "https", "mailto", "tel")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTargets:
    """What links of one language may name; a page or section missing in it has the source's."""

    root: Path
    language: Language
    source: Language
    ids: Mapping[PageId, frozenset[SectionId]]
    retired: Mapping[SectionId, SectionId | None]


def link_targets(
    root: Path,
    language: Language,
    source: Language,
    *,
    own: Mapping[PageId, PageSource],
    originals: Mapping[PageId, PageSource],
) -> LinkTargets:
    """The targets in `own`, a language's pages, and in `originals`, the source's."""
    ids: dict[PageId, frozenset[SectionId]] = {}
    retired: dict[SectionId, SectionId | None] = {}
    for pages in (originals, own):
        for page in pages.values():
            found = frozenset(h.id for h in headings(page) if h.id is not None)
            ids[page.id] = ids.get(page.id, frozenset()) | found
            retired.update(page.front_matter.retired)
    return LinkTargets(root=root, language=language, source=source, ids=ids, retired=retired)


def link_problems(page: PageSource, targets: LinkTargets) -> Iterator[Problem]:
    """Every link and picture of the page that leads nowhere."""
    for line, token in inline_tokens(page):
        address = token.attrGet({"link_open": "href", "image": "src"}.get(token.type, ""))
        if address is not None:
            fault = _fault(page, unquote(str(address)), targets, shown=token.type == "image")
            if fault:
                code, message = fault
                yield Problem(page.path, line, code, message)


def _fault(
    page: PageSource, address: str, targets: LinkTargets, *, shown: bool
) -> tuple[str, str] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "broken-link", f"“{address}” is no address: correct it."
    if shown and (parts.scheme or parts.netloc):
        return "foreign-image", f"Nothing is loaded from other hosts: keep “{address}” here."
    if parts.scheme in _OUTSIDE:
        return None
    if parts.scheme:
        return "link-scheme", f"Links begin with {', '.join(_OUTSIDE)} or name a file: “{address}”."
    if parts.netloc or parts.path.startswith("/"):
        return "absolute-link", f"Name the Markdown file, relative to this one, not “{address}”."
    return _inside_fault(page, parts.path, parts.fragment, targets)


def _inside_fault(
    page: PageSource, path: str, fragment: str, targets: LinkTargets
) -> tuple[str, str] | None:
    here = page.path.relative_to(page.language.pages_folder)
    target = (
        Path(posixpath.normpath(posixpath.join(here.parent.as_posix(), path))) if path else here
    )
    if target.suffix != ".md":
        folders = (targets.language.pages_folder, targets.source.pages_folder)
        if any((targets.root / folder / target).is_file() for folder in folders):
            return None
        return "broken-link", f"There is no file “{path}”: correct the link."
    name = page_id(target)
    if name not in targets.ids or target.parts[0] == "..":
        return "broken-link", f"There is no page “{path}”: correct the link."
    if not fragment or fragment in targets.ids[name]:
        return None
    return "broken-link", _anchor_message(target, fragment, targets)


def _anchor_message(target: Path, fragment: str, targets: LinkTargets) -> str:
    section = SectionId(fragment)
    successor = targets.retired.get(section)
    if successor:
        return f"The section “{fragment}” is retired: link to its successor “{successor}”."
    holders = [page for page, ids in targets.ids.items() if section in ids]
    if holders:
        return f"“{fragment}” stands on the page “{holders[0]}” and not in {target}: link there."
    return f"{target} has no section “{fragment}”: correct the link."
