"""Writes `sections.json`, the only contract between site and service (DESIGN, sections.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practice.build_settings import BuildSettings
from practice.cycle import Cycle
from practice.cycle_records import cycle_records
from practice.edition import Edition, ShownSection, page_address
from practice.history_log import git
from practice.marking import successor
from practice.menu import CONFIGURATION
from practice.problem import Problem, ProblemsFoundError
from practice.text import Code, LanguageCode, SectionId
from practice.yaml_file import read_mapping

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SCHEMA = Path("feedback_api/sections.schema.json")
VERSION = 1


def revision(root: Path, now: datetime) -> dict[str, str | None]:
    """The commit of the repository, None outside of one, and when the site was built."""
    commit = None
    if (root / ".git").exists():
        head = git(root, "rev-parse", "--verify", "--quiet", "HEAD") or b""
        commit = head.decode().strip() or None
    return {"commit": commit, "built_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def sections_document(
    root: Path,
    editions: Mapping[LanguageCode, Edition],
    cycles: Sequence[Cycle],
    *,
    revision: Mapping[str, str | None],
    applied: Mapping[str, str] | None,
    reverts: Mapping[str, int],
    settings: BuildSettings,
) -> dict[str, Any]:
    """The content of sections.json; raises ProblemsFoundError where it breaks its own schema.

    `applied` is None where nobody can know: then the service changes nothing.
    """
    code = next(iter(editions.values())).code
    first = editions[code.source.code]
    retired = {
        old: successor(first, old)
        for page in first.pages
        for old in first.source_page(page).front_matter.retired
    }
    document = {
        "schema": VERSION,
        "company": company(root),
        "revision": dict(revision),
        "languages": _languages(code),
        "sections": _sections(editions, first, retired, settings),
        "retired": retired,
        "cycles": cycle_records(cycles, first, settings),
        **({} if applied is None else {"applied": dict(applied), "reverts": dict(reverts)}),
    }
    _check(root, document)
    return document


def write_json(path: Path, document: Any) -> None:
    """Write a document for machines, compact, as UTF-8."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def company(root: Path) -> str:
    """`extra.company` of mkdocs.yml: the one setting of the company's name."""
    extra = read_mapping(root, CONFIGURATION).get("extra")
    return str(extra.get("company") or "") if isinstance(extra, dict) else ""


def _languages(code: Code) -> list[dict[str, Any]]:
    return [
        {
            "code": language.code,
            "name": language.name,
            "tag": language.tag,
            "direction": language.direction,
            "source": language.source,
        }
        for language in code.languages
    ]


def _sections(
    editions: Mapping[LanguageCode, Edition],
    first: Edition,
    retired: Mapping[SectionId, SectionId | None],
    settings: BuildSettings,
) -> list[dict[str, Any]]:
    shown = {
        language: {entry.section.id: entry for entry in edition.sections()}
        for language, edition in editions.items()
    }
    return [
        {
            "id": entry.section.id,
            "page": entry.section.page,
            "parent": entry.section.parent,
            "level": entry.section.level,
            "number": entry.section.number,
            "owner": first.source_page(entry.section.page).front_matter.owner,
            "retired": sorted(old for old, new in retired.items() if new == entry.section.id),
            "languages": {
                language: _wording(sections[entry.section.id], editions[language], settings)
                for language, sections in shown.items()
            },
        }
        for entry in first.sections()
    ]


def _wording(entry: ShownSection, edition: Edition, settings: BuildSettings) -> dict[str, Any]:
    section = entry.section
    address = page_address(edition.source_page(section.page))
    language = edition.language.code
    return {
        "title": section.title,
        "url": f"{settings.site_path}{language}/{address}#{section.id}",
        "fingerprint": section.fingerprint,
        "markdown": section.markdown,
        "text": section.text,
        "state": entry.standing.state.value,
        "text_language": edition.source.code if entry.missing else language,
    }


@cache
def _validator(path: Path) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # while the languages are being built

    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def _check(root: Path, document: Mapping[str, Any]) -> None:
    faults: Sequence[str] = [
        f"sections.json breaks its schema at {fault.json_path}: {fault.message[:200]}."
        " Correct the text, or the schema with its readers."
        for fault in _validator(root / SCHEMA).iter_errors(document)
    ]
    if faults:
        raise ProblemsFoundError(Problem(SCHEMA, 1, "sections-file", fault) for fault in faults)
