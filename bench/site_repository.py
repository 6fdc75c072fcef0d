"""Copies of this repository for the benches of the site: as it is, and with many more pages."""

import os
import shutil
import subprocess
from pathlib import Path

from bench.site_text import NewPage, add_to_menu, languages, new_pages

ROOT = Path(__file__).resolve().parents[1]
REVISIONS = 60
_AUTHOR = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")


def copy_repository(target: Path) -> Path:
    """The working tree with the history of its text and its environment, ready to build."""
    _run("git", "clone", "--quiet", str(ROOT), str(target), where=ROOT)
    listed = _output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for name in _output("git", "ls-files", "-z").split("\0"):
        if name and name not in names:
            (target / name).unlink(missing_ok=True)
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    (target / ".venv").symlink_to(ROOT / ".venv")
    return target


def longer_repository(target: Path, pages: int) -> Path:
    """A copy whose text has as many pages as named, with translations accepted and a history."""
    copy_repository(target)
    codes = languages(target)
    present = sum(1 for _ in (target / "docs" / codes[0]).rglob("*.md"))
    added = new_pages(target, pages - present)
    for page in added:
        _write(target, page, former=True)
    add_to_menu(target, added)
    _commit(target, "Normative: many more pages")
    step = max(1, len(added) // REVISIONS)
    for place in range(0, len(added), step):
        for page in added[place : place + step]:
            _write(target, page, former=False)
        _commit(target, f"Editorial({added[place].name}): as it reads today")
    for code in codes[1:]:
        accept = ("translate", "accept", "--all", "--by=bench", code)
        _run(str(target / "scripts" / accept[0]), *accept[1:], where=target)
    _commit(target, "Translation: accepted")
    return target


def _write(target: Path, page: NewPage, *, former: bool) -> None:
    for code, text in (page.former if former else page.texts).items():
        (target / "docs" / code / f"{page.name}.md").write_text(text, encoding="utf-8")


def _commit(target: Path, message: str) -> None:
    _run("git", "add", "--all", "docs", "languages", "mkdocs.yml", where=target)
    _run("git", *_AUTHOR, "commit", "--quiet", "--allow-empty", "-m", message, where=target)


def _run(*command: str, where: Path) -> None:
    subprocess.run(command, cwd=where, check=True, stdout=subprocess.DEVNULL, env=environment())


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def environment() -> dict[str, str]:
    """Without settings of the site and the service, which would change what is measured."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PRACTICE_", "FEEDBACK_", "PYTHONPATH"))
    }
