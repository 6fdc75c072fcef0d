"""A small sections.json, as the build writes it."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FINGERPRINTS = {"complaints": "00000000000000c0", "complaints-acknowledge": "00000000000000ca"}


def sections_json(
    languages: Sequence[str] = ("aa", "bb"), *, source: str = "aa", **fields: Any
) -> dict[str, Any]:
    """Page `complaints` with one section, current in every language; the same text in each."""
    usual: dict[str, Any] = {
        "schema": 1,
        "company": "the Company",
        "revision": {"commit": None, "built_at": "2026-11-21T22:00:00Z"},
        "languages": [
            {"code": code, "name": code, "tag": code, "direction": "ltr", "source": code == source}
            for code in languages
        ],
        "sections": [section_json(name, languages) for name in FINGERPRINTS],
        "retired": {},
        "cycles": [],
    }
    return {**usual, **fields}


def section_json(
    name: str, languages: Sequence[str] = ("aa", "bb"), *, text: str = "Text.", **fields: Any
) -> dict[str, Any]:
    """A section of page `complaints`; its fingerprint is FINGERPRINTS' or follows from the text."""
    page = "complaints"
    fingerprint = FINGERPRINTS.get(name, "") if text == "Text." else ""
    usual: dict[str, Any] = {
        "id": name,
        "page": page,
        "parent": None if name == page else page,
        "level": 1 if name == page else 2,
        "number": "1" if name == page else "1.1",
        "owner": "complaints officer",
        "retired": [],
        "languages": {
            code: {
                "title": f"Title of {name}",
                "url": f"/{code}/{page}/#{name}",
                "fingerprint": fingerprint or fingerprint_of(text),
                "markdown": f"{text}\n",
                "text": text,
                "state": "current",
                "text_language": code,
            }
            for code in languages
        },
    }
    return {**usual, **fields}


def fingerprint_of(text: str) -> str:
    """Any 16 hex digits that differ with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_sections(path: Path, document: object) -> None:
    """Put the file in its place at once, as the build does."""
    staged = path.with_suffix(".new")
    staged.write_text(json.dumps(document), encoding="utf-8")
    staged.replace(path)
