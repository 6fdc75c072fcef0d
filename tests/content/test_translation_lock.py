"""What a lock may claim: states follow from the text and from what somebody said."""

import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from practice.content_check import check_content
from practice.rules.dictionaries import CachedDictionaries
from practice.text import LanguageCode, SectionId, read_code
from practice.translation_accept import Outcome, Statement, accept, postpone
from practice.translation_lock import Verdict, lock_bumps, read_lock
from practice.translation_state import Cause, Standing, State, read_locks, standings
from tests.content.copies import copy_page, replace_text

EN, PT, RU = (LanguageCode(name) for name in ("en", "pt", "ru"))
SECTION = SectionId("complaints-how")
STATEMENT = Statement(by="Ana", at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
NOTHING_NEEDED = Statement(by="Ana", at=STATEMENT.at, no_change_needed=True)
ENGLISH = "The Company must not charge for a complaint at any stage."
PORTUGUESE = "A Empresa não deve cobrar"
RUSSIAN = "Компания не должна"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_page(tmp_path / "project", "complaints.md")


def _page(root: Path, language: LanguageCode) -> Path:
    return root / "docs" / language / "complaints.md"


def _standing(root: Path, language: LanguageCode, section: SectionId = SECTION) -> Standing:
    code = read_code(root)
    return standings(code, read_locks(root, code))[section, language]


def _states(root: Path) -> dict[LanguageCode, State]:
    return {language: _standing(root, language).state for language in (EN, PT, RU)}


def _say(
    root: Path, language: LanguageCode, statement: Statement, sections: Iterable[SectionId]
) -> Outcome:
    code = read_code(root)
    chosen = next(lang for lang in code.languages if lang.code == language)
    return accept(root, code, language=chosen, sections=sections, statement=statement)


def _lock_codes(root: Path, language: LanguageCode) -> list[str]:
    code = read_code(root)
    return [problem.code for problem in read_locks(root, code)[language].problems]


def _edit_lock(root: Path, language: LanguageCode, **changes: object) -> None:
    path = root / "languages" / language / "translation.lock"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content[str(SECTION)] |= changes
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _change_english(root: Path) -> str:
    """Change the section in English and return its new fingerprint."""
    replace_text(_page(root, EN), ENGLISH, f"{ENGLISH[:-1]}, whatever it costs the Company.")
    section = read_code(root).section(EN, SECTION)
    assert section
    return section.fingerprint


def test_a_change_of_the_source_leaves_every_translation_behind(project: Path) -> None:
    _change_english(project)

    assert _states(project) == {EN: State.CURRENT, PT: State.BEHIND, RU: State.BEHIND}
    assert _standing(project, PT).cause is Cause.SOURCE_CHANGED


def test_an_accepted_translation_is_current_again(project: Path) -> None:
    _change_english(project)
    replace_text(_page(project, PT), PORTUGUESE, "A Empresa não deve nunca cobrar")

    outcome = _say(project, PT, STATEMENT, [SECTION])

    assert outcome.accepted == (SECTION,)
    assert _states(project) == {EN: State.CURRENT, PT: State.CURRENT, RU: State.BEHIND}
    acceptance = _standing(project, PT).acceptance
    assert acceptance
    assert (acceptance.by, acceptance.at) == (STATEMENT.by, STATEMENT.at)
    assert (acceptance.verdict, acceptance.revision) == (Verdict.TRANSLATED, "1.0")


def test_an_unchanged_translation_is_not_accepted_for_a_changed_source(project: Path) -> None:
    _change_english(project)

    outcome = _say(project, PT, STATEMENT, [SECTION])

    assert [name for name, _ in outcome.refused] == [SECTION]
    assert _standing(project, PT).state is State.BEHIND


def test_no_change_needed_is_a_verdict_of_its_own(project: Path) -> None:
    _change_english(project)

    _say(project, PT, NOTHING_NEEDED, [SECTION])

    acceptance = _standing(project, PT).acceptance
    assert acceptance
    assert acceptance.verdict is Verdict.NO_CHANGE_NEEDED
    assert _standing(project, PT).state is State.CURRENT
    assert _lock_codes(project, PT) == []


def test_no_change_needed_is_refused_for_a_changed_translation(project: Path) -> None:
    _change_english(project)
    replace_text(_page(project, PT), PORTUGUESE, "A Empresa não deve nunca cobrar")

    outcome = _say(project, PT, NOTHING_NEEDED, [SECTION])

    assert [name for name, _ in outcome.refused] == [SECTION]


def test_a_source_that_returns_to_its_old_wording_needs_no_new_verdict(project: Path) -> None:
    before = _page(project, EN).read_text(encoding="utf-8")
    _change_english(project)
    _say(project, PT, NOTHING_NEEDED, [SECTION])
    _page(project, EN).write_text(before, encoding="utf-8")

    outcome = _say(project, PT, STATEMENT, [SECTION])

    assert outcome.accepted == (SECTION,)
    assert _standing(project, PT).state is State.CURRENT


@pytest.mark.parametrize("verdict", ["translated", "no-change-needed"])
def test_a_lock_bumped_by_hand_is_refused(project: Path, verdict: str) -> None:
    _edit_lock(project, PT, source=_change_english(project), verdict=verdict)

    assert _lock_codes(project, PT) == ["lock-wording"]
    assert _standing(project, PT).cause is Cause.LOCK_REFUSED
    assert _standing(project, PT).state is State.BEHIND


def test_a_lock_bumped_together_with_the_kept_wording_is_refused(project: Path) -> None:
    new = _change_english(project)
    _say(project, RU, NOTHING_NEEDED, [SECTION])
    kept = {language: project / "languages" / language / "accepted.yml" for language in (PT, RU)}
    wordings = yaml.safe_load(kept[RU].read_text(encoding="utf-8"))
    forged = yaml.safe_load(kept[PT].read_text(encoding="utf-8")) | {new: wordings[new]}
    kept[PT].write_text(yaml.safe_dump(forged, allow_unicode=True), encoding="utf-8")
    _edit_lock(project, PT, source=new)

    assert _lock_codes(project, PT) == ["lock-bumped"]
    assert _standing(project, PT).state is State.BEHIND


def test_a_verdict_taken_back_by_hand_is_refused(project: Path) -> None:
    _change_english(project)
    _say(project, PT, NOTHING_NEEDED, [SECTION])
    _edit_lock(project, PT, verdict="translated")

    assert _lock_codes(project, PT) == ["lock-bumped"]


def test_a_kept_wording_changed_by_hand_is_refused(project: Path) -> None:
    replace_text(project / "languages" / "pt" / "accepted.yml", ENGLISH, "Complaints cost money.")

    assert set(_lock_codes(project, PT)) == {"lock-wording"}


def test_an_entry_taken_out_of_the_lock_does_not_make_an_old_translation_new(project: Path) -> None:
    _change_english(project)
    path = project / "languages" / "pt" / "translation.lock"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    del content[str(SECTION)]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")

    outcome = _say(project, PT, STATEMENT, [SECTION])

    assert [name for name, _ in outcome.refused] == [SECTION]


@pytest.mark.parametrize(
    "change", [{"verdict": "fine"}, {"at": "yesterday"}, {"by": None}, {"reviewed": True}]
)
def test_an_entry_that_cannot_be_read_is_a_problem(
    project: Path, change: dict[str, object]
) -> None:
    _edit_lock(project, PT, **change)

    assert _lock_codes(project, PT) == ["lock-entry"]
    assert _standing(project, PT).state is State.BEHIND


def test_with_history_a_forged_pair_of_files_is_found_too(project: Path) -> None:
    code = read_code(project)
    language = next(lang for lang in code.languages if lang.code == PT)
    before = read_lock(project, language)
    new = _change_english(project)
    kept = project / "languages" / "pt" / "accepted.yml"
    _say(project, PT, NOTHING_NEEDED, [SECTION])
    wordings = yaml.safe_load(kept.read_text(encoding="utf-8"))
    target = before.entries[SECTION].target
    wordings[target]["translates"].append(new)
    kept.write_text(yaml.safe_dump(wordings, allow_unicode=True), encoding="utf-8")
    _edit_lock(project, PT, verdict="translated")
    assert _lock_codes(project, PT) == []

    bumps = list(lock_bumps(project, before, read_lock(project, language), language))

    assert [problem.code for problem in bumps] == ["lock-bumped"]


@pytest.mark.parametrize(("first", "words"), [(PT, PORTUGUESE), (RU, RUSSIAN)])
def test_a_change_made_first_in_a_translation_leaves_the_others_behind(
    project: Path, first: LanguageCode, words: str
) -> None:
    replace_text(_page(project, first), words, f"{words} (новое, novo)")

    found = _states(project)

    assert {name for name, state in found.items() if state is State.CURRENT} == {first}
    english = _standing(project, EN)
    assert english.cause is Cause.TRANSLATION_CHANGED_FIRST
    assert english.ahead
    assert english.ahead.language == first


def test_a_change_made_first_is_settled_by_accepting_it(project: Path) -> None:
    replace_text(_page(project, PT), PORTUGUESE, "A Empresa jamais deve cobrar")

    _say(project, PT, STATEMENT, [SECTION])

    assert set(_states(project).values()) == {State.CURRENT}


def test_a_section_never_accepted_is_behind(project: Path) -> None:
    (project / "languages" / "pt" / "translation.lock").unlink()

    assert _standing(project, PT).cause is Cause.NEVER_ACCEPTED


def test_a_section_without_translation_is_missing(project: Path) -> None:
    _page(project, PT).unlink()

    assert _standing(project, PT).state is State.MISSING
    assert _say(project, PT, STATEMENT, [SECTION]).refused


def test_a_renamed_section_keeps_its_acceptance(project: Path) -> None:
    for language in (EN, PT, RU):
        replace_text(_page(project, language), "{ #complaints-how }", "{ #complaints-ways }")
        replace_text(
            _page(project, language),
            "\n---\n",
            "\nretired: {complaints-how: complaints-ways}\n---\n",
        )
    renamed = SectionId("complaints-ways")

    assert _standing(project, PT, renamed).state is State.CURRENT
    assert _say(project, PT, STATEMENT, [renamed]).unchanged == (renamed,)


def test_a_renamed_page_keeps_its_acceptances(project: Path) -> None:
    names = [section.id for section in read_code(project).sections(EN)]
    moved = {name: name.replace("complaints", "grievances", 1) for name in names}
    retired = "".join(f"  {old}: {new}\n" for old, new in moved.items())
    for language in (EN, PT, RU):
        text = _page(project, language).read_text(encoding="utf-8")
        for old, new in sorted(moved.items(), reverse=True):
            text = text.replace(f"{{ #{old} }}", f"{{ #{new} }}")
        text = text.replace("\n---\n", f"\nretired:\n{retired}---\n", 1)
        _page(project, language).with_name("grievances.md").write_text(text, encoding="utf-8")
        _page(project, language).unlink()
    (project / "mkdocs.yml").write_text("nav:\n  - grievances.md\n", encoding="utf-8")

    code = read_code(project)
    found = standings(code, read_locks(project, code))

    assert {section for section, _ in found} == set(moved.values())
    assert {standing.state for standing in found.values()} == {State.CURRENT}


def test_accepting_one_section_leaves_the_other_entries_as_they_were(project: Path) -> None:
    before = (project / "languages" / "pt" / "translation.lock").read_text(encoding="utf-8")
    _change_english(project)
    _say(project, PT, NOTHING_NEEDED, [SECTION])

    after = (project / "languages" / "pt" / "translation.lock").read_text(encoding="utf-8")

    entries, accepted = yaml.safe_load(before), yaml.safe_load(after)
    assert {name for name in accepted if accepted[name] != entries[name]} == {SECTION}
    assert list(accepted) == [section.id for section in read_code(project).sections(EN)]


def test_postponing_lasts_until_the_source_changes_once_more(project: Path) -> None:
    _change_english(project)
    code = read_code(project)
    language = next(lang for lang in code.languages if lang.code == PT)

    outcome = postpone(project, code, language=language, sections=[SECTION])

    assert outcome.accepted == (SECTION,)
    assert (_standing(project, PT).state, _standing(project, PT).postponed) == (State.BEHIND, True)
    replace_text(_page(project, EN), "at any stage", "at either stage")
    assert _standing(project, PT).postponed is False


def test_states_need_no_git(project: Path) -> None:
    done = subprocess.run(
        ["git", "-C", project, "rev-parse"], capture_output=True, check=False, text=True
    )

    assert done.returncode != 0
    assert set(_states(project).values()) == {State.CURRENT}


def test_a_translation_that_is_gone_is_a_problem(
    project: Path, dictionaries: CachedDictionaries
) -> None:
    _page(project, RU).unlink()

    found = check_content(project, dictionaries.unknown).problems

    missing = [problem for problem in found if problem.code == "section-missing"]
    assert len(missing) == len(list(read_code(project).sections(EN)))
    assert {problem.path for problem in missing} == {Path("languages/ru/translation.lock")}
