"""A second build keeps the languages that come out the same, and none that does not."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.build_settings import BuildSettings
from practice.problem import ProblemsFoundError
from practice.site_build import build_site

from .conftest import BUILT_AT, Project, folder_on_disk


def _rebuild(project: Project, settings: BuildSettings | None = None) -> None:
    build_site(
        project.root,
        site=project.site,
        settings=settings or BuildSettings(),
        now=BUILT_AT,
        keep_unchanged=True,
    )


def _built_anew(project: Project, before: dict[str, int]) -> list[str]:
    """The languages whose page of everything is another file; a taken-over one is linked."""
    return [name for name, number in before.items() if _inode(project, name) != number]


def _inode(project: Project, language: str) -> int:
    return (project.site / language / "print" / "index.html").stat().st_ino


def _inodes(project: Project) -> dict[str, int]:
    return {name: _inode(project, name) for name in ("en", "pt", "ru")}


@pytest.fixture
def again(built: Project) -> Iterator[Project]:
    """A copy of the small project just after its first build."""
    with folder_on_disk() as folder:
        project = Project(shutil.copytree(built.root, folder / "project"))
        memory = project.path("build/site/languages.json")
        text = memory.read_text(encoding="utf-8")
        memory.write_text(text.replace(str(built.site), str(project.site)), encoding="utf-8")
        yield project


def test_nothing_changed_builds_nothing_and_loses_nothing(again: Project) -> None:
    files = _listing(again.site)
    policy = (again.site / "csp.json").read_bytes()
    before = _inodes(again)

    _rebuild(again)

    assert _built_anew(again, before) == []
    assert _listing(again.site) == files
    assert (again.site / "csp.json").read_bytes() == policy


def _contents(site: Path) -> dict[str, bytes]:
    return {name: (site / name).read_bytes() for name in _listing(site) if (site / name).is_file()}


def _listing(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*"))


def test_a_changed_translation_builds_its_language_anew(again: Project) -> None:
    before = _inodes(again)
    again.change("docs/pt/index.md", "Estas são as regras.", "Estas são *as* regras.")

    _rebuild(again)

    assert _built_anew(again, before) == ["pt"]
    assert "<em>as</em>" in (again.site / "pt/index.html").read_text(encoding="utf-8")


def test_a_changed_source_builds_every_language_that_is_now_behind(again: Project) -> None:
    before = _inodes(again)
    again.change("docs/en/complaints.md", "10 working days", "9 working days")

    _rebuild(again)

    assert _built_anew(again, before) == ["en", "pt", "ru"]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("10 working days", "9 working days", True),
        ("title: Complaints", "title: Complaints and praise", False),
    ],
)
def test_a_changed_page_comes_out_as_if_all_were_built_and_others_stay(
    again: Project, old: str, new: str, kept: bool
) -> None:
    again.change("docs/en/complaints.md", old, new)
    if not kept:
        again.change("docs/en/complaints.md", "# Complaints {", "# Complaints and praise {")
    other = again.site / "en/checklists/call-centre/index.html"
    before = other.stat().st_ino

    _rebuild(again)

    assert (other.stat().st_ino == before) is kept
    found = _contents(again.site)
    again.build()
    assert found == _contents(again.site)


def test_what_a_build_that_failed_left_is_not_taken_for_the_site(again: Project) -> None:
    said, says = "Estas são as regras.", "Estas são *as* regras."
    sound, broken = "Выслушайте.", "Выслушайте \\~ его."
    again.change("docs/pt/index.md", said, says)
    again.change("docs/ru/complaints.md", sound, broken)
    with pytest.raises(ProblemsFoundError, match="read-differently"):
        _rebuild(again)
    again.change("docs/pt/index.md", says, said)
    again.change("docs/ru/complaints.md", broken, sound)
    _rebuild(again)

    again.change("docs/pt/index.md", said, says)
    _rebuild(again)

    found = _contents(again.site)
    again.build()
    assert found == _contents(again.site)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("theme/overrides/partials/footer.html", "</footer>", "<p>x</p></footer>"),
        ("mkdocs.yml", "site_name: Code of Practice", "site_name: Other"),
        ("theme/assets/site.css", "body", "body "),
    ],
)
def test_a_change_of_the_theme_builds_every_language_anew(
    again: Project, name: str, old: str, new: str
) -> None:
    before = _inodes(again)
    path = again.path(name)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    _rebuild(again)

    assert _built_anew(again, before) == ["en", "pt", "ru"]


def test_a_page_opened_before_the_build_still_finds_its_scripts(again: Project) -> None:
    script = next(path.name for path in (again.site / "assets").glob("practice.*.js"))
    path = again.path("theme/assets/site.js")
    path.write_text(path.read_text(encoding="utf-8") + "\nvoid 0\n", encoding="utf-8")
    ancient = again.site / "assets/ancient.0123456789.js"
    ancient.write_text("", encoding="utf-8")
    os.utime(ancient, (0, 0))

    _rebuild(again)

    names = {path.name for path in (again.site / "assets").glob("*.js")}
    assert script in names
    assert len([name for name in names if name.startswith("practice.")]) == 2
    assert ancient.name not in names


def test_another_setting_builds_every_language_anew(again: Project) -> None:
    before = _inodes(again)

    _rebuild(again, BuildSettings(service_origin="https://feedback.example.org"))

    assert _built_anew(again, before) == ["en", "pt", "ru"]


def test_a_site_that_was_damaged_is_built_anew(again: Project) -> None:
    before = _inodes(again)
    (again.site / "ru").rename(again.site / "xx")

    _rebuild(again)

    assert _built_anew(again, before) == ["ru"]
    assert not (again.site / "xx").exists()


def test_a_memory_that_cannot_be_read_is_no_memory(again: Project) -> None:
    before = _inodes(again)
    again.path("build/site/languages.json").write_text("{", encoding="utf-8")

    _rebuild(again)

    assert _built_anew(again, before) == ["en", "pt", "ru"]
