"""sections.json says which comments stand in the text, and no longer those that were taken back."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from practice.applied_commits import applied, reverts
from practice.applied_trailers import CommentId, comments_named, taken_back
from practice.build_settings import BuildSettings, read_build_settings
from practice.history_log import History, Reach, missing_history, read_history
from practice.problem import ProblemsFoundError

from .conftest import REPOSITORY, Project
from .git_text import GitText

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
THREE = "33333333-3333-4333-8333-333333333333"
MANY = 20_000


@pytest.fixture
def text(tmp_path: Path) -> GitText:
    found = GitText(tmp_path / "text")
    found.commit("Start")
    return found


def _message(*comments: str, subject: str = "Normative(complaints): answer sooner") -> str:
    trailers = "".join(f"Feedback: {comment}\n" for comment in comments)
    trailers += "Feedback-Cycle: 2027-1\nFeedback-Role: customer (as stated)\n"
    return f"{subject}\n\nWhy.\n\n{trailers}"


def _apply(text: GitText, *comments: str) -> str:
    """A commit of a file of its own, so that it can be reverted in any order."""
    text.write(f"{text.days}.md", f"{comments}\n")
    return text.commit(_message(*comments))


def _hashed(comment: str) -> str:
    return hashlib.sha256(comment.encode()).hexdigest()[:32]


def _applied(text: GitText) -> dict[str, str]:
    """By the comment instead of its hash."""
    found = applied(read_history(text.root))
    names = {_hashed(comment): comment for comment in (ONE, TWO, THREE)}
    return {names[name]: commit for name, commit in found.items()}


def test_each_comment_is_at_the_commit_that_carries_it(text: GitText) -> None:
    first, second = _apply(text, ONE, TWO), _apply(text, THREE)

    assert _applied(text) == {ONE: first, TWO: first, THREE: second}


def test_the_newest_of_several_commits_with_one_comment_counts(text: GitText) -> None:
    _apply(text, ONE)
    second = _apply(text, ONE)

    assert _applied(text) == {ONE: second}


def test_the_newest_taken_back_leaves_the_one_before(text: GitText) -> None:
    first, second = _apply(text, ONE), _apply(text, ONE)
    text.revert(second)

    assert _applied(text) == {ONE: first}


@pytest.mark.parametrize(
    "message",
    [
        f"Squashed (#12)\n\n* Normative(a): b\n\nFeedback: {ONE}\n\n* Normative(c): d\n",
        f"a\n\n    Feedback: {ONE}\n",
        f"a\n\n> Feedback: {ONE}\n",
        f"a\n\n- Feedback: {ONE}  \r\nmore",
        f"a\n\nFeedback: {ONE.upper()}",
        f"a\n\nFeedback: {ONE}\nFeedback: {ONE}\n",
    ],
)
def test_trailers_are_read_anywhere_in_a_message(message: str) -> None:
    assert comments_named(message) == (CommentId(ONE),)


@pytest.mark.parametrize(
    "line",
    [
        f"See Feedback: {ONE}",
        f"Feedback: {ONE} and more",
        f"Feedback: {ONE[:-1]}",
        f"Feedback: {ONE}0",
        "Feedback: 11111111111141118111111111111111",
        "Feedback:",
        f"Feedback:\n{ONE}",
        f"Feedback-Cycle: {ONE}",
        f"XFeedback: {ONE}",
        f"feedback {ONE}",
        f"Feedback: g{ONE[1:]}",
    ],
)
def test_a_malformed_or_foreign_trailer_names_no_comment(line: str) -> None:
    assert comments_named(f"Subject\n\n{line}\n") == ()


def test_a_reverted_commit_is_taken_back(text: GitText) -> None:
    kept = _apply(text, TWO)
    text.revert(_apply(text, ONE))

    assert _applied(text) == {TWO: kept}


def test_a_revert_of_the_revert_gives_it_again_and_so_on(text: GitText) -> None:
    first = _apply(text, ONE)
    revert = text.revert(first)
    again = text.revert(revert)
    assert _applied(text) == {ONE: first}

    text.revert(again)

    assert _applied(text) == {}


def test_reverts_are_counted_and_only_grow(text: GitText) -> None:
    counted = []
    last = _apply(text, ONE)
    for _ in range(3):
        counted.append(reverts(read_history(text.root)).get(_hashed(ONE), 0))
        last = text.revert(last)
    _apply(text, ONE, TWO)
    counted.append(reverts(read_history(text.root)).get(_hashed(ONE), 0))

    assert counted == [0, 1, 2, 3]
    assert _hashed(TWO) not in reverts(read_history(text.root))


def test_reverted_merge_counts_for_each_comment_it_brought_in(text: GitText) -> None:
    text.git("switch", "--quiet", "--create", "branch")
    _apply(text, ONE)
    _apply(text, TWO)
    text.git("switch", "--quiet", "main")
    merge = text.merge("branch")
    _apply(text, THREE)
    text.revert(merge, "--mainline=1")

    assert reverts(read_history(text.root)) == {_hashed(ONE): 1, _hashed(TWO): 1}


def test_a_comment_applied_anew_after_a_revert_is_at_the_new_commit(text: GitText) -> None:
    text.revert(_apply(text, ONE))
    second = _apply(text, ONE)

    assert _applied(text) == {ONE: second}


def _branch_with(text: GitText, *comments: str) -> tuple[str, ...]:
    text.git("switch", "--quiet", "--create", "feedback/branch")
    commits = tuple(_apply(text, comment) for comment in comments)
    text.git("switch", "--quiet", "main")
    return commits


def test_a_reverted_merge_takes_back_what_it_brought_in_and_nothing_else(text: GitText) -> None:
    kept = _apply(text, THREE)
    first, second = _branch_with(text, ONE, TWO)
    text.write("aside.md", "aside\n")
    text.commit("Editorial(values): aside")
    merge = text.merge("feedback/branch")
    assert _applied(text) == {ONE: first, TWO: second, THREE: kept}

    revert = text.revert(merge, "--mainline", "1")
    assert "reversing\nchanges made to" in text.git("log", "-1", "--format=%B")
    assert _applied(text) == {THREE: kept}

    text.revert(revert)
    assert _applied(text) == {ONE: first, TWO: second, THREE: kept}


def test_the_side_that_a_reverted_merge_keeps_is_the_one_it_names(text: GitText) -> None:
    _branch_with(text, ONE)
    _apply(text, TWO)
    merge = text.merge("feedback/branch")

    text.revert(merge, "--mainline", "2")

    assert list(_applied(text)) == [ONE]


def test_one_commit_of_a_merged_branch_can_be_taken_back_alone(text: GitText) -> None:
    first, second = _branch_with(text, ONE, TWO)
    text.merge("feedback/branch")

    text.revert(first)

    assert _applied(text) == {TWO: second}


def test_a_merge_reverted_that_had_a_revert_in_it_gives_that_again(text: GitText) -> None:
    first = _apply(text, ONE)
    text.git("switch", "--quiet", "--create", "undo")
    text.revert(first)
    text.git("switch", "--quiet", "main")
    text.write("aside.md", "aside\n")
    text.commit("aside")
    merge = text.merge("undo")
    assert _applied(text) == {}

    text.revert(merge, "--mainline", "1")

    assert _applied(text) == {ONE: first}


@pytest.mark.parametrize(
    ("merged", "revert"),
    [
        ("Squashed (#12)", 'Revert "Squashed (#12)" (#13)\n\nReverts company/code#12\n'),
        ("Merge pull request #12 from a/b", "Revert\n\nReverts #12"),
        ("Squashed\n\nSee merge request a/b!12\n", "Revert\n\nThis reverts merge request !12\n"),
        ("Merge branch 'x'\n\nSee merge request !12", "This reverts merge request a/b/c!12"),
    ],
)
def test_words_of_forges_that_name_a_request_are_understood(
    text: GitText, merged: str, revert: str
) -> None:
    text.commit(f"{merged}\n\nFeedback: {ONE}\n")
    kept = text.commit(f"Other (#1)\n\nSee merge request a/b!1\n\nFeedback: {TWO}\n")

    text.commit(revert)

    assert _applied(text) == {TWO: kept}


@pytest.mark.parametrize(
    "words",
    [
        "This reverts commit {hash}",
        "This reverts commit {hash}.",
        "* This reverts commit {hash}. See the objection.",
        "This reverts commit {short}.",
        "This\nreverts commit\n{hash}.",
    ],
)
def test_words_of_forges_that_name_a_commit_are_understood(text: GitText, words: str) -> None:
    commit = _apply(text, ONE)

    text.commit(f'Revert "x"\n\n{words.format(hash=commit, short=commit[:9])}\n')

    assert _applied(text) == {}


@pytest.mark.parametrize("words", ["This reverts nothing.", "Reverts the tone", "reverts #12"])
def test_words_that_only_look_like_a_revert_take_nothing_back(words: str) -> None:
    assert taken_back(f"Subject\n\n{words}\n") == ()


def test_a_revert_of_a_commit_that_never_led_here_takes_nothing_back(text: GitText) -> None:
    here = _apply(text, ONE)
    text.git("switch", "--quiet", "--create", "release", "HEAD~1")
    text.commit(f"Revert\n\nThis reverts commit {here}.\n")
    text.git("switch", "--quiet", "main")
    text.merge("release")
    text.commit(f"Revert\n\nThis reverts commit {'0' * 40}.\n")

    assert _applied(text) == {ONE: here}


def test_two_branches_that_take_back_the_same_are_undone_by_one_revert(text: GitText) -> None:
    first = _apply(text, ONE)
    text.git("switch", "--quiet", "--create", "other")
    text.revert(first)
    text.git("switch", "--quiet", "main")
    revert = text.revert(first)
    text.merge("other")
    assert _applied(text) == {}

    text.revert(revert)

    assert _applied(text) == {ONE: first}


def test_a_revert_that_copies_the_message_of_what_it_reverts_carries_nothing(text: GitText) -> None:
    commit = _apply(text, ONE)
    text.commit(f"{_message(ONE, subject='Revert')}\nThis reverts commit {commit}.\n")

    assert _applied(text) == {}


def test_a_revert_made_of_a_comment_carries_that_comment(text: GitText) -> None:
    commit = _apply(text, ONE)
    revert = text.commit(f"Revert\n\nThis reverts commit {commit}.\n\nFeedback: {TWO}\n")

    assert _applied(text) == {TWO: revert}


def test_what_is_on_another_branch_only_is_not_applied(text: GitText) -> None:
    _branch_with(text, ONE)

    assert _applied(text) == {}


def test_commits_on_both_sides_of_a_rebase_are_found_where_head_has_them(text: GitText) -> None:
    (before,) = _branch_with(text, ONE)
    text.write("aside.md", "aside\n")
    text.commit("aside")
    text.git("rebase", "--quiet", "main", "feedback/branch")

    assert _applied(text) == {ONE: text.head()}
    assert text.head() != before


def test_a_long_history_is_read_at_once(tmp_path: Path) -> None:
    text = GitText(tmp_path / "long")
    text.git("fast-import", "--quiet", given="".join(map(_imported, range(MANY))))

    begun = time.process_time()
    history = read_history(text.root)
    found = applied(history)
    seconds = time.process_time() - begun

    assert (len(history.commits), len(found)) == (MANY, MANY // 2)
    assert seconds < 2


def _imported(number: int) -> str:
    comment = f"{number:08x}-1111-4111-8111-111111111111"
    message = f"Normative(complaints): {number}\n\nFeedback: {comment if number % 2 else ''}\n"
    head = f"commit refs/heads/main\ncommitter A <a@example.org> {1_700_000_000 + number} +0000\n"
    return f"{head}data {len(message)}\n{message}\n"


def _document(project: Project) -> dict[str, object]:
    content: dict[str, object] = json.loads((project.site / "sections.json").read_text("utf-8"))
    return content


def test_sections_json_names_comments_by_their_hash_alone(project: Project) -> None:
    text = GitText(project.root)
    text.write(".gitignore", "build/\nsite/\n")
    commit = text.commit(_message(ONE))

    project.build(BuildSettings(needs_history=True))

    assert _document(project)["applied"] == {_hashed(ONE): commit}
    pages = [path for path in project.site.rglob("*") if path.is_file()]
    assert [path for path in pages if ONE.encode() in path.read_bytes()] == []


def test_without_git_nothing_is_said_and_one_line_tells(built: Project) -> None:
    assert "applied" not in _document(built)
    assert missing_history(built.root).startswith("There is no git history here:")


def test_a_shallow_clone_says_nothing_and_one_line_tells(text: GitText, tmp_path: Path) -> None:
    _apply(text, ONE)
    text.git("clone", "--quiet", "--depth=1", f"file://{text.root}", str(tmp_path / "clone"))

    history = read_history(tmp_path / "clone")

    assert (history.reach, len(history.commits)) == (Reach.SHALLOW, 1)
    message = missing_history(tmp_path / "clone")
    assert message.endswith("git fetch --unshallow")
    assert "\n" not in message


def test_a_repository_without_a_commit_has_no_history(tmp_path: Path) -> None:
    text = GitText(tmp_path / "new")

    assert read_history(text.root) == History(reach=Reach.NONE)


def test_a_build_that_needs_history_fails_without_it(project: Project) -> None:
    with pytest.raises(ProblemsFoundError) as found:
        project.build(BuildSettings(needs_history=True))

    assert [problem.code for problem in found.value.problems] == ["history-missing"]
    assert not project.site.exists()


@pytest.mark.parametrize(("value", "needed"), [("1", True), ("", False), ("0", False)])
def test_setting_says_whether_history_is_needed(value: str, needed: bool) -> None:
    assert read_build_settings({"PRACTICE_NEEDS_HISTORY": value}).needs_history is needed


def test_setting_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ProblemsFoundError) as found:
        read_build_settings({"PRACTICE_NEEDS_HISTORY": "perhaps"})

    assert [problem.code for problem in found.value.problems] == ["setting"]


def test_continuous_integration_builds_with_history() -> None:
    text = (REPOSITORY / ".github/workflows/ci.yml").read_text("utf-8")

    assert 'PRACTICE_NEEDS_HISTORY: "1"' in text
