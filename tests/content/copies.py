"""Copies of the real text that a test may damage."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def copy_project(folder: Path) -> Path:
    """Everything the checks read."""
    for name in ("languages", "docs", "cycles"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    return folder


def copy_page(folder: Path, page: str) -> Path:
    """A code of one page alone, in every language: small, but links to other pages are broken."""
    shutil.copytree(ROOT / "languages", folder / "languages")
    (folder / "mkdocs.yml").write_text(f"nav:\n  - {page}\n", encoding="utf-8")
    for path in (ROOT / "docs").glob(f"*/{page}"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(ROOT / "docs" / "glossary.yml", folder / "docs" / "glossary.yml")
    name = page.removesuffix(".md").replace("/", "-")
    _keep_register(folder, name)
    for lock in folder.glob("languages/*/translation.lock"):
        _keep_lock(lock, name)
    return folder


def replace_text(path: Path, old: str, new: str) -> None:
    """Replace the first `old` of a file; fails where there is none, so that no test is empty."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} does not hold “{old}”"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _belongs(section: str, page: str) -> bool:
    return re.fullmatch(rf"{page}(?:-.*)?", section) is not None


def _keep_register(folder: Path, page: str) -> None:
    entries = yaml.safe_load((ROOT / "docs" / "standards.yml").read_text(encoding="utf-8"))
    own = []
    for entry in entries:
        places = [entry["section"], *entry.pop("also_in", [])]
        here = [place for place in places if _belongs(place, page)]
        if here:
            own.append({**entry, "section": here[0], "also_in": here[1:]})
    text = yaml.safe_dump(own, allow_unicode=True, sort_keys=False) if own else ""
    (folder / "docs" / "standards.yml").write_text(text, encoding="utf-8")


def _keep_lock(path: Path, page: str) -> None:
    entries = _parsed(path.read_text(encoding="utf-8"))
    kept = {name: entry for name, entry in entries.items() if _belongs(name, page)}
    path.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    named = {entry[side] for entry in kept.values() for side in ("source", "target")}
    wordings = _parsed(path.with_name("accepted.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump({name: wordings[name] for name in sorted(named)}, allow_unicode=True)
    path.with_name("accepted.yml").write_text(text, encoding="utf-8")


@cache
def _parsed(text: str) -> Any:
    """Each copy of a page asks for the same long files; nobody may change what comes back."""
    return yaml.safe_load(text)
