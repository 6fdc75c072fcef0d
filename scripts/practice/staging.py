"""Lays out one language's text for MkDocs: nothing missing, no generator needs to know more."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from practice.edition import Edition
from practice.text import Page, PageId


def staged_texts(edition: Edition, replacements: Mapping[str, str]) -> dict[Path, str]:
    """The Markdown of every page, by its path below the folder of pages.

    `replacements` maps a marker comment to the Markdown or HTML that takes its place.
    """
    texts = {}
    for page in edition.pages:
        source = edition.source_page(page)
        text = "\n".join(_lines(page, edition)) + "\n"
        for marker, replacement in replacements.items():
            text = text.replace(marker, replacement)
        texts[source.path.relative_to(edition.source.pages_folder)] = text
    return texts


def other_files(root: Path, edition: Edition) -> dict[Path, Path]:
    """Pictures and other files that a page may show; a language's own replace the source's."""
    return {
        path.relative_to(root / folder): path
        for folder in (edition.source.pages_folder, edition.language.pages_folder)
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and path.suffix != ".md"
    }


def stage(folder: Path, *, texts: Mapping[Path, str], files: Mapping[Path, Path]) -> None:
    """Let `folder` hold these texts and files and nothing else.

    What is there already stays: some file systems take long to give a new file the place of one
    that has just been deleted.
    """
    wanted = {folder / path: text.encode() for path, text in texts.items()}
    wanted |= {folder / path: origin.read_bytes() for path, origin in files.items()}
    _drop_others(folder, wanted)
    for target, content in wanted.items():
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
        elif target.read_bytes() == content:
            continue
        target.write_bytes(content)


def _drop_others(folder: Path, wanted: Container[Path]) -> None:
    for place, folders, names in os.walk(folder, topdown=False):
        unwanted = [path for name in names if (path := Path(place, name)) not in wanted]
        for path in unwanted:
            path.unlink()
        if len(unwanted) == len(names) and not any(Path(place, name).exists() for name in folders):
            Path(place).rmdir()


def _lines(page: PageId, edition: Edition) -> Iterator[str]:
    own = edition.own_page(page)
    if own is None:
        yield from edition.source_page(page).source.lines
        return
    yield from own.source.lines[: own.sections[0].line - 1]
    for shown in edition.pages[page]:
        page_of = edition.source_page(page) if shown.missing else own
        yield from _section_lines(page_of, shown.section.line, shown.section.end_line)


def _section_lines(page: Page, line: int, end_line: int) -> Iterator[str]:
    yield from page.source.lines[line - 1 : end_line - 1]
    yield ""
