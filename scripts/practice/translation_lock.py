"""`languages/<code>/translation.lock`: who said of which translation that it is right.

Why entries are checked against kept wordings: ADR 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import yaml

from practice.fingerprint import Fingerprint
from practice.kept_wordings import (
    KeptWordings,
    PlainDumper,
    read_kept_wordings,
    write_kept_wordings,
)
from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.text import SectionId
from practice.yaml_file import read_mapping

FILE = "translation.lock"
_HEADER = (
    "# Which translation was accepted for which source wording: one entry per section, in order.\n"
    "# Written by scripts/translate accept, never by hand.\n"
)
_KEYS = {"source", "target", "verdict", "by", "at", "revision"}


class Verdict(StrEnum):
    """Why source and translation agree: it was translated, or the change needed no translation."""

    TRANSLATED = "translated"
    NO_CHANGE_NEEDED = "no-change-needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`revision` is the version of the source page.

    `postponed` is a newer source wording that somebody has seen and left for later, so that the
    checks do not hold the translation against it.
    """

    source: Fingerprint
    target: Fingerprint
    verdict: Verdict
    by: str
    at: datetime
    revision: str
    postponed: Fingerprint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """`refused` are entries that claim more than the kept wordings bear out; they count as none."""

    language: LanguageCode
    entries: Mapping[SectionId, Acceptance]
    refused: frozenset[SectionId]
    wordings: KeptWordings
    problems: tuple[Problem, ...]


def read_lock(root: Path, language: Language) -> Lock:
    """A missing file is an empty lock; what is wrong with a file is among `problems`."""
    path = language.folder / FILE
    problems: list[Problem] = []
    wordings: KeptWordings = {}
    content: dict[str, object] = {}
    try:
        content = read_mapping(root, path) if (root / path).exists() else {}
        wordings = read_kept_wordings(root, language)
    except ProblemsFoundError as found:
        problems.extend(found.problems)
    lines = (root / path).read_text(encoding="utf-8").split("\n") if content else []
    entries: dict[SectionId, Acceptance] = {}
    refused: set[SectionId] = set()
    for name, entry in content.items():
        acceptance = _acceptance(entry)
        fault = _fault(acceptance, wordings)
        if fault:
            line = next((n for n, text in enumerate(lines, 1) if text.startswith(f"{name}:")), 1)
            code, message = fault
            problems.append(Problem(path, line, code, f"{name}: {message}"))
            refused.add(SectionId(name))
        if acceptance:
            entries[SectionId(name)] = acceptance
    return Lock(
        language=language.code,
        entries=entries,
        refused=frozenset(refused),
        wordings=wordings,
        problems=tuple(problems),
    )


def write_lock(
    root: Path,
    language: Language,
    entries: Mapping[SectionId, Acceptance],
    wordings: KeptWordings,
) -> None:
    """Replace both files; wordings that no entry names are dropped."""
    content = {str(name): _content(entry) for name, entry in entries.items()}
    text = _yaml(content) if content else ""
    (root / language.folder / FILE).write_text(_HEADER + text, encoding="utf-8")
    named = [name for entry in entries.values() for name in (entry.source, entry.target)]
    kept = {name: wordings[name] for name in dict.fromkeys(named)}
    write_kept_wordings(root, language, kept)


def lock_bumps(root: Path, before: Lock, after: Lock, language: Language) -> Iterator[Problem]:
    """`lock-bumped`: entries for another source wording than `before`, the same translation, and no
    word that none was needed. With history at hand this also finds what was forged in both files.
    """
    path = language.folder / FILE
    lines = (root / path).read_text(encoding="utf-8").split("\n")
    for name, entry in after.entries.items():
        old = before.entries.get(name)
        if not old or entry.source == old.source or entry.target != old.target:
            continue
        kept = before.wordings.get(entry.target)
        written_for = kept.translates if kept else ()
        if entry.verdict is Verdict.TRANSLATED and entry.source not in written_for:
            line = next((n for n, text in enumerate(lines, 1) if text.startswith(f"{name}:")), 1)
            yield Problem(path, line, "lock-bumped", f"{name}: {_BUMPED}")


_BUMPED = (
    "the translation is the one that was accepted for another source wording. Translate the change,"
    " or say that none is needed: scripts/translate accept --no-change-needed."
)
_BY_HAND = "restore the entry, and let scripts/translate accept write it."


def _fault(acceptance: Acceptance | None, wordings: KeptWordings) -> tuple[str, str] | None:
    if acceptance is None:
        return "lock-entry", f"this entry cannot be read: {_BY_HAND}"
    source, target = wordings.get(acceptance.source), wordings.get(acceptance.target)
    if source is None or target is None:
        return "lock-wording", f"accepted.yml does not hold the wordings it names: {_BY_HAND}"
    if acceptance.verdict is Verdict.TRANSLATED and acceptance.source not in target.translates:
        return "lock-bumped", _BUMPED
    return None


def _acceptance(entry: object) -> Acceptance | None:
    if not isinstance(entry, dict) or not _KEYS <= entry.keys() <= {*_KEYS, "postponed"}:
        return None
    at, verdict, postponed = entry["at"], entry["verdict"], entry.get("postponed")
    if not isinstance(at, datetime) or verdict not in list(Verdict):
        return None
    if not all(isinstance(entry[key], str) for key in ("source", "target", "by", "revision")):
        return None
    return Acceptance(
        source=Fingerprint(entry["source"]),
        target=Fingerprint(entry["target"]),
        verdict=Verdict(verdict),
        by=entry["by"],
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        revision=entry["revision"],
        postponed=Fingerprint(str(postponed)) if postponed else None,
    )


def _yaml(content: object) -> str:
    return str(yaml.dump(content, Dumper=PlainDumper, allow_unicode=True, sort_keys=False))


def _content(entry: Acceptance) -> dict[str, object]:
    content: dict[str, object] = {
        "source": str(entry.source),
        "target": str(entry.target),
        "verdict": str(entry.verdict),
        "by": entry.by,
        "at": entry.at,
        "revision": entry.revision,
    }
    return content | ({"postponed": str(entry.postponed)} if entry.postponed else {})
