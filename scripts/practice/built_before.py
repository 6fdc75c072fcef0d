"""What the last build left: which languages' sites are still good, and what their pages need."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from practice.built_html import BuiltHtml
from practice.page_memory import MemoryFile, PageMemory
from practice.text import LanguageCode

FILE = "languages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltBefore:
    """`keys` and `parts` of the languages in the site; empty where nothing is known."""

    site: Path
    keys: Mapping[LanguageCode, str]
    parts: Mapping[LanguageCode, BuiltHtml]

    def still_good(self, language: LanguageCode, key: str) -> bool:
        """Whether the language's site was built from the very same things, and is there."""
        return self.keys.get(language) == key and (self.site / language).is_dir()

    def pages(self, memory: MemoryFile) -> PageMemory | None:
        """What is remembered of the pages of a language's site; None where that is of another."""
        return memory.read(self.site / memory.language) if memory.language in self.keys else None

    def take_over(self, language: LanguageCode, fresh: Path) -> BuiltHtml:
        """Link the language's files into the new site; files of a site are never written again."""
        shutil.copytree(self.site / language, fresh / language, copy_function=os.link)
        return self.parts[language]


def read_built_before(folder: Path, site: Path) -> BuiltBefore:
    """Nothing is known, and all is built anew, where the file is missing or of another site."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        known = content["languages"] if content["site"] == str(site) else {}
        parts = {
            LanguageCode(code): BuiltHtml(
                scripts=frozenset(entry["scripts"]),
                styles=frozenset(entry["styles"]),
                problems=(),
            )
            for code, entry in known.items()
        }
        keys = {LanguageCode(code): str(entry["key"]) for code, entry in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return BuiltBefore(site=site, keys={}, parts={})
    return BuiltBefore(site=site, keys=keys, parts=parts)


def forget(folder: Path) -> None:
    """Before the site is exchanged: from then on, what was remembered is of another."""
    (folder / FILE).unlink(missing_ok=True)


def write_built_before(folder: Path, built: BuiltBefore) -> None:
    """Remember this build, whose site is served from now on, for the next one."""
    for code in built.keys:
        MemoryFile(folder=folder, language=code).keep()
    languages = {
        code: {
            "key": key,
            "scripts": sorted(built.parts[code].scripts),
            "styles": sorted(built.parts[code].styles),
        }
        for code, key in built.keys.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    content = {"site": str(built.site), "languages": languages}
    (folder / FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")
