"""Lays out one language's text for MkDocs: nothing missing, no generator needs to know more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from practice.edition import Edition
from practice.text import Page, PageId


def stage(root: Path, edition: Edition, *, folder: Path, replacements: Mapping[str, str]) -> None:
    """Write the Markdown of every page of the edition into `folder`, and what else lies beside it.

    `replacements` maps a marker comment to the Markdown or HTML that takes its place.
    """
    if folder.exists():
        shutil.rmtree(folder)
    _copy_other_files(root / edition.source.pages_folder, folder)
    _copy_other_files(root / edition.language.pages_folder, folder)
    for page in edition.pages:
        source = edition.source_page(page)
        target = folder / source.path.relative_to(edition.source.pages_folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(_lines(page, edition)) + "\n"
        for marker, replacement in replacements.items():
            text = text.replace(marker, replacement)
        target.write_text(text, encoding="utf-8")


def _lines(page: PageId, edition: Edition) -> Iterator[str]:
    own = edition.own_page(page)
    sections = edition.pages[page]
    if own is None:
        yield from edition.source_page(page).source.lines
        return
    yield from own.source.lines[: own.sections[0].line - 1]
    for shown in sections:
        page_of = edition.source_page(page) if shown.missing else own
        yield from _section_lines(page_of, shown.section.line, shown.section.end_line)


def _section_lines(page: Page, line: int, end_line: int) -> Iterator[str]:
    yield from page.source.lines[line - 1 : end_line - 1]
    yield ""


def _copy_other_files(pages: Path, folder: Path) -> None:
    """Pictures and other files that a page may show; a language's own replace the source's."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in pages.rglob("*"):
        if path.is_file() and path.suffix != ".md":
            target = folder / path.relative_to(pages)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
