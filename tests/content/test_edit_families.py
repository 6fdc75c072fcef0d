"""Whatever people do to a page, each translation's state is right: F1 = 1.00 over all families."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from practice.text import Code, LanguageCode, SectionId, read_code
from practice.translation_accept import Statement, accept
from practice.translation_state import State, read_locks, standings
from tests.content.copies import ROOT, copy_page
from tests.content.edits import COSMETIC, MEANT, applies, part

SOURCE = LanguageCode("en")
TRANSLATION = LanguageCode("pt")
OWN_PAGES = ("complaints.md", "review.md")
SECTIONS_EACH = 4
AT = datetime(2026, 11, 21, tzinfo=UTC)

# Pages such as other projects write them: none of this project's grammar but the ids.
OTHER_STYLES = {
    "wrapped.md": """# Probes { #wrapped }

Many services that run for a long time come to a *broken* state, and nothing
but a restart brings them back.  A probe finds out; see [the list](../list.md)
and <https://example.org/probes>.

## Before you begin { #wrapped-begin }

Have these ready first.

* A cluster with **at least** 2 nodes
  that are not control hosts
* a tool of version `1.30` or later

1. Create the file.
2. Run the command and wait for 30 seconds.

## Run it { #wrapped-run }

The command prints a line for each of the 5 steps:

```shell
tool apply -f https://example.org/probe.yaml
```

## What's next { #wrapped-next }

Read [about probes][probes] or _ask_ somebody. Nothing else needs 15 minutes.

[probes]: /docs/probes/ "Probes"
""",
    "dense.md": """# Handbook & FAQ { #dense }
The team answers within 2 days; *most* answers take 4 hours.
Write to <team@example.org>.
## Who may ask? { #dense-who }
Everyone who has a badge may ask[^1] — and many do.
+ staff
+ guests, for 3 days
    + with a host
    + in the building

[^1]: See [the house rules](house.html#badge).

## Values { #dense-values }

| name | limit |
|------|------:|
| low  | 10    |
| high | 20    |

> Nobody waits for more than 20 minutes.

Use `--limit=10` when **unsure**.
""",
}


def _accept_everything(root: Path) -> None:
    code = read_code(root)
    for language in code.languages:
        if not language.source:
            names = [section.id for section in code.sections(language.code)]
            said = Statement(by="tests", at=AT)
            accept(root, code, language=language, sections=names, statement=said)


@pytest.fixture(params=[*OWN_PAGES, *OTHER_STYLES])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A code of one page, accepted as it stands; the translation of a strange page is its copy."""
    name = str(request.param)
    if name in OWN_PAGES:
        return copy_page(tmp_path / "project", name)
    root = copy_page(tmp_path / "project", "index.md")
    (root / "mkdocs.yml").write_text(f"nav:\n  - {name}\n", encoding="utf-8")
    for folder in sorted((root / "docs").iterdir()):
        if folder.is_dir():
            (folder / "index.md").unlink()
            text = OTHER_STYLES[name].replace("people", "those")
            (folder / name).write_text(text, encoding="utf-8")
    for file in ("translation.lock", "accepted.yml"):
        for path in root.glob(f"languages/*/{file}"):
            path.unlink()
    _accept_everything(root)
    return root


def _page_path(root: Path, language: LanguageCode) -> Path:
    return next((root / "docs" / language).rglob("*.md"))


def _behind(root: Path, *languages: LanguageCode) -> set[SectionId]:
    code = read_code(root)
    found = standings(code, read_locks(root, code))
    return {
        standing.section
        for standing in found.values()
        if standing.language in languages and standing.state is not State.CURRENT
    }


def _sections(root: Path) -> list[SectionId]:
    return [section.id for section in read_code(root).sections(SOURCE)]


def _each_edit(
    root: Path, edits: dict[str, Callable[[str, str], str]], language: LanguageCode = SOURCE
) -> list[tuple[str, SectionId, str, str]]:
    """(family, section, page before, page after) for every edit that has something to change."""
    page = _page_path(root, language).read_text(encoding="utf-8")
    return [
        (name, section, page, edit(page, section))
        for name, edit in edits.items()
        for section in _sections(root)[1 : SECTIONS_EACH + 1]
        if applies(name, page, section)
    ]


def _write(root: Path, language: LanguageCode, text: str) -> None:
    _page_path(root, language).write_text(text, encoding="utf-8")


def test_nothing_is_behind_before_an_edit(project: Path) -> None:
    assert _behind(project, SOURCE, TRANSLATION) == set()


def test_cosmetic_edits_of_the_source_leave_nothing_behind(project: Path) -> None:
    edits = _each_edit(project, COSMETIC)
    wrong = []
    for name, section, before, after in edits:
        _write(project, SOURCE, after)
        if _behind(project, SOURCE, TRANSLATION):
            wrong.append((name, section))
        _write(project, SOURCE, before)

    assert wrong == []
    assert {name for name, _, before, after in edits if before != after} >= {
        "emphasis swapped",
        "comment added",
        "all of these",
    }


def test_edits_that_mean_something_leave_exactly_that_section_behind(project: Path) -> None:
    edits = _each_edit(project, MEANT)
    wrong = []
    for name, section, before, after in edits:
        _write(project, SOURCE, after)
        if _behind(project, TRANSLATION) != {section}:
            wrong.append((name, section, _behind(project, TRANSLATION)))
        _write(project, SOURCE, before)

    assert wrong == []
    assert len({name for name, *_ in edits}) == len(MEANT)


def test_a_cosmetic_edit_of_the_translation_does_not_hide_a_real_change(project: Path) -> None:
    translated = _page_path(project, TRANSLATION).read_text(encoding="utf-8")
    for name, section, before, after in _each_edit(project, MEANT):
        _write(project, SOURCE, after)
        _write(project, TRANSLATION, COSMETIC["all of these"](translated, section))
        assert _behind(project, TRANSLATION) == {section}, name
        _write(project, SOURCE, before)
        _write(project, TRANSLATION, translated)


def test_a_small_correction_of_the_translation_does_not_hide_a_real_change(project: Path) -> None:
    section = _sections(project)[1]
    for language, words in ((SOURCE, "Nobody waits."), (TRANSLATION, "Ninguém.")):
        page = _page_path(project, language).read_text(encoding="utf-8")
        cut = part(page, section)
        _write(project, language, cut.with_body(f"{cut.body.rstrip()}\n\n{words}\n\n"))

    assert _behind(project, TRANSLATION) == {section}


def test_blocks_lost_in_the_translation_leave_it_behind(project: Path) -> None:
    wrong = []
    removals = {name: MEANT[name] for name in ("paragraph removed", "item removed")}
    for name, section, before, after in _each_edit(project, removals, TRANSLATION):
        _write(project, TRANSLATION, after)
        if _behind(project, TRANSLATION) != {section}:
            wrong.append((name, section))
        _write(project, TRANSLATION, before)

    assert wrong == []


def test_every_page_of_the_text_is_told_apart_from_its_neighbours() -> None:
    code: Code = read_code(ROOT)
    for language in code.languages:
        names = [section.fingerprint for section in code.sections(language.code)]
        assert len(set(names)) == len(names)
