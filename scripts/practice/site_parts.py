"""Writes all parts of a new site: the languages side by side, and all else meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from practice.applied_commits import applied, reverts
from practice.assets import keep_earlier_assets, write_assets
from practice.build_settings import BuildSettings
from practice.built_before import BuiltBefore
from practice.built_html import BuiltHtml, read_built
from practice.content_policy import content_policy, write_policy
from practice.history_log import Reach
from practice.language_part import Place, build_language
from practice.menu import CONFIGURATION
from practice.parallel import beside
from practice.precompressed import write_compressed
from practice.problem import ProblemsFoundError
from practice.sections_file import sections_document, write_json
from practice.site_content import SiteContent
from practice.site_root import RootEdition, write_root
from practice.standards_table import standards_json
from practice.yaml_file import read_mapping


def write_parts(
    content: SiteContent,
    *,
    before: BuiltBefore,
    fresh: Path,
    work: Path,
    settings: BuildSettings,
    keep_unchanged: bool,
) -> BuiltBefore:
    """Write into the folder `fresh` what takes the place of the site `before`.

    `work` is the build's own folder. Raises ProblemsFoundError.
    """
    assets = write_assets(content.root, fresh)
    keep_earlier_assets(before.site, fresh)
    task = partial(
        build_language,
        content,
        assets=assets,
        settings=settings,
        place=Place(work=work, fresh=fresh),
        before=before if keep_unchanged else None,
    )
    with beside([partial(task, name) for name in content.editions]) as results:
        write_json(fresh / "sections.json", _document(content, settings))
        write_root(content.root, fresh, _root_editions(content), assets=assets, settings=settings)
        top = read_built(fresh, [*fresh.glob("*.html"), *(fresh / "assets").glob("*.css")])
        write_compressed([*fresh.glob("*.*"), *(fresh / "assets").glob("*.*")])
        parts = dict(zip(content.editions, results(), strict=True))
    _finish(fresh, [*(part.built for part in parts.values()), top], settings)
    told = {name: part.promises for name, part in parts.items()}
    write_json(fresh / "standards.json", standards_json(told))
    write_compressed([fresh / "csp.json", fresh / "standards.json"])
    return BuiltBefore(
        site=before.site,
        keys={name: part.key for name, part in parts.items()},
        parts={name: part.built for name, part in parts.items()},
    )


def _document(content: SiteContent, settings: BuildSettings) -> dict[str, Any]:
    history = content.history
    return sections_document(
        content.root,
        content.editions,
        content.cycles,
        revision=content.stamp,
        applied=applied(history) if history.reach is Reach.WHOLE else None,
        reverts=reverts(history),
        settings=settings,
    )


def _finish(fresh: Path, parts: Sequence[BuiltHtml], settings: BuildSettings) -> None:
    """Write the policy for the pages of all `parts`, unless one has a Problem."""
    problems = [problem for part in parts for problem in part.problems]
    if problems:
        raise ProblemsFoundError(problems)
    policy = content_policy(
        {source for part in parts for source in part.scripts},
        {source for part in parts for source in part.styles},
        settings.service_origin,
    )
    write_policy(fresh, policy)


def _root_editions(content: SiteContent) -> list[RootEdition]:
    found = []
    for name, shown in content.editions.items():
        language = shown.language
        configuration = read_mapping(content.root, language.folder / CONFIGURATION)
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
