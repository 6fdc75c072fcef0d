"""A small project with the real theme, languages and settings, and a text of its own."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from practice.build_settings import BuildSettings
from practice.problem import ProblemsFoundError
from practice.site_build import build_site
from practice.text import Code, read_code
from practice.translation_accept import Statement, accept

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = Path(__file__).parent / "text"
BUILT_AT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
COPIED = ("theme", "languages", "feedback_api/sections.schema.json", "feedback_api/web/static")
NAV = """nav:
  - index.md
  - complaints.md
  - checklists:
      - checklists/call-centre.md
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of the project below `root`, whose files a test may change before it reads them."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / "site"

    def path(self, name: str) -> Path:
        return self.root / name

    def change(self, name: str, old: str, new: str) -> int:
        """Replace `old`, which must stand there once; the line it began on comes back."""
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def read(self) -> Code:
        return read_code(self.root)

    def findings(self) -> list[tuple[str, int, str]]:
        """What reading the text finds: path, line, code."""
        found = self.read().problems
        return [(problem.path.as_posix(), problem.line, problem.code) for problem in found]

    def build(self, settings: BuildSettings | None = None) -> Code:
        return build_site(
            self.root, site=self.site, settings=settings or BuildSettings(), now=BUILT_AT
        )

    def build_findings(self) -> list[tuple[str, int, str]]:
        """What stands in the way of a build: path, line, code; empty where it succeeds."""
        try:
            self.build()
        except ProblemsFoundError as found:
            return [(p.path.as_posix(), p.line, p.code) for p in found.problems]
        return []


def make_project(root: Path) -> Project:
    for name in COPIED:
        source, target = REPOSITORY / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    shutil.copytree(TEXT, root / "docs")
    settings = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    reduced = re.sub(r"^nav:\n(?:[ #].*\n)+", NAV, settings, flags=re.MULTILINE)
    (root / "mkdocs.yml").write_text(reduced, encoding="utf-8")
    accept_translations(root)
    return Project(root)


def accept_translations(root: Path) -> None:
    """Locks of the small text's own: every translation agrees with its source."""
    for name in ("translation.lock", "accepted.yml"):
        for path in (root / "languages").glob(f"*/{name}"):
            path.unlink()
    code = read_code(root)
    statement = Statement(by="tests", at=BUILT_AT)
    for language in code.languages:
        if not language.source:
            names = [section.id for section in code.sections(language.code)]
            accept(root, code, language=language, sections=names, statement=statement)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    """For builds that are compared to the byte: not in memory, where tests may write else.

    Pagefind numbers pages as they are listed: on a disk by name, in memory as they were made.
    """
    with TemporaryDirectory(dir=Path("/var", "tmp")) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def built() -> Iterator[Project]:
    """The small project, built once; tests only look at it."""
    with folder_on_disk() as folder:
        project = make_project(folder / "project")
        project.build()
        yield project
