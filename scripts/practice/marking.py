"""Prepares what the Python-Markdown extension writes around the sections of one site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from practice.build_settings import BuildSettings
from practice.edition import Edition, ShownSection, page_address
from practice.forge_settings import ForgeSettings
from practice.messages import Messages
from practice.section_marks import (
    COMMENT_ON,
    COPY_LINK,
    COPY_LINK_TO,
    EDIT,
    EDIT_OF,
    SectionMark,
    SiteMarks,
)
from practice.text import PageId, SectionId
from practice.translation_notice import behind_notice, leading_language

_PAGE_MISSING = (
    "This page has not been translated yet: you are reading the original text (%(language)s)."
)
_SECTION_MISSING = (
    "This section has not been translated yet: you are reading the original text (%(language)s)."
)
_MOVED = "The section “%(id)s” is now “%(title)s”."
_WITHDRAWN = "The section “%(id)s” has been withdrawn."


def site_marks(
    edition: Edition,
    messages: Messages,
    *,
    settings: BuildSettings,
    asked: Mapping[SectionId, str],
    revised: Mapping[SectionId, str],
    forge: ForgeSettings,
    record: Callable[[str, str], None] | None,
) -> SiteMarks:
    """Numbers, fingerprints, notices and labels for one language's site.

    `asked` is HTML with what review cycles ask about a section, `revised` with when it was revised.
    """
    former = _former(edition)
    marks: dict[str, SectionMark] = {
        shown.section.id: _mark(
            shown,
            edition,
            messages,
            former=former.get(shown.section.id, ()),
            asked=revised.get(shown.section.id, "") + asked.get(shown.section.id, ""),
            forge=forge,
        )
        for shown in edition.sections()
    }
    return SiteMarks(
        language=edition.language.code,
        service=settings.service_origin,
        sections=marks,
        retired={str(page): _retired(page, edition, messages) for page in edition.pages},
        copy_link=messages.text(COPY_LINK),
        copy_link_to=messages.text(COPY_LINK_TO),
        comment_on=messages.text(COMMENT_ON),
        edit=messages.text(EDIT),
        edit_of=messages.text(EDIT_OF),
        record=record,
    )


def successor(edition: Edition, retired: SectionId) -> SectionId | None:
    """The section that stands for a withdrawn one today, over any number of withdrawals."""
    successors = {
        old: new
        for page in edition.pages
        for old, new in edition.source_page(page).front_matter.retired.items()
    }
    name: SectionId | None = retired
    seen: set[SectionId] = set()
    while name in successors:
        if name in seen:
            return None
        seen.add(name)
        name = successors[name]
    return name


def notice(text: str) -> str:
    """A line between a section's tools and its text; `text` is HTML already."""
    return (
        f'<div class="cop-notice cop-notice--warning" role="note" data-pagefind-ignore>{text}</div>'
    )


def _mark(
    shown: ShownSection,
    edition: Edition,
    messages: Messages,
    *,
    former: tuple[SectionId, ...],
    asked: str,
    forge: ForgeSettings,
) -> SectionMark:
    foreign = shown.missing
    return SectionMark(
        number=shown.section.number,
        wording=shown.section.fingerprint,
        notice=_notice(shown, edition, messages) + asked,
        tag=edition.source.tag if foreign else "",
        direction=edition.source.direction if foreign else "",
        former=former,
        edit=_edit_address(shown, edition, forge),
    )


def _edit_address(shown: ShownSection, edition: Edition, forge: ForgeSettings) -> str:
    """Of what is read: where a translation is missing, that is the source."""
    section = shown.section
    pages = edition.code.pages[section.language]
    lines = pages[section.page].source.lines
    own = range(section.line, section.end_line)
    last = max(line for line in own if line == section.line or lines[line - 1].strip())
    return forge.edit(section.path, first=section.line, last=last)


def _notice(shown: ShownSection, edition: Edition, messages: Messages) -> str:
    if shown.missing:
        return _missing_notice(shown, edition, messages)
    address = page_address(edition.source_page(shown.section.page))
    leading = leading_language(shown.standing, edition.code)
    up = "../" * (address.count("/") + 1)
    return behind_notice(
        shown.standing,
        edition.code,
        messages=messages,
        address=f"{up}{leading.code}/{address}#{shown.section.id}",
    )


def _missing_notice(shown: ShownSection, edition: Edition, messages: Messages) -> str:
    """A page that is missing as a whole says so once, at its top."""
    page_missing = edition.own_page(shown.section.page) is None
    if page_missing and shown.section.level > 1:
        return ""
    message = _PAGE_MISSING if page_missing else _SECTION_MISSING
    return notice(escape(messages.text(message, language=edition.source.name)))


def _former(edition: Edition) -> dict[SectionId, tuple[SectionId, ...]]:
    former: dict[SectionId, tuple[SectionId, ...]] = {}
    for page, sections in edition.pages.items():
        here = {shown.section.id for shown in sections}
        for old in edition.source_page(page).front_matter.retired:
            new = successor(edition, old)
            if new in here:
                former[new] = (*former.get(new, ()), old)
    return former


def _retired(page: PageId, edition: Edition, messages: Messages) -> str:
    items = "".join(_retired_items(page, edition, messages))
    return f'<ul class="cop-retired" data-pagefind-ignore>{items}</ul>' if items else ""


def _retired_items(page: PageId, edition: Edition, messages: Messages) -> Iterator[str]:
    """A withdrawn id whose successor stands on the same page is an anchor there instead."""
    shown = {entry.section.id: entry.section for entry in edition.sections()}
    depth = page_address(edition.source_page(page)).count("/")
    for old in edition.source_page(page).front_matter.retired:
        new = successor(edition, old)
        section = shown.get(new) if new else None
        if section is None:
            text = messages.text(_WITHDRAWN, id=old)
            yield f'<li id="{old}">{escape(text)}</li>'
        elif section.page != page:
            address = page_address(edition.source_page(section.page))
            href = "../" * depth + f"{address}#{section.id}"
            text = messages.text(_MOVED, id=old, title=f"{section.number} {section.title}".strip())
            yield f'<li id="{old}"><a href="{escape(href)}">{escape(text)}</a></li>'
