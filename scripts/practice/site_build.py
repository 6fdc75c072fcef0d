"""The whole build: from docs/ to site/, or to the list of what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from practice.assets import write_assets
from practice.build_settings import BuildSettings
from practice.built_html import BuiltHtml, read_built
from practice.content_policy import content_policy, write_policy
from practice.edition import Edition, edition
from practice.language_site import LanguageSite
from practice.messages import Messages, read_messages
from practice.parallel import in_parallel
from practice.problem import ProblemsFoundError
from practice.sections_file import company, revision, sections_document, write_json
from practice.site_root import RootEdition, write_root
from practice.site_swap import fresh_folder, swap
from practice.standards_table import MARKER, PAGE, standards_json, standards_table
from practice.text import Code, Language, LanguageCode, read_code, require_sound
from practice.translation_state import read_locks, standings
from practice.yaml_file import read_mapping

STAGED = Path("build/staged")


def build_site(root: Path, *, site: Path, settings: BuildSettings, now: datetime) -> Code:
    """Build every language into `site`; on ProblemsFoundError the old site stays as it was."""
    code = read_code(root)
    require_sound(code)
    messages = {language.code: read_messages(root, language) for language in code.languages}
    stands = standings(code, read_locks(root, code))
    editions = {language.code: edition(code, language, stands) for language in code.languages}
    stamp = revision(root, now)
    document = sections_document(root, editions, revision=stamp, settings=settings)
    fresh = fresh_folder(site)
    assets = write_assets(root, fresh)
    sites = [
        LanguageSite(
            root=root,
            edition=editions[language.code],
            messages=messages[language.code],
            settings=settings,
            extra={
                **_extra(language, messages[language.code], code),
                "service": settings.service_origin,
                "assets": assets,
                "revision": stamp,
                "company": company(root),
            },
            replacements=_registers(root, code, language, messages[language.code]),
            staged=root / STAGED / language.code,
            site=fresh,
        )
        for language in code.languages
    ]
    built = in_parallel([site.build for site in sites])
    write_root(
        root, fresh, _root_editions(root, editions, messages), assets=assets, settings=settings
    )
    built.append(read_built(fresh, [*fresh.glob("*.html"), *(fresh / "assets").glob("*.css")]))
    _require_clean(built)
    policy = content_policy(
        {source for part in built for source in part.scripts},
        {source for part in built for source in part.styles},
        settings.service_origin,
    )
    write_policy(fresh, policy)
    write_json(fresh / "sections.json", document)
    write_json(fresh / "standards.json", standards_json(root, code, messages))
    swap(fresh, site)
    return code


def _registers(root: Path, code: Code, language: Language, messages: Messages) -> Mapping[str, str]:
    """What takes the place of a marker in the text."""
    if PAGE not in code.order:
        return {}
    return {MARKER: standards_table(root, code, language, messages)}


def _require_clean(built: Sequence[BuiltHtml]) -> None:
    problems = [problem for part in built for problem in part.problems]
    if problems:
        raise ProblemsFoundError(problems)


def _extra(language: Language, messages: Messages, code: Code) -> dict[str, object]:
    """What the templates need to know, under `config.extra`."""
    return {
        "code": language.code,
        "tag": language.tag,
        "messages": dict(messages.single),
        "plurals": {key: dict(forms) for key, forms in messages.plurals.items()},
        "alternate": [
            {"code": other.code, "name": other.name, "lang": other.tag, "link": f"/{other.code}/"}
            for other in code.languages
        ],
    }


def _root_editions(
    root: Path,
    editions: Mapping[LanguageCode, Edition],
    messages: Mapping[LanguageCode, Messages],
) -> list[RootEdition]:
    found = []
    for shown in editions.values():
        language = shown.language
        configuration = read_mapping(root, language.folder / "mkdocs.yml")
        found.append(
            RootEdition(
                code=language.code,
                name=language.name,
                tag=language.tag,
                direction=language.direction,
                site_name=str(configuration.get("site_name") or language.name),
                text=messages[language.code].text,
            )
        )
    return found
