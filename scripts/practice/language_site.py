"""Builds the site of one language: stage, run MkDocs, compare the readings, index the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from practice.agreement import page_agreement
from practice.build_settings import BuildSettings
from practice.built_html import BuiltHtml, read_built
from practice.edition import Edition, page_address
from practice.marking import site_marks
from practice.messages import Messages
from practice.mkdocs_run import run_mkdocs
from practice.problem import Problem
from practice.search_index import write_search_index
from practice.staging import stage
from practice.text import PageId
from practice.unused_files import drop_unused_search_files, drop_unused_theme_files
from practice.whole_code import whole_code


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSite:
    """One language's part of a build; `messages` of the language and of its alternates."""

    root: Path
    edition: Edition
    messages: Messages
    settings: BuildSettings
    extra: Mapping[str, object]
    replacements: Mapping[str, str]
    staged: Path
    site: Path

    def build(self) -> BuiltHtml:
        """Write `site/<code>/`; what the policy must allow, and every Problem, come back."""
        recorded: list[str] = []
        language = self.edition.language
        target = self.site / language.code
        marks = site_marks(
            self.edition, self.messages, settings=self.settings, record=recorded.append
        )
        stage(self.root, self.edition, folder=self.staged, replacements=self.replacements)
        problems = list(
            run_mkdocs(
                self.root,
                self.edition,
                marks=marks,
                extra={**self.extra, "whole_code": lambda: self._whole_code(recorded)},
                settings=self.settings,
                staged=self.staged,
                target=target,
            )
        )
        problems += self._disagreements(recorded)
        if problems:
            return BuiltHtml(scripts=frozenset(), styles=frozenset(), problems=tuple(problems))
        problems += write_search_index(self.site, language, list(self._own_addresses()))
        drop_unused_theme_files(target)
        drop_unused_search_files(target)
        paths = [path for suffix in ("html", "css") for path in target.rglob(f"*.{suffix}")]
        built = read_built(self.site, paths)
        return BuiltHtml(
            scripts=built.scripts,
            styles=built.styles,
            problems=(*problems, *built.problems),
        )

    def _own_addresses(self) -> Iterator[str]:
        """Pages that are missing are the source's search's business."""
        for page in self.edition.pages:
            if self.edition.own_page(page):
                yield page_address(self.edition.source_page(page))

    def _disagreements(self, recorded: Sequence[str]) -> Iterator[Problem]:
        pages = _by_page(recorded)
        for page, sections in self.edition.pages.items():
            shown = [entry.section for entry in sections]
            yield from page_agreement(shown, pages.get(page, "<p></p>"))

    def _whole_code(self, recorded: Sequence[str]) -> str:
        pages = _by_page(recorded)
        return whole_code(
            [
                (page, page_address(self.edition.source_page(page)), pages[page])
                for page in self.edition.pages
                if page in pages
            ]
        )


def _by_page(recorded: Sequence[str]) -> dict[PageId, str]:
    """The id of a page is that of its first heading."""
    found: dict[PageId, str] = {}
    for markup in recorded:
        root = html.fragment_fromstring(markup, create_parent="div")
        first = next(root.iter("h1"), None)
        if first is not None and first.get("id"):
            found[PageId(str(first.get("id")))] = markup
    return found
