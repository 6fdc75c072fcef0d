"""Every wording a section ever had: by which commits, after which comments, on the terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from practice.history_lineage import lineage
from practice.history_log import read_history
from practice.history_text import Revision, read_text_history
from practice.history_wordings import WordingReader
from practice.languages import LanguageCode, read_languages
from practice.review_command import application
from practice.text import SectionId, read_code

from .conftest import REPOSITORY, Project
from .cycle_text import write_cycle
from .git_text import GitText
from .report_text import FIRST, SECOND, write_report

PRIVATE = "99999999-9999-4999-8999-999999999999"
LANGUAGES = read_languages(REPOSITORY)
CODES = [language.code for language in LANGUAGES]
SOURCE = next(language for language in LANGUAGES if language.source)
PAGE = f"{SOURCE.pages_folder}/rules.md"


@pytest.fixture
def text(tmp_path: Path) -> GitText:
    found = GitText(tmp_path / "text")
    found.write("mkdocs.yml", "\n")
    found.commit("Start")
    return found


def _page(**sections: str) -> str:
    parts = (f"## Title {{ #{name} }}\n\n{words}\n" for name, words in sections.items())
    return "---\ntitle: x\n---\n\n" + "\n".join(parts)


def _revisions(
    text: GitText, *names: str, language: LanguageCode = SOURCE.code
) -> tuple[Revision, ...]:
    histories = read_text_history(text.root, read_history(text.root), LANGUAGES)
    return histories[language].revisions([SectionId(name) for name in names])


def _told(text: GitText, *names: str) -> list[tuple[str, str | None]]:
    """Commit and words, the newest first."""
    return [
        (revision.commit.hash, revision.wording.text if revision.wording else None)
        for revision in _revisions(text, *names)
    ]


def test_wordings_come_newest_first_with_the_commits_that_brought_them(text: GitText) -> None:
    text.write(PAGE, _page(one="First.", two="Other."))
    first = text.commit("Normative(rules): lay down")
    text.write(PAGE, _page(one="Second.", two="Other."))
    second = text.commit("Normative(rules): again")

    assert _told(text, "one") == [(second, "Second."), (first, "First.")]
    assert _told(text, "two") == [(first, "Other.")]


@pytest.mark.parametrize("words", ["A *plain*  rule.", "A plain\nrule. <!-- why -->"])
def test_what_changes_no_wording_is_no_revision(text: GitText, words: str) -> None:
    text.write(PAGE, _page(one="A plain rule."))
    text.commit("lay down")
    text.write(PAGE, _page(one=words))
    text.commit("Editorial(rules): emphasis")

    assert len(_revisions(text, "one")) == 1


def test_a_new_title_is_a_revision(text: GitText) -> None:
    text.write(PAGE, _page(one="A."))
    text.commit("lay down")
    text.write(PAGE, _page(one="A.").replace("Title", "Other"))
    text.commit("rename")

    assert [r.wording.title for r in _revisions(text, "one") if r.wording] == ["Other", "Title"]


def test_a_section_that_moves_to_another_page_keeps_its_history(text: GitText) -> None:
    text.write(PAGE, _page(one="First.", two="Other."))
    first = text.commit("lay down")
    text.write(PAGE, _page(two="Other."))
    text.write(f"{SOURCE.pages_folder}/deep/new page.md", _page(one="First."))
    text.commit("move")
    text.git("mv", f"{SOURCE.pages_folder}/deep/new page.md", f"{SOURCE.pages_folder}/é.md")
    text.commit("move on")
    text.write(f"{SOURCE.pages_folder}/é.md", _page(one="Second."))
    second = text.commit("change")

    assert _told(text, "one") == [(second, "Second."), (first, "First.")]


def test_a_section_takes_the_history_of_the_id_it_replaced(text: GitText) -> None:
    text.write(PAGE, _page(old="First."))
    first = text.commit("lay down")
    text.write(PAGE, _page(new="First."))
    text.commit("another id")
    text.write(PAGE, _page(new="Second."))
    second = text.commit("change")
    retired = {SectionId("old"): SectionId("new"), SectionId("gone"): None}

    assert lineage(SectionId("new"), retired) == ("new", "old")
    assert lineage(SectionId("old"), retired) == ("old", "new")
    assert lineage(SectionId("gone"), retired) == ("gone",)
    assert _told(text, "new", "old") == [(second, "Second."), (first, "First.")]


def test_an_id_that_was_replaced_twice_or_in_a_circle_is_followed_once() -> None:
    one, two, three = SectionId("one"), SectionId("two"), SectionId("three")

    assert lineage(three, {one: two, two: three}) == (three, two, one)
    assert lineage(one, {one: two, two: one}) == (one, two)


def test_a_section_taken_out_and_brought_back_tells_both(text: GitText) -> None:
    text.write(PAGE, _page(one="First.", two="Other."))
    first = text.commit("lay down")
    text.write(PAGE, _page(two="Other."))
    out = text.commit("take out")
    back = text.revert(out)

    assert _told(text, "one") == [(back, "First."), (out, None), (first, "First.")]


def test_each_language_has_its_own_history(text: GitText) -> None:
    for number, code in enumerate(CODES):
        text.write(f"docs/{code}/rules.md", _page(one=f"{number}."))
        text.commit(f"lay down in {code}")
    text.write(f"docs/{CODES[-1]}/rules.md", _page(one="Другое."))
    last = text.commit("translate")

    found = {code: _revisions(text, "one", language=code) for code in CODES}

    assert [len(found[code]) for code in CODES] == [1] * (len(CODES) - 1) + [2]
    assert found[CODES[-1]][0].commit.hash == last


def test_branches_that_change_other_sections_do_not_disturb_each_other(text: GitText) -> None:
    apart = "Same.\n\n" * 5
    text.write(PAGE, _page(one="First.", middle=apart, two="Other."))
    first = text.commit("lay down")
    text.git("switch", "--quiet", "--create", "branch")
    text.write(PAGE, _page(one="Second.", middle=apart, two="Other."))
    second = text.commit("on the branch")
    text.git("switch", "--quiet", "main")
    text.write(PAGE, _page(one="First.", middle=apart, two="Another."))
    other = text.commit("on main")
    text.merge("branch")

    assert _told(text, "one") == [(second, "Second."), (first, "First.")]
    assert _told(text, "two") == [(other, "Another."), (first, "Other.")]


def test_a_merge_that_settles_a_conflict_is_a_revision_of_its_own(text: GitText) -> None:
    text.write(PAGE, _page(one="First."))
    first = text.commit("lay down")
    text.git("switch", "--quiet", "--create", "branch")
    text.write(PAGE, _page(one="Theirs."))
    theirs = text.commit("on the branch")
    text.git("switch", "--quiet", "main")
    text.write(PAGE, _page(one="Ours."))
    ours = text.commit("on main")
    text.git("merge", "--quiet", "--no-commit", "--strategy=ours", "branch")
    text.write(PAGE, _page(one="Both."))
    both = text.commit("settle")

    assert _told(text, "one")[0] == (both, "Both.")
    assert set(_told(text, "one")[1:]) == {(ours, "Ours."), (theirs, "Theirs."), (first, "First.")}


def test_a_branch_whose_wording_was_not_taken_is_not_told(text: GitText) -> None:
    text.write(PAGE, _page(one="First."))
    first = text.commit("lay down")
    text.git("switch", "--quiet", "--create", "branch")
    text.write(PAGE, _page(one="Never."))
    text.commit("on the branch")
    text.git("switch", "--quiet", "main")
    text.git("merge", "--quiet", "--strategy=ours", "-m", "not taken", "branch")

    assert _told(text, "one") == [(first, "First.")]


def test_comments_are_those_of_the_commit(text: GitText) -> None:
    text.write(PAGE, _page(one="First."))
    text.commit(f"squashed\n\n* a\n\n  Feedback: {FIRST}\n\n* b\n\n  Feedback: {SECOND}\n")

    (revision,) = _revisions(text, "one")

    assert revision.comments == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"## T { #one }\n\nNo front matter.\n", "No front matter."),
        (b"\xef\xbb\xbf---\r\ntitle: [\r\n---\r\n## T {#one}\r\n\r\nCR.\r\n", "CR."),
        (b"## T { #one }\n\ncaf\xe9\n", "caf\ufffd"),
        (b"## T { #one } ##\n\nA\x00\x1b[31mB\n", "A[31mB"),
        (b"##\tT\t{ #one }\n\nA\n## No id\n\nB\n", "A"),
        (b"## T { #one }\n```\n## X { #two }\n```\n", "## X { #two }"),
        (b"## T { #one }\n\nA\n<!--\n## X { #two }\n-->\n", "A"),
        (b"## T { #one }\n\nA\n\n## U { #one }\n\nB\n", "A"),
        (b"## T { #one }", ""),
        (b"> " * 2000 + b"A\n\n## T { #one }\n\n" + b"> " * 3000 + b"deep\n", None),
    ],
)
def test_a_page_that_breaks_the_rules_of_today_is_read_all_the_same(
    content: bytes, words: str | None
) -> None:
    found = WordingReader().page(content)

    assert list(found) == ["one"]
    assert words is None or found[SectionId("one")].text == words


def test_old_pages_are_read_as_the_build_reads_those_of_today() -> None:
    reader, code = WordingReader(), read_code(REPOSITORY)
    sections = [section for name in code.pages for section in code.sections(name)]
    read = {
        path: reader.page((REPOSITORY / path).read_bytes())
        for path in {section.path for section in sections}
    }

    differing = [s for s in sections if read[s.path][s.id].fingerprint != s.fingerprint]

    assert differing == []


@pytest.fixture
def told(project: Project) -> GitText:
    """A section revised after two comments of a closed cycle, and one that nobody may read."""
    text = GitText(project.root)
    text.write(".gitignore", "site/\nbuild/\n")
    text.commit("Normative(complaints): lay down")
    write_cycle(project)
    write_report(project)
    project.change("docs/en/complaints.md", "within 10 working days", "within 5 working days")
    text.commit(
        "Normative(complaints): answer \x1b[31msooner\n\n"
        f"Feedback: {FIRST}\nFeedback: {SECOND}\nFeedback: {PRIVATE}\n"
    )
    return text


def _history(text: GitText, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["history", *arguments, "--root", str(text.root)])


def test_the_command_tells_wordings_commits_and_comments(told: GitText) -> None:
    result = _history(told, "complaints-answer", "--language", "en")

    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0] == "complaints-answer · English: 2 wordings"
    assert lines[2].startswith(f"2  {told.head()[:9]}  2026-01-")
    assert lines[2].endswith("  Ana Editor: Normative(complaints): answer \ufffd[31msooner")
    assert "   Answer within [-10 -]{+5 +}working days." in lines
    assert (
        f"   Comment {FIRST}: problem by customer (as stated), in Русский, cycle 2027-1,"
        " accepted-in-part"
    ) in lines
    assert "      Слишком долго." in lines
    assert "      Пять дней." in lines
    assert f"   Comment {PRIVATE}: its text is in no report of a closed cycle." in lines
    assert "   2. Answer within 10 working days." in lines


def test_the_command_tells_every_language_unless_one_is_named(told: GitText) -> None:
    result = _history(told, "complaints-answer")

    heads = [line for line in result.stdout.splitlines() if "complaints-answer ·" in line]
    assert heads == [
        "complaints-answer · English: 2 wordings",
        "complaints-answer · Português: 1 wording",
        "complaints-answer · Русский: 1 wording",
    ]


def test_the_command_shows_wordings_in_full_when_asked(told: GitText) -> None:
    result = _history(told, "complaints-answer", "--language", "en", "--whole")

    assert "   2. Answer within 5 working days." in result.stdout.splitlines()


def test_the_command_says_what_became_of_a_withdrawn_id(told: GitText) -> None:
    result = _history(told, "complaints-old", "--language", "en")

    assert result.stdout.startswith(
        "“complaints-old” was withdrawn: “complaints-acknowledge” took its place.\n"
        "complaints-old · English: 1 wording\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["complaints-anwser"],
            "There is no section “complaints-anwser”, and there never was one."
            " Did you mean complaints-answer?\n",
        ),
        (["complaints-gone"], "“complaints-gone” was withdrawn, and no commit here holds it.\n"),
        (
            ["complaints", "--language", "xx"],
            "“xx” is no language here: use one of en, pt, ru.\n",
        ),
    ],
)
def test_the_command_refuses_what_it_does_not_know(
    told: GitText, arguments: list[str], message: str
) -> None:
    result = _history(told, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == message


def test_the_command_says_that_a_new_section_is_in_no_commit(
    told: GitText, project: Project
) -> None:
    path = project.path("docs/en/complaints.md")
    path.write_text(f"{path.read_text('utf-8')}\n## New {{ #complaints-new }}\n\nNew.\n", "utf-8")

    result = _history(told, "complaints-new")

    assert result.exit_code == 2
    assert result.stderr == "No commit holds the section “complaints-new” yet.\n"


def test_the_command_needs_a_repository(project: Project) -> None:
    result = CliRunner().invoke(application, ["history", "complaints", "--root", str(project.root)])

    assert result.exit_code == 2
    assert result.stderr.startswith("There is no git history here:")


def test_the_command_says_that_a_shallow_clone_may_lack_wordings(
    told: GitText, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    told.git("clone", "--quiet", "--depth=1", f"file://{told.root}", str(clone))

    result = CliRunner().invoke(
        application, ["history", "complaints-answer", "--language", "en", "--root", str(clone)]
    )

    assert result.exit_code == 0
    assert result.stderr.startswith("This clone holds only the latest commits:")
    assert result.stdout.startswith("complaints-answer · English: 1 wording\n")
