"""The whole build: from docs/ to site/, or to the list of what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from practice.applied_commits import applied, reverts
from practice.assets import keep_earlier_assets, write_assets
from practice.build_settings import BuildSettings
from practice.built_before import BuiltBefore, forget, read_built_before, write_built_before
from practice.built_html import BuiltHtml, read_built
from practice.content_policy import content_policy, write_policy
from practice.cycle import Cycle, CycleId
from practice.cycle_views import Reported, cycle_views
from practice.cycles import read_cycles
from practice.edition import Edition, edition
from practice.history_log import History, Reach, read_history, require_history
from practice.history_text import LanguageHistory, read_text_history
from practice.history_views import section_histories
from practice.language_site import LanguageSite
from practice.menu import CONFIGURATION
from practice.messages import Messages, read_messages
from practice.parallel import in_parallel
from practice.precompressed import write_compressed
from practice.problem import ProblemsFoundError
from practice.report_document import Dispositions
from practice.report_files import commit_address, former_titles
from practice.report_reader import read_reports
from practice.sections_file import company, revision, sections_document, write_json
from practice.site_root import RootEdition, write_root
from practice.site_swap import alone, fresh_folder, swap
from practice.site_values import site_values
from practice.standards_table import MARKER, PAGE, standards_json, standards_table
from practice.text import Code, Language, LanguageCode, read_code, require_sound
from practice.translation_state import read_locks, standings
from practice.yaml_file import read_mapping

WORK = Path("build/site")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """All that is read before anything is written."""

    code: Code
    messages: Mapping[LanguageCode, Messages]
    editions: Mapping[LanguageCode, Edition]
    cycles: tuple[Cycle, ...]
    reports: Mapping[CycleId, Dispositions]
    stamp: Mapping[str, str | None]
    history: History
    texts: Mapping[LanguageCode, LanguageHistory]
    now: datetime


def build_site(
    root: Path,
    *,
    site: Path,
    settings: BuildSettings,
    now: datetime,
    keep_unchanged: bool = False,
) -> Code:
    """Build every language into `site`; on ProblemsFoundError the old site stays as it was.

    With `keep_unchanged`, a language of which nothing has changed is taken from the old site.
    """
    content = _read(root, now)
    require_history(content.history, needed=settings.needs_history)
    document = sections_document(
        root,
        content.editions,
        content.cycles,
        revision=content.stamp,
        applied=applied(content.history) if content.history.reach is Reach.WHOLE else None,
        reverts=reverts(content.history),
        settings=settings,
    )
    with alone(root / WORK):
        fresh = fresh_folder(site)
        assets = write_assets(root, fresh)
        keep_earlier_assets(site, fresh)
        sites = _language_sites(root, content, assets=assets, settings=settings, fresh=fresh)
        before = read_built_before(root / WORK, site)
        built = _built(sites, before if keep_unchanged else None, site)
        editions = _root_editions(root, content)
        write_root(root, fresh, editions, assets=assets, settings=settings)
        _finish(fresh, list(built.parts.values()), settings)
        write_json(fresh / "sections.json", document)
        standards = standards_json(root, content.code, content.messages)
        write_json(fresh / "standards.json", standards)
        write_compressed([*fresh.glob("*.*"), *(fresh / "assets").glob("*.*")])
        forget(root / WORK)
        swap(fresh, site)
        for language_site in sites:
            language_site.remember()
        write_built_before(root / WORK, built)
    return content.code


def _read(root: Path, now: datetime) -> _Content:
    code = read_code(root)
    require_sound(code)
    stands = standings(code, read_locks(root, code))
    cycles = read_cycles(root, code)
    history = read_history(root)
    return _Content(
        code=code,
        messages={language.code: read_messages(root, language) for language in code.languages},
        editions={language.code: edition(code, language, stands) for language in code.languages},
        cycles=cycles,
        reports=read_reports(root, code, cycles),
        stamp=revision(root, now),
        history=history,
        # Half of the history would say of wordings that they are the first.
        texts=read_text_history(root, history, code.languages)
        if history.reach is Reach.WHOLE
        else {},
        now=now,
    )


def _language_sites(
    root: Path,
    content: _Content,
    *,
    assets: Mapping[str, str],
    settings: BuildSettings,
    fresh: Path,
) -> list[LanguageSite]:
    common = {
        "service": settings.service_origin,
        "assets": assets,
        "revision": content.stamp,
        "company": company(root),
        "commits": commit_address(root),
    }
    sites = []
    for name, shown in content.editions.items():
        messages = content.messages[name]
        cycles = cycle_views(
            content.cycles,
            shown,
            messages,
            now=content.now,
            reports=_reported(root, content, shown.language),
        )
        sites.append(
            LanguageSite(
                root=root,
                edition=shown,
                messages=messages,
                settings=settings,
                extra={**site_values(shown, messages), **common},
                replacements=_registers(root, content.code, shown.language, messages),
                cycles=cycles,
                histories=section_histories(shown, content.texts, cycles, messages),
                staged=root / WORK / name,
                site=fresh,
            )
        )
    return sites


def _reported(root: Path, content: _Content, language: Language) -> dict[CycleId, Reported]:
    return {
        cycle.id: Reported(
            document=content.reports[cycle.id],
            former_titles=former_titles(root, cycle, content.reports[cycle.id], language),
        )
        for cycle in content.cycles
        if cycle.id in content.reports
    }


def _built(sites: Sequence[LanguageSite], before: BuiltBefore | None, site: Path) -> BuiltBefore:
    """Every language in the new site, built side by side or taken over."""
    keys = {language_site.edition.language.code: language_site.keys() for language_site in sites}
    parts: dict[LanguageCode, BuiltHtml] = {}
    changed: list[LanguageSite] = []
    tasks: list[Callable[[], BuiltHtml]] = []
    for language_site in sites:
        name = language_site.edition.language.code
        language_site.forget()
        if before and before.still_good(name, keys[name].site):
            parts[name] = before.take_over(name, language_site.site)
        else:
            changed.append(language_site)
            pages = before.pages(name, language_site.memory) if before else None
            tasks.append(partial(language_site.build, keys[name], pages))
    for language_site, part in zip(changed, in_parallel(tasks), strict=True):
        parts[language_site.edition.language.code] = part
    site_keys = {name: key.site for name, key in keys.items()}
    return BuiltBefore(site=site, keys=site_keys, parts=parts)


def _finish(fresh: Path, parts: Sequence[BuiltHtml], settings: BuildSettings) -> None:
    """Look at the pages above the languages, and write the policy for all."""
    top = read_built(fresh, [*fresh.glob("*.html"), *(fresh / "assets").glob("*.css")])
    problems = [problem for part in (*parts, top) for problem in part.problems]
    if problems:
        raise ProblemsFoundError(problems)
    policy = content_policy(
        {source for part in (*parts, top) for source in part.scripts},
        {source for part in (*parts, top) for source in part.styles},
        settings.service_origin,
    )
    write_policy(fresh, policy)


def _registers(root: Path, code: Code, language: Language, messages: Messages) -> Mapping[str, str]:
    """What takes the place of a marker in the text."""
    if PAGE not in code.order:
        return {}
    return {MARKER: standards_table(root, code, language, messages)}


def _root_editions(root: Path, content: _Content) -> list[RootEdition]:
    found = []
    for name, shown in content.editions.items():
        language = shown.language
        configuration = read_mapping(root, language.folder / CONFIGURATION)
        found.append(
            RootEdition(
                code=name,
                name=language.name,
                tag=language.tag,
                direction=language.direction,
                site_name=str(configuration.get("site_name") or language.name),
                text=content.messages[name].text,
            )
        )
    return found
