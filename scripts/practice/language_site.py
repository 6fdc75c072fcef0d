"""Builds the site of one language: stage, run MkDocs, compare the readings, index the words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from practice.agreement import page_agreement
from practice.build_settings import BuildSettings
from practice.built_html import BuiltHtml, read_built
from practice.cycle_pages import asked_notices, cycle_templates
from practice.cycle_views import CycleView
from practice.edition import Edition, page_address
from practice.forge_settings import read_forge
from practice.history_pages import history_templates, revised_lines, write_history_pages
from practice.history_views import SectionHistory
from practice.marking import site_marks
from practice.menu import CONFIGURATION
from practice.messages import Messages
from practice.mkdocs_run import run_mkdocs
from practice.precompressed import write_compressed
from practice.problem import Problem
from practice.search_index import write_search_index
from practice.search_words import read_search_words
from practice.section_marks import SiteMarks
from practice.staging import other_files, stage, staged_texts
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
    cycles: tuple[CycleView, ...]
    histories: tuple[SectionHistory, ...]
    staged: Path
    site: Path

    def build(self) -> BuiltHtml:
        """Write `site/<code>/`; what the policy must allow, and every Problem, come back."""
        recorded: dict[str, str] = {}
        language = self.edition.language
        target = self.site / language.code
        marks = self._marks(recorded.__setitem__)
        stage(
            self.staged,
            texts=staged_texts(self.edition, self.replacements),
            files=other_files(self.root, self.edition),
        )
        templates = self.staged.with_name(f"{self.staged.name}-templates")
        stage(templates, texts=self._templates(), files={})
        problems = list(
            run_mkdocs(
                self.root,
                self.edition,
                marks=marks,
                extra={
                    **self.extra,
                    "cycles": self.cycles,
                    "histories": self.histories,
                    "whole_code": lambda: self._whole_code(recorded),
                },
                settings=self.settings,
                staged=self.staged,
                templates=templates,
                target=target,
            )
        )
        problems += self._disagreements(recorded)
        write_history_pages(target, self.histories)
        if problems:
            return BuiltHtml(scripts=frozenset(), styles=frozenset(), problems=tuple(problems))
        problems += write_search_index(
            self.site,
            language,
            addresses=list(self._own_addresses()),
            words=read_search_words(self.root, language),
            folder=self.staged.with_name(f"{language.code}-searched"),
        )
        drop_unused_theme_files(target)
        drop_unused_search_files(target)
        paths = [path for suffix in ("html", "css") for path in target.rglob(f"*.{suffix}")]
        built = read_built(self.site, paths)
        write_compressed(list(target.rglob("*.*")))
        return replace(built, problems=(*problems, *built.problems))

    def _templates(self) -> dict[Path, str]:
        """Of the pages that no file of the text stands for."""
        return {**cycle_templates(self.cycles), **history_templates(self.histories)}

    def key(self) -> str:
        """Changes whenever anything changes that `build` reads: text, marks, theme, tools."""
        digest = hashlib.sha256()
        revision = self.extra["revision"]
        # Pages show the day of the build and nothing finer.
        stamp = str(revision)[: str(revision).rfind("T")]
        shown = {name: value for name, value in self.extra.items() if name != "revision"}
        for part in (self._marks(None), shown, stamp, self.settings, self.cycles, self.histories):
            digest.update(repr(part).encode())
        for path, text in staged_texts(self.edition, self.replacements).items():
            digest.update(f"{path}\n{text}".encode())
        digest.update(_tools())
        for path in self._files():
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
        return digest.hexdigest()

    def _files(self) -> Iterator[Path]:
        yield self.root / CONFIGURATION
        yield self.root / self.edition.language.folder / CONFIGURATION
        yield from other_files(self.root, self.edition).values()
        yield from (path for path in sorted((self.root / "theme").rglob("*")) if path.is_file())

    def _marks(self, record: Callable[[str, str], None] | None) -> SiteMarks:
        return site_marks(
            self.edition,
            self.messages,
            settings=self.settings,
            asked=asked_notices(self.cycles, self.edition, self.messages),
            revised=revised_lines(self.histories, self.edition, self.messages),
            forge=read_forge(self.root),
            record=record,
        )

    def _own_addresses(self) -> Iterator[str]:
        """Pages that are missing are the source's search's business; reports are in every one."""
        yield from (cycle.address for cycle in self.cycles if cycle.report)
        for page in self.edition.pages:
            if self.edition.own_page(page):
                yield page_address(self.edition.source_page(page))

    def _disagreements(self, pages: Mapping[str, str]) -> Iterator[Problem]:
        for page, sections in self.edition.pages.items():
            shown = [entry.section for entry in sections]
            yield from page_agreement(shown, pages.get(page, "<p></p>"))

    def _whole_code(self, pages: Mapping[str, str]) -> str:
        return whole_code(
            [
                (page, page_address(self.edition.source_page(page)), pages[page])
                for page in self.edition.pages
                if page in pages
            ]
        )


@cache
def _tools() -> bytes:
    """The tools themselves, as they were when this process first asked."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.digest()
