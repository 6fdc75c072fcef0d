"""A generated code of 40 pages with 10 sections each, as the build writes it: sections.json."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = Path(__file__).resolve().parents[1] / "languages"
PAGES = 40
SECTIONS_OF_A_PAGE = 10
CYCLE = "2026-1"
_FIRST_CYCLE = {"opens": "2026-01-12T09:00:00Z", "closes": "2026-02-12T18:00:00Z"}


def page(number: int) -> str:
    """The id of a page; numbers begin at 0."""
    return f"page{number + 1:02}"


def section(number: int) -> str:
    """The id of one of the 400 sections that have comments."""
    return f"{page(number // SECTIONS_OF_A_PAGE)}-rule{number % SECTIONS_OF_A_PAGE + 1:02}"


def page_of(section_id: str) -> str:
    """The id of the page that a section is on."""
    return section_id.partition("-")[0]


def fingerprint(section_id: str, language: str) -> str:
    """Of the wording of a section in a language."""
    return hashlib.sha256(f"{section_id} {language}".encode()).hexdigest()[:16]


def languages() -> list[dict[str, Any]]:
    """As sections.json names them: those of this repository."""
    found = []
    for path in LANGUAGES.glob("*/language.yml"):
        told: Mapping[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        kept = {name: told[name] for name in ("name", "tag", "direction", "source")}
        found.append({"code": path.parent.name, **kept})
    return sorted(found, key=lambda one: (not one["source"], one["code"]))


def source_language() -> str:
    """The code of the language that the others are translated from."""
    return next(str(one["code"]) for one in languages() if one["source"])


def write_sections(folder: Path) -> None:
    """`folder`/sections.json."""
    codes = [str(one["code"]) for one in languages()]
    document = {
        "schema": 1,
        "company": "the Company",
        "revision": {"commit": None, "built_at": "2026-11-21T22:00:00Z"},
        "languages": languages(),
        "sections": [
            entry
            for number in range(PAGES)
            for entry in (_page(number, codes), *_sections(number, codes))
        ],
        "retired": {},
        "cycles": [_cycle(codes)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sections.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def _page(number: int, codes: list[str]) -> dict[str, Any]:
    entry = {"id": page(number), "page": page(number), "parent": None, "level": 1}
    return {**entry, **_told(page(number), f"{number + 1}", codes)}


def _sections(number: int, codes: list[str]) -> list[dict[str, Any]]:
    entries = []
    for place in range(SECTIONS_OF_A_PAGE):
        name = section(number * SECTIONS_OF_A_PAGE + place)
        entry = {"id": name, "page": page(number), "parent": page(number), "level": 2}
        entries.append({**entry, **_told(name, f"{number + 1}.{place + 1}", codes)})
    return entries


def _told(name: str, number: str, codes: list[str]) -> dict[str, Any]:
    text = f"Rule {number}: whoever is asked answers within a day, and says so. " * 5
    return {
        "number": number,
        "owner": "complaints officer",
        "retired": [],
        "languages": {
            code: {
                "title": f"Rule {number}",
                "url": f"/{code}/{page_of(name)}/#{name}",
                "fingerprint": fingerprint(name, code),
                "markdown": f"{text}\n",
                "text": text,
                "state": "current",
                "text_language": code,
            }
            for code in codes
        },
    }


def _cycle(codes: list[str]) -> dict[str, Any]:
    return {
        "id": CYCLE,
        **_FIRST_CYCLE,
        "time_zone": "UTC",
        "titles": {code: "First review" for code in codes},
        "introductions": {code: "What do you think?" for code in codes},
        "urls": {code: f"/{code}/cycles/{CYCLE}/" for code in codes},
        "scope": "all",
        "questions": [],
        "roles": ["staff", "management", "customer"],
        "reviewers": [],
        "objection_days": 14,
        "retention_days": 365,
    }
