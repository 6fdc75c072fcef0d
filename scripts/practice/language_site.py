"""Builds the site of one language: stage, run MkDocs, compare the readings, index the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from practice.agreement import page_agreement
from practice.build_settings import BuildSettings
from practice.built_html import BuiltHtml, read_built
from practice.cycle_pages import asked_notices, cycle_templates
from practice.cycle_views import CycleView
from practice.edition import Edition, page_address
from practice.finished_pages import Finishing, finished_pages
from practice.forge_settings import read_forge
from practice.history_pages import history_templates, revised_lines, write_history_pages
from practice.history_views import SectionHistory, history_address
from practice.marking import site_marks
from practice.menu import CONFIGURATION
from practice.messages import Messages
from practice.mkdocs_run import MkDocsRun, run_mkdocs
from practice.page_keys import Address, SiteKeys, SiteParts, site_keys
from practice.page_memory import BuiltPage, MemoryFile, PageMemory
from practice.precompressed import write_compressed
from practice.problem import Problem
from practice.search_index import FOLDER as SEARCH_FOLDER
from practice.search_index import search_index_beside
from practice.search_words import read_search_words
from practice.section_marks import SiteMarks
from practice.staging import other_files, stage, staged_texts
from practice.text import PageId
from practice.unused_files import (
    copy_used_theme_files,
    drop_unused_search_files,
    files_below,
)
from practice.whole_code import whole_code

_LOCK = Path("requirements/site.txt")
_SEARCH = "search.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSite:
    """One language's part of a build; `messages` of the language and of its alternates.

    `staged` is a folder of its own for what MkDocs reads.
    """

    root: Path
    edition: Edition
    messages: Messages
    settings: BuildSettings
    extra: Mapping[str, object]
    replacements: Mapping[str, str]
    cycles: tuple[CycleView, ...]
    histories: tuple[SectionHistory, ...]
    staged: Path
    memory: MemoryFile
    site: Path

    @property
    def target(self) -> Path:
        """The folder of the new site."""
        return self.site / self.edition.language.code

    def build(self, keys: SiteKeys, before: PageMemory | None = None) -> BuiltHtml:
        """Write `site/<code>/`; what the policy must allow, and every Problem, come back.

        Pages of the site `before` that would come out the same are taken over.
        """
        known = before.still_good(keys.pages) if before else {}
        for address in known:
            if before:
                before.take_over(address, self.target)
        new = [one for one in self.histories if history_address(one.page) not in known]
        recorded: dict[str, str] = {}
        run = self._run(known, new, recorded)
        problems = list(run.problems)
        problems += self._disagreements(recorded, known)
        write_history_pages(self.target, new)
        if problems:
            return BuiltHtml(scripts=frozenset(), styles=frozenset(), problems=tuple(problems))
        finished = finished_pages(
            self.site,
            self.target,
            Finishing(
                keys=keys.pages,
                markups={
                    self._address(page): recorded.get(page, "") for page in self.edition.pages
                },
                searched=list(self._searched()),
                words=read_search_words(self.root, self.edition.language),
            ),
            known,
        )
        with self._search_beside(finished.searched) as search_problems:
            copy_used_theme_files(run.themes, self.target, finished.assets)
            files = list(files_below(self.target, but=SEARCH_FOLDER))
            styles = read_built(self.site, (path for path in files if path.suffix == ".css"))
            write_compressed(files)
            self.memory.write(finished.pages)
        drop_unused_search_files(self.target)
        write_compressed(list(files_below(self.target / SEARCH_FOLDER)))
        problems = [*search_problems, *finished.built.problems, *styles.problems]
        return replace(finished.built, problems=tuple(problems))

    def keys(self) -> SiteKeys:
        """They change whenever anything changes that `build` reads: text, marks, theme, tools."""
        revision = self.extra["revision"]
        return site_keys(
            SiteParts(
                edition=self.edition,
                marks=self._marks(None),
                texts=staged_texts(self.edition, self.replacements),
                extra={name: value for name, value in self.extra.items() if name != "revision"},
                # Pages show the day of the build and nothing finer.
                stamp=str(revision)[: str(revision).rfind("T")],
                settings=self.settings,
                cycles=self.cycles,
                histories=self.histories,
                files=list(self._files()),
            )
        )

    def _run(
        self,
        known: Mapping[Address, BuiltPage],
        histories: Sequence[SectionHistory],
        recorded: dict[str, str],
    ) -> MkDocsRun:
        """Let MkDocs make the pages that are not known; `recorded` takes their texts by page id."""
        marks = self._marks(recorded.__setitem__)
        kept = {
            self._address(page): page for page in self.edition.pages if self._address(page) in known
        }
        stage(
            self.staged,
            texts=staged_texts(self.edition, self.replacements),
            files=other_files(self.root, self.edition),
        )
        templates = self.staged.with_name(f"{self.staged.name}-templates")
        made = {**cycle_templates(self.cycles), **history_templates(histories)}
        stage(templates, texts=made, files={})
        markups: dict[str, str] = {page: known[address].markup for address, page in kept.items()}
        return run_mkdocs(
            self.root,
            self.edition,
            marks=marks,
            extra={
                **self.extra,
                "cycles": self.cycles,
                "histories": self.histories,
                "new_histories": histories,
                "whole_code": lambda: self._whole_code({**markups, **recorded}),
            },
            settings=self.settings,
            staged=self.staged,
            templates=templates,
            target=self.target,
            kept=[self._path(page).as_posix() for page in kept.values()],
        )

    def _search_beside(
        self, copies: Mapping[Address, str]
    ) -> AbstractContextManager[list[Problem]]:
        return search_index_beside(
            self.site,
            self.edition.language,
            copies=copies,
            folder=self.staged.with_name(f"{self.staged.name}-searched"),
        )

    def _files(self) -> Iterator[Path]:
        own = self.root / self.edition.language.folder
        settings = (self.root / CONFIGURATION, own / CONFIGURATION)
        yield from (path for path in (*settings, own / _SEARCH, self.root / _LOCK) if path.exists())
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

    def _address(self, page: PageId) -> Address:
        return page_address(self.edition.source_page(page))

    def _path(self, page: PageId) -> Path:
        """Below the folder of pages."""
        return self.edition.source_page(page).path.relative_to(self.edition.source.pages_folder)

    def _searched(self) -> Iterator[Address]:
        """Pages that are missing are the source's search's business; reports are in every one."""
        yield from (cycle.address for cycle in self.cycles if cycle.report)
        for page in self.edition.pages:
            if self.edition.own_page(page):
                yield self._address(page)

    def _disagreements(
        self, recorded: Mapping[str, str], known: Mapping[Address, BuiltPage]
    ) -> Iterator[Problem]:
        """Between the two readings of each page that is new."""
        for page, sections in self.edition.pages.items():
            if self._address(page) not in known:
                shown = [entry.section for entry in sections]
                yield from page_agreement(shown, recorded.get(page, "<p></p>"))

    def _whole_code(self, markups: Mapping[str, str]) -> str:
        return whole_code(
            [
                (page, self._address(page), markups[page])
                for page in self.edition.pages
                if page in markups
            ]
        )
