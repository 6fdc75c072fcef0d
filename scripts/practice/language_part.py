"""One language's part of a build, from what was read to its folder of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from practice.build_settings import BuildSettings
from practice.built_before import BuiltBefore
from practice.built_html import BuiltHtml
from practice.cycle import CycleId
from practice.cycle_views import Reported, cycle_views
from practice.history_views import section_histories
from practice.language_site import LanguageSite
from practice.page_memory import MemoryFile
from practice.problem import ProblemsFoundError
from practice.report_files import commit_address, former_titles
from practice.sections_file import company
from practice.site_content import SiteContent
from practice.site_values import site_values
from practice.standards_table import (
    MARKER,
    PAGE,
    ToldPromise,
    promises,
    standards_table,
    told_promises,
)
from practice.text import Language, LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a build works: `work` is its own folder, `fresh` becomes the site."""

    work: Path
    fresh: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePart:
    """`key` names what the language's site was made of."""

    key: str
    built: BuiltHtml
    promises: tuple[ToldPromise, ...]


def build_language(
    content: SiteContent,
    name: LanguageCode,
    *,
    assets: Mapping[str, str],
    settings: BuildSettings,
    place: Place,
    before: BuiltBefore | None,
) -> LanguagePart:
    """Write the language's folder of the new site, as far as it can from what was built before.

    What stands in the way is among the problems of what comes back: errors do not travel well
    between processes.
    """
    try:
        return _build_language(
            content, name, assets=assets, settings=settings, place=place, before=before
        )
    except ProblemsFoundError as found:
        nothing = BuiltHtml(scripts=frozenset(), styles=frozenset(), problems=found.problems)
        return LanguagePart(key="", built=nothing, promises=())


def _build_language(
    content: SiteContent,
    name: LanguageCode,
    *,
    assets: Mapping[str, str],
    settings: BuildSettings,
    place: Place,
    before: BuiltBefore | None,
) -> LanguagePart:
    code, language = content.code, content.editions[name].language
    promised = promises(content.root, code, language, content.messages[name])
    replacements = (
        {MARKER: standards_table(code, promised, content.messages[name])}
        if PAGE in code.order
        else {}
    )
    site = _language_site(
        content, name, assets=assets, settings=settings, place=place, replacements=replacements
    )
    site.memory.drop()
    keys = site.keys()
    if before and before.still_good(name, keys.site):
        built = before.take_over(name, site.site)
    else:
        built = site.build(keys, before.pages(site.memory) if before else None)
    told = told_promises(code, language, promised)
    return LanguagePart(key=keys.site, built=built, promises=told)


def _language_site(
    content: SiteContent,
    name: LanguageCode,
    *,
    assets: Mapping[str, str],
    settings: BuildSettings,
    place: Place,
    replacements: Mapping[str, str],
) -> LanguageSite:
    shown, messages = content.editions[name], content.messages[name]
    cycles = cycle_views(
        content.cycles,
        shown,
        messages,
        now=content.now,
        reports=_reported(content, shown.language),
    )
    return LanguageSite(
        root=content.root,
        edition=shown,
        messages=messages,
        settings=settings,
        extra={
            **site_values(shown, messages),
            "service": settings.service_origin,
            "assets": assets,
            "revision": content.stamp,
            "company": company(content.root),
            "commits": commit_address(content.root),
        },
        replacements=replacements,
        cycles=cycles,
        histories=section_histories(shown, content.texts, cycles, messages),
        staged=place.work / name,
        memory=MemoryFile(folder=place.work, language=name),
        site=place.fresh,
    )


def _reported(content: SiteContent, language: Language) -> dict[CycleId, Reported]:
    return {
        cycle.id: Reported(
            document=content.reports[cycle.id],
            former_titles=former_titles(content.root, cycle, content.reports[cycle.id], language),
        )
        for cycle in content.cycles
        if cycle.id in content.reports
    }
