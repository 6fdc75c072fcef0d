"""Runs MkDocs in this process on one language's staged text; any warning is a Problem."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError, MkDocsException

from practice.build_settings import BuildSettings
from practice.edition import Edition
from practice.menu import CONFIGURATION
from practice.mkdocs_pages import build_pages
from practice.page_source import page_id
from practice.problem import Problem
from practice.section_marks import SiteMarks
from practice.yaml_file import read_mapping

EXTENSION = "practice.sections_extension"
_PLUGINS = "This build runs no plugins of MkDocs: take them out of “plugins”."
_DOC_FILE = re.compile(r"Doc file '(?P<page>[^']+)' contains .*?'(?P<link>[^']*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class MkDocsRun:
    """What went wrong, and the folders of the theme, the first of which counts."""

    problems: tuple[Problem, ...]
    themes: tuple[Path, ...]


def run_mkdocs(
    root: Path,
    edition: Edition,
    *,
    marks: SiteMarks,
    extra: Mapping[str, object],
    settings: BuildSettings,
    staged: Path,
    templates: Path,
    target: Path,
    kept: Collection[str],
) -> MkDocsRun:
    """Build the site of `edition` from `staged` into `target`, without the files of the theme.

    Each Jinja template in the folder `templates` becomes a page at the same path.
    Pages whose files below `staged` are in `kept` are not built.
    """
    language = edition.language
    themes: tuple[Path, ...] = ()
    with _warnings() as records:
        try:
            config = load_config(
                str(root / language.folder / "mkdocs.yml"),
                docs_dir=str(staged),
                site_dir=str(target),
                site_url=f"{settings.site_url}{language.code}/",
                nav=_nav(root, edition),
            )
            config.extra.update(extra)
            config.theme["direction"] = language.direction
            config.theme.dirs.insert(0, str(templates))
            config.theme.static_templates.update(
                path.relative_to(templates).as_posix() for path in templates.rglob("*.html")
            )
            config.mdx_configs[EXTENSION] = {"marks": marks}
            if config.plugins:
                raise ConfigurationError(_PLUGINS)
            build_pages(config, kept=kept, compiled=staged.with_name("compiled"))
            themes = tuple(map(Path, config.theme.dirs))
        except (MkDocsException, SystemExit) as error:
            # A configuration that MkDocs refuses has been logged already.
            if not records:
                records.append(str(error))
    return MkDocsRun(
        problems=tuple(_problem(root, edition, record) for record in records), themes=themes
    )


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Warnings and worse that MkDocs logs, and nothing printed."""
    records: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record.getMessage())

    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    logger, handler = logging.getLogger("mkdocs"), Handler(logging.WARNING)
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _nav(root: Path, edition: Edition) -> list[object]:
    """The menu with all titles in the site's language: of a page that stays, MkDocs knows none."""
    nav = read_mapping(root, CONFIGURATION).get("nav")
    return [_entry(entry, edition) for entry in nav] if isinstance(nav, list) else []


def _entry(entry: object, edition: Edition) -> object:
    if not isinstance(entry, dict):
        name = page_id(Path(str(entry)))
        page = edition.own_page(name) or edition.source_page(name)
        return {page.title: entry}
    titles = edition.language.menu
    return {
        titles.get(str(title), str(title)): (
            [_entry(item, edition) for item in content] if isinstance(content, list) else content
        )
        for title, content in entry.items()
    }


def _problem(root: Path, edition: Edition, record: str) -> Problem:
    """MkDocs names pages of the staged copy; the reader of the message wants the text's own."""
    match = _DOC_FILE.search(record)
    if not match:
        path = edition.language.folder / "mkdocs.yml"
        return Problem(path, 1, "mkdocs", " ".join(record.split()))
    path = edition.language.pages_folder / match["page"]
    if not (root / path).exists():
        path = edition.source.pages_folder / match["page"]
    lines: Sequence[str] = (root / path).read_text(encoding="utf-8").split("\n")
    line = next((n for n, text in enumerate(lines, 1) if match["link"] in text), 1)
    message = f"{' '.join(record.split())} Correct the link."
    return Problem(path, line, "broken-link", message)
