"""Accepted wordings become commits, or are refused with one exact reason."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from practice.apply_document import DecidedComment, DecidedComments, document_text
from practice.apply_refusal import SENTENCES, ApplyRefusedError, RefusalCode
from practice.languages import LanguageCode
from practice.messages import read_messages
from practice.review_command import application
from practice.text import SectionId, read_code
from practice.translation_state import Cause, State, read_locks, standings

from .applying import (
    BRANCH,
    WRONG,
    accepted,
    apply,
    codes_of,
    commit_all,
    copy_of,
    decided,
    make_repository,
    run_git,
)
from .conftest import REPOSITORY, Project

ANSWER = "docs/en/complaints.md"
OLD, NEW = "Listen.", "Listen well."


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_repository(tmp_path_factory.mktemp("applying") / "project")


@pytest.fixture
def repository(begun: Project, tmp_path: Path) -> Project:
    return copy_of(begun, tmp_path / "project")


def _listen(project: Project, **other: Any) -> DecidedComment:
    return accepted(project, "complaints-answer", old=OLD, new=NEW, **other)


def _assert_untouched(project: Project) -> None:
    assert run_git(project, "log", "--format=%s") == "Begin"
    assert run_git(project, "branch", "--format=%(refname:short)") == "main"
    assert run_git(project, "status", "--porcelain") == ""
    assert len(run_git(project, "worktree", "list").splitlines()) == 1


def test_accepted_wording_becomes_a_commit_on_a_branch(repository: Project) -> None:
    comment = _listen(repository)

    applied = apply(repository, comment)

    assert (applied.branch, applied.refused) == (BRANCH, ())
    assert run_git(repository, "branch", "--show-current") == BRANCH
    assert run_git(repository, "rev-parse", "HEAD") == applied.commits[0].sha
    assert run_git(repository, "status", "--porcelain") == ""
    assert run_git(repository, "diff", "main", "--numstat", "--", "docs") == f"1\t1\t{ANSWER}"
    assert NEW in repository.path(ANSWER).read_text(encoding="utf-8")
    assert run_git(repository, "log", "-1", "--format=%B").splitlines() == [
        "Normative(complaints): “Answering” as a comment suggested",
        "",
        "Decided by editors, and committed by scripts/review apply:",
        "- complaints-answer (en): accepted on 2027-03-01",
        "",
        f"Feedback: {comment.id}",
        "Feedback-Cycle: 2027-1",
        "Feedback-Role: customer (as stated)",
        "Reviewed-by: Ana <ana@example.org>",
    ]


def test_trailers_are_found_by_git_itself(repository: Project) -> None:
    comment = _listen(repository, name="Bia\nFeedback: 1", public=True)
    apply(repository, comment)

    found = run_git(repository, "log", "-1", "--format=%(trailers:key=Feedback,valueonly)")
    names = run_git(repository, "log", "-1", "--format=%(trailers:key=Suggested-by,valueonly)")

    assert (found, names) == (comment.id, "Bia Feedback: 1")


@pytest.mark.parametrize(
    "given", [{"name": "bia@example.org"}, {"name": "Bia", "public": False}, {"name": " \t"}]
)
def test_name_without_consent_is_in_no_commit(repository: Project, given: dict[str, Any]) -> None:
    apply(repository, _listen(repository, **given))

    assert "Suggested-by" not in run_git(repository, "log", "-1", "--format=%B")


def test_emphasis_alone_is_editorial_and_leaves_nothing_behind(repository: Project) -> None:
    applied = apply(repository, accepted(repository, "complaints-answer", old=OLD, new="*Listen.*"))

    assert applied.commits[0].subject.startswith("Editorial(complaints): ")
    assert applied.behind == ()


def test_change_of_a_translation_leaves_the_others_behind(repository: Project) -> None:
    comment = accepted(repository, "complaints-answer", "pt", old="Ouça.", new="Ouça bem.")

    applied = apply(repository, comment)

    assert applied.commits[0].subject.startswith("Translation(pt/complaints): ")
    assert applied.behind == (("complaints-answer", ("en", "ru")),)


def test_correction_of_a_translation_keeps_up_with_the_source(repository: Project) -> None:
    comment = accepted(
        repository, "complaints-answer", "pt", old="Ouça.", new="Ouça bem.", about="translation"
    )

    applied = apply(repository, comment)

    assert applied.behind == ()
    assert run_git(repository, "diff", "main", "--name-only").splitlines() == [
        "docs/pt/complaints.md",
        "languages/pt/accepted.yml",
        "languages/pt/translation.lock",
    ]


def test_translations_that_contradict_the_new_source_are_postponed(repository: Project) -> None:
    comment = accepted(repository, "complaints", old="discontent.", new="discontent.\n\nMore.")

    applied = apply(repository, comment)

    code = read_code(repository.root)
    found = standings(code, read_locks(repository.root, code))
    of_page = found[SectionId("complaints"), LanguageCode("pt")]
    assert (of_page.state, of_page.cause) == (State.BEHIND, Cause.SOURCE_CHANGED)
    assert of_page.postponed
    assert applied.behind == (("complaints", ("pt", "ru")),)
    assert run_git(repository, "diff", "main", "--name-only").splitlines() == [
        ANSWER,
        "languages/pt/translation.lock",
        "languages/ru/translation.lock",
    ]


def test_several_comments_are_one_commit_in_their_order(repository: Project) -> None:
    first = _listen(repository)
    second = accepted(repository, "complaints", "pt", number=2, old="toda", new="qualquer")

    applied = apply(repository, first, second)

    assert [change.comment.id for change in applied.commits[0].changes] == [first.id, second.id]
    assert applied.commits[0].subject == (
        "Normative(complaints, pt/complaints): 2 wordings as comments suggested"
    )


def test_separate_comments_have_a_commit_each(repository: Project) -> None:
    first = _listen(repository)
    second = accepted(repository, "complaints", number=2, old="any", new="every")

    applied = apply(repository, first, second, separate=True)

    assert run_git(repository, "rev-list", "--count", "main..HEAD") == "2"
    assert [len(commit.changes) for commit in applied.commits] == [1, 1]


def test_second_comment_stands_on_what_the_first_left(repository: Project) -> None:
    section = "complaints-acknowledge"
    first = accepted(repository, section, old="every", new="each")
    apart = accepted(repository, section, number=2, old="account", new="account book")
    across = accepted(repository, section, number=3, old="every", new="any")

    applied = apply(repository, first, apart, across)

    assert codes_of(applied) == ["base-changed"]
    error = applied.refused[0].error
    assert error.theirs is not None
    assert error.ours is not None
    assert ("** any" in error.theirs, "** each" in error.ours) == (True, True)
    text = repository.path(ANSWER).read_text(encoding="utf-8")
    assert ("** each" in text, "account book" in text) == (True, True)


def test_wording_that_changed_since_is_merged(repository: Project) -> None:
    comment = accepted(repository, "complaints-acknowledge", old="account", new="account book")
    repository.change(ANSWER, "3 working days", "three working days")
    commit_all(repository, "By hand")

    applied = apply(repository, comment)

    text = repository.path(ANSWER).read_text(encoding="utf-8")
    assert applied.refused == ()
    assert ("three working days" in text, "account book" in text) == (True, True)


def _plainly_decided(**given: Any) -> DecidedComment:
    return decided(str(given.pop("section", "complaints-answer")), **given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"outcome": None, "state": "in-review"}, "undecided"),
        ({"outcome": "declined", "state": "declined"}, "not-accepted"),
        ({"outcome": "accepted", "state": "withdrawn"}, "not-accepted"),
        ({"suggestion": None}, "no-suggestion"),
        ({"suggestion": " \n\t\n"}, "no-suggestion"),
        ({"section": "complaints-gone"}, "section-retired"),
        ({"language": "xx"}, "language-missing"),
        ({"base": None, "wording": "0123456789abcdef"}, "base-changed"),
    ],
)
def test_refusal_has_one_code_and_changes_nothing(
    repository: Project, given: dict[str, Any], code: str
) -> None:
    applied = apply(repository, _plainly_decided(**given))

    assert (codes_of(applied), applied.branch) == ([code], None)
    _assert_untouched(repository)


def test_successor_of_a_retired_section_is_named(repository: Project) -> None:
    applied = apply(repository, decided("complaints-old"))

    assert applied.refused[0].error.detail == "It is followed by complaints-acknowledge."


def test_section_that_is_not_translated_is_refused(repository: Project) -> None:
    comment = accepted(repository, "complaints-answer", "ru", suggestion="Иначе.")
    path = repository.path("docs/ru/complaints.md")
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("{ #complaints-answer }")].rpartition("##")[0], "utf-8")
    commit_all(repository, "Take out")

    assert codes_of(apply(repository, comment)) == ["language-missing"]


def test_applied_comment_is_not_applied_again_until_it_was_reverted(repository: Project) -> None:
    comment = _listen(repository)
    apply(repository, comment)
    run_git(repository, "commit", "--quiet", "--allow-empty", "--message", "Later")
    repository.change(ANSWER, NEW, "Listen, always.")
    commit_all(repository, "By hand")

    again = apply(repository, comment, branch="feedback/again")
    run_git(repository, "revert", "--no-edit", "HEAD", "HEAD~2")
    reverted = apply(repository, comment, branch="feedback/third")

    assert codes_of(again) == ["already-applied"]
    assert (codes_of(reverted), reverted.branch) == ([], "feedback/third")


def test_wording_that_stands_there_is_already_applied(repository: Project) -> None:
    comment = _listen(repository)
    repository.change(ANSWER, OLD, NEW)
    commit_all(repository, "By hand")

    assert codes_of(apply(repository, comment)) == ["already-applied"]


HOSTILE = {
    "heading": "A.\n\n## B { #complaints-b }\n\nC.",
    "heading-1": "A.\n\n# B { #complaints-b }",
    "heading-4": "A.\n\n#### B",
    "heading-indented": "A.\n\n   ## B { #complaints-b }",
    "heading-without-space": "A.\n\n##B",
    "heading-of-another": "A.\n\n## B { #complaints-answer }",
    "setext": "A\n===",
    "setext-2": "A\n---\n\nB.",
    "id": "A. { #complaints-evil }",
    "front-matter": "---\ntitle: Evil\nowner: me\n---\n\nA.",
    "attributes": "A.\n{: .x onclick='alert(1)' }",
    "snippet": 'A.\n\n--8<-- "secret.md"',
    "snippet-block": "A.\n\n-8<-\nsecret.md\n-8<-",
    "script": "A.\n\n<script>alert(1)</script>",
    "inline-html": "A <img src=x onerror=alert(1)> b.",
    "comment": "A.\n\n<!-- never closed",
    "mark": f"A {WRONG}. <!-- allow: spelling, for it is nobody's business -->",
    "javascript": "[A](javascript:alert(1)).",
    "javascript-hidden": "[A](java&#115;cript:alert(1)).",
    "data": "[A](data:text/html,x).",
    "image": "![A](https://evil.example/x.png)",
    "image-without-scheme": "![A](//evil.example/x.png)",
    "fence": "A.\n\n```\nopen",
    "fence-in-list": "- A.\n\n    ```\n    open",
    "tilde-fence": "~~~\nopen",
    "footnote-unknown": "A[^nowhere].",
    "marks": "A" + "\u0301" * 4000,
    "controls": "A\x00\x1b[2J.",
    "table-of-contents": "[TOC]",
    "address": "Go to https://evil.example/ now.",
    "missing-page": "[A](nowhere.md).",
}


@pytest.mark.parametrize("section", ["complaints-answer", "complaints-acknowledge"])
def test_hostile_wordings_break_nothing(repository: Project, section: str) -> None:
    comments = [
        accepted(repository, section, number=number, suggestion=HOSTILE[name])
        for number, name in enumerate(HOSTILE, 1)
    ]

    applied = apply(repository, *comments)

    found = dict(zip(HOSTILE, codes_of(applied), strict=True))
    assert found == dict.fromkeys(HOSTILE, "breaks-grammar")
    assert all(refusal.error.detail for refusal in applied.refused)
    _assert_untouched(repository)


def test_definitions_that_other_sections_use_are_refused(repository: Project) -> None:
    repository.change(
        ANSWER, "1. Listen.", "1. Listen, see [there] and below[^n].\n\n[^n]: A note."
    )
    commit_all(repository, "By hand")
    link = accepted(repository, "complaints", suggestion="A.\n\n[there]: https://evil.example/")
    note = accepted(repository, "complaints", number=2, suggestion="A.\n\n[^n]: Another.")

    assert codes_of(apply(repository, link, note)) == ["breaks-grammar", "breaks-grammar"]


def test_wording_that_fails_a_check_stops_no_other(repository: Project) -> None:
    good = _listen(repository)
    bad = accepted(repository, "complaints", number=2, old="any", new=WRONG)

    applied = apply(repository, bad, good)

    assert codes_of(applied) == ["breaks-checks"]
    assert f"spelling complaints: “{WRONG}”" in applied.refused[0].error.detail
    assert [change.comment.id for change in applied.commits[0].changes] == [good.id]


def test_what_was_wrong_before_is_not_held_against_a_wording(repository: Project) -> None:
    repository.change(ANSWER, "any statement", f"{WRONG} statement")
    commit_all(repository, "By hand")

    applied = apply(repository, accepted(repository, "complaints", old="of", new="about"))

    assert applied.refused == ()


def _lock(project: Project) -> None:
    project.path(".git/index.lock").touch()


def _change(project: Project) -> None:
    project.change(ANSWER, OLD, "Hear.")


def _add(project: Project) -> None:
    project.path("docs/en/new.md").write_text("# New { #new }\n", encoding="utf-8")


def _forget(project: Project) -> None:
    run_git(project, "config", "user.email", "")
    run_git(project, "config", "user.name", "")


def _fail(project: Project) -> None:
    hook = project.path(".git/hooks/pre-commit")
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)


def _branch(project: Project) -> None:
    run_git(project, "branch", BRANCH)


def _begin_branch(project: Project) -> None:
    run_git(project, "branch", "feedback")


@pytest.mark.parametrize(
    ("spoil", "code", "detail"),
    [
        (_lock, "repository-locked", "index.lock"),
        (_change, "tree-not-clean", ANSWER),
        (_add, "tree-not-clean", "docs/en/new.md"),
        (_fail, "commit-failed", "not today"),
        (_branch, "branch-exists", BRANCH),
        (_begin_branch, "commit-failed", "feedback"),
    ],
)
def test_repository_that_is_not_ready_stays_as_it_is(
    repository: Project, spoil: object, code: str, detail: str
) -> None:
    comment = _listen(repository)
    assert callable(spoil)
    spoil(repository)
    before = (run_git(repository, "show-ref"), repository.path(ANSWER).read_bytes())

    with pytest.raises(ApplyRefusedError) as refused:
        apply(repository, comment)

    assert (refused.value.code.value, detail in refused.value.detail) == (code, True)
    assert (run_git(repository, "show-ref"), repository.path(ANSWER).read_bytes()) == before
    assert len(run_git(repository, "worktree", "list").splitlines()) == 1
    assert run_git(repository, "branch", "--show-current") == "main"


def test_unknown_committer_is_refused(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = _listen(repository)
    run_git(repository, "config", "--unset", "user.email")
    run_git(repository, "config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    with pytest.raises(ApplyRefusedError) as refused:
        apply(repository, comment)

    assert refused.value.code is RefusalCode.NO_IDENTITY


def test_folder_without_history_is_refused(begun: Project, tmp_path: Path) -> None:
    project = copy_of(begun, tmp_path / "bare")
    comment = _listen(project)
    project.path(".git").rename(tmp_path / "elsewhere")

    with pytest.raises(ApplyRefusedError) as refused:
        apply(project, comment)

    assert refused.value.code is RefusalCode.NO_REPOSITORY


def test_detached_head_gets_a_branch_too(repository: Project) -> None:
    run_git(repository, "checkout", "--quiet", "--detach")

    apply(repository, _listen(repository))

    assert run_git(repository, "branch", "--show-current") == BRANCH


@pytest.mark.parametrize("setting", ["false", "true", "input"])
def test_bytes_are_kept_whatever_git_does_to_line_ends(repository: Project, setting: str) -> None:
    path = repository.path(ANSWER)
    run_git(repository, "config", "core.autocrlf", "false")
    text = path.read_bytes().replace(b"\n", b"\r\n").replace(b"days.", b"days. \t ").rstrip()
    path.write_bytes(text)
    commit_all(repository, "From elsewhere")
    run_git(repository, "config", "core.autocrlf", setting)
    run_git(repository, "checkout", "--quiet", "--", ".")

    apply(repository, _listen(repository))

    run_git(repository, "config", "core.autocrlf", "false")
    run_git(repository, "checkout", "--quiet", "--force", "--detach")
    path.unlink()
    run_git(repository, "checkout", "--quiet", "--", ANSWER)
    assert path.read_bytes() == text.replace(OLD.encode(), NEW.encode())


def _keep(project: Project, *comments: DecidedComment) -> None:
    path = project.path("build/review/decided.json")
    path.parent.mkdir(parents=True)
    document = DecidedComments(service="x", pulled_at="2027-03-02T00:00:00Z", comments=comments)
    path.write_text(document_text(document), encoding="utf-8")


def test_command_prints_what_came_of_it_as_json(repository: Project) -> None:
    good, bad = _listen(repository), decided("complaints-old", number=2)
    _keep(repository, good, bad)
    flags = ["apply", "--json", "--root", str(repository.root), good.id[:8], bad.id, "nobody"]

    done = CliRunner().invoke(application, flags)

    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert answer["branch"] == "feedback/2027-1"
    assert [(c["sha"], c["comments"], c["section"], c["language"]) for c in answer["commits"]] == [
        (run_git(repository, "rev-parse", "HEAD"), [good.id], "complaints-answer", "en")
    ]
    assert [(one["comment"], one["code"]) for one in answer["refused"]] == [
        (bad.id, "section-retired"),
        ("nobody", "unknown-comment"),
    ]
    assert answer["behind"] == [{"section": "complaints-answer", "languages": ["pt", "ru"]}]


def test_command_shows_both_texts_and_no_control_characters(repository: Project) -> None:
    comment = _listen(repository, base=None, wording="0123456789abcdef", suggestion="\x1b[2JA.")
    _keep(repository, comment)

    done = CliRunner().invoke(application, ["apply", comment.id, "--root", str(repository.root)])

    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{comment.id}: base-changed {SENTENCES[RefusalCode.BASE_CHANGED]}",
        "  The suggestion:",
        "    �[2JA.",
        "  The present text:",
        "    1. Listen.",
        "    2. Answer within 10 working days.",
    ]
    _assert_untouched(repository)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"schema": 2}', b"\xff", b"[" * 100_000])
def test_document_that_cannot_be_read_is_said(repository: Project, content: bytes) -> None:
    path = repository.path("build/review/decided.json")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    done = CliRunner().invoke(application, ["apply", "x", "--root", str(repository.root)])

    assert (done.exit_code, done.stdout) == (2, "")
    assert "pull" in done.stderr
    _assert_untouched(repository)


def _editor(project: Project, script: str) -> dict[str, str]:
    path = project.path("build/editor")
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return {"GIT_EDITOR": "", "EDITOR": str(path), "VISUAL": ""}


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('sed -i "s/well/closely/" "$1"', ""),
        ('printf "\\n\\n" > "$1"', "edit-abandoned"),
        ("exit 3", "edit-abandoned"),
        ('printf "## New\\n" >> "$1"', "breaks-grammar"),
    ],
)
def test_editor_has_the_last_word(
    repository: Project, monkeypatch: pytest.MonkeyPatch, script: str, code: str
) -> None:
    comment = _listen(repository)
    _keep(repository, comment)
    for name, value in _editor(repository, script).items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    flags = ["apply", "--edit", "--json", "--root", str(repository.root), comment.id]

    done = CliRunner().invoke(application, flags)

    found = [one["code"] for one in json.loads(done.stdout)["refused"]]
    typed = repository.path(f"build/review/{comment.id}.md")
    assert found == ([code] if code else [])
    assert ("Listen closely." in repository.path(ANSWER).read_text("utf-8")) == (not code)
    assert typed.exists() == bool(code)


@pytest.mark.parametrize("language", ["pt", "ru"])
def test_every_refusal_is_said_in_every_language(language: str) -> None:
    code = read_code(REPOSITORY)
    messages = read_messages(
        REPOSITORY, next(one for one in code.languages if one.code == language)
    )

    assert set(SENTENCES) == set(RefusalCode)
    for sentence in SENTENCES.values():
        assert messages.single[sentence] not in ("", sentence)
