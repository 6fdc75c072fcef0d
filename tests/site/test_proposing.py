"""`scripts/review propose` with real repositories; stand-ins for gh, glab and the service."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from markdown_it import MarkdownIt
from typer.testing import CliRunner, Result

from practice.applied_trailers import comments_named, taken_back
from practice.propose_inert import GAP, inert, quote
from practice.review_command import application

from .conftest import Project, make_project
from .fake_service import TOKEN, FakeService, fake_service
from .forge_tools import ForgeTool, make_path, make_tool
from .git_text import GitText

PUBLIC = "11111111-1111-4111-8111-111111111111"
HIDDEN = "22222222-2222-4222-8222-222222222222"
PAGE = "https://github.com/acme/code"
OPENED = f"{PAGE}/pull/7"
BRANCH = "feedback/2027-1"
ANSWER = "complaints-answer"
CHANGED = "2. Answer within 10 working days."
SECRETS = ("Ana Editor", "ana@example.org", "Joana", "what nobody may read", TOKEN)
NASTY = (
    "fixes #1 and closes acme/code#2, GH-3, ACME-4, !5, &6, $7, %8, ~bug, @acme/all\n"
    "/close\n    /approve @ana\n# Heading\n- [x] done\n1. one\n\n---\n"
    "<img src=x onerror=alert(1)><!-- --> ![i](https://evil.example/i.png) [l](javascript:x)\n"
    "```\ncode\n```\n~~~\n| a | b |\n|---|---|\n:smile: www.evil.example https://evil.example/x\n"
    "**bold** _em_ `tick` ~~gone~~ <b>b</b> &lt;i&gt; [^1] [[wiki]] $x$ ==m== a\u202eb\u200fc\n"
    "> [!WARNING]\n4b825dc642cb6eb9a060e54bf8d69288fbee4904 z" + "\u0301" * 4000
)


@dataclass(frozen=True, slots=True)
class Desk:
    """An editor's clone on a branch with two commits, its remote, and what is on PATH."""

    project: Project
    text: GitText
    remote: Path
    path: Path

    def propose(self, *flags: str, token: str = "", **settings: str) -> Result:
        command = ["propose", *flags, "--root", str(self.project.root)]
        environment = {"PATH": str(self.path), "REVIEW_TOKEN": token, **settings}
        return CliRunner().invoke(application, command, env=environment)

    def calls_itself(self, address: str) -> None:
        """Let the remote have this address, behind which the same folder answers."""
        self.text.git("config", f"url.{self.remote}.insteadOf", address)
        self.text.git("remote", "set-url", "origin", address)

    def remote_has(self, branch: str = BRANCH) -> str:
        """The commit that the remote has there, empty for none."""
        listed = self.text.git("ls-remote", str(self.remote), f"refs/heads/{branch}")
        return listed.partition("\t")[0]

    def decide(self, *comments: dict[str, Any], service: str = "https://x.example.org") -> None:
        content = {"schema": 1, "service": service, "pulled_at": "2027-03-01T00:00:00Z"}
        path = self.project.path("build/review/decided.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**content, "comments": comments}), encoding="utf-8")


def _comment(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "section": ANSWER,
        "page": "complaints",
        "language": "en",
        "cycle": "2027-1",
        "role": "customer",
        "role_verified": False,
        "kind": "suggestion",
        "about": "rule",
        "public": True,
        "state": "accepted",
        "outcome": "accepted",
        "reason": "Ten days are too long.",
        "reason_language": "en",
        "decided_at": "2027-03-01T00:00:00Z",
        "decided_by": "Ana Editor",
        "name": "Joana",
        "suggestion": "1. Listen.\n2. Answer within 6 working days.",
        "wording": "0123456789abcdef",
        "base": None,
        "translation_behind": None,
        **changes,
    }


def _hidden(**changes: Any) -> dict[str, Any]:
    return _comment(
        HIDDEN,
        **{
            "section": "complaints",
            "language": "pt",
            "role": "management",
            "public": False,
            "outcome": "accepted-in-part",
            "reason": "Em parte.",
            "reason_language": "pt",
            "suggestion": "what nobody may read",
            "translation_behind": True,
            **changes,
        },
    )


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project and its bare remote, which every test copies."""
    top = tmp_path_factory.mktemp("proposing")
    project = make_project(top / "project")
    text = GitText(project.root)
    project.path(".gitignore").write_text("/build/\n")
    text.git("config", "user.name", "Ana Editor")
    text.git("config", "user.email", "ana@example.org")
    text.commit("Begin")
    text.git("clone", "--quiet", "--bare", str(project.root), str(top / "remote.git"))
    text.git("switch", "--quiet", "--create", BRANCH)
    project.change("docs/en/complaints.md", CHANGED, "2. Answer within 6 working days.")
    text.commit(_message("Normative(complaints): “Answering” as a comment suggested", PUBLIC))
    project.change("docs/pt/complaints.md", "toda manifestação", "qualquer manifestação")
    text.commit(_message("Translation(pt/complaints): “Complaints”", HIDDEN))
    return top


def _message(subject: str, comment: str) -> str:
    trailers = f"Feedback: {comment}\nFeedback-Cycle: 2027-1\nSuggested-by: Joana"
    return f"{subject}\n\nBy @acme/all, fixes #1.\n\n{trailers}\nReviewed-by: A <ana@example.org>\n"


@pytest.fixture
def desk(begun: Path, tmp_path: Path) -> Desk:
    project = Project(shutil.copytree(begun / "project", tmp_path / "project"))
    remote = Path(shutil.copytree(begun / "remote.git", tmp_path / "remote.git"))
    text = GitText(project.root)
    text.git("remote", "add", "origin", str(remote))
    text.git("fetch", "--quiet", "origin")
    made = Desk(project, text, remote, make_path(tmp_path / "bin"))
    made.decide(_comment(PUBLIC), _hidden())
    return made


@pytest.fixture
def gh(desk: Desk) -> ForgeTool:
    """Signed in at GitHub, where the remote is."""
    desk.calls_itself(f"{PAGE}.git")
    tool = make_tool(desk.path, "gh", reads="--body-file=-")
    tool.answer("pr create", output=OPENED)
    return tool


@pytest.fixture
def service() -> Iterator[FakeService]:
    with fake_service() as fake:
        yield fake


def _listed(service: FakeService, section: str, *comments: dict[str, Any]) -> None:
    path = f"/api/v1/comments?section={section}&public=true&limit=200&offset=0"
    service.answer("GET", path, 200, {"total": len(comments), "comments": comments})


def _standing(place: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{place:08}-1111-4111-8111-111111111111",
        "section": ANSWER,
        "language": "en",
        "wording": "0" * 16,
        "body": "A body.",
        "public": True,
        "visibility": "public",
        "state": "received",
        **changes,
    }


def _rendered(markdown: str) -> html.HtmlElement:
    """As forges read it: HTML goes through, addresses become links."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])
    return html.fragment_fromstring(reader.render(markdown), create_parent="div")


def test_a_pull_request_is_opened_by_gh_with_its_body_on_standard_input(
    desk: Desk, gh: ForgeTool
) -> None:
    done = desk.propose()

    assert done.exit_code == 0, done.output
    assert desk.remote_has() == desk.text.head()
    assert f"Opened {OPENED}" in done.output
    repository = ["--repo", "github.com/acme/code"]
    title = "Normative(complaints, pt/complaints): 2 comments taken into the text"
    created = [f"--head={BRANCH}", "--base=main", f"--title={title}", "--body-file=-"]
    assert gh.calls == [
        ["auth", "status", "--hostname", "github.com"],
        ["pr", "view", BRANCH, *repository, "--json", "url,state,baseRefName"],
        ["pr", "create", *repository, *created],
    ]
    assert gh.given("pr", "create") == desk.propose("--print").stdout.partition("\n\n")[2]


def test_gh_knows_its_own_token_and_not_ours(desk: Desk, gh: ForgeTool) -> None:
    desk.propose(token=TOKEN, GH_TOKEN="of-the-forge")

    assert {one.get("GH_TOKEN") for one in gh.environments()} == {"of-the-forge"}
    assert TOKEN not in str(gh.environments())


def test_the_body_tells_what_readers_may_know_and_no_more(desk: Desk) -> None:
    done = desk.propose("--print")

    assert done.stdout == (
        "Normative(complaints, pt/complaints): 2 comments taken into the text\n\n"
        "Made of comments on the code of practice that editors accepted.\n\n"
        "## What follows from it\n\n"
        "Translations that are left behind, and how to see what changed:\n\n"
        "- 1 Complaints · English: `scripts/translate diff complaints en`\n"
        "- 1 Complaints · Русский: `scripts/translate diff complaints ru`\n"
        "- 1.2 Answering · Português: `scripts/translate diff complaints-answer pt`\n"
        "- 1.2 Answering · Русский: `scripts/translate diff complaints-answer ru`\n\n"
        "How many comments stand on these sections was not asked.\n\n"
        "## What changes\n\n"
        "### 1 Reclamações · Português\n\n"
        "> Reclamação é ~~toda~~ **qualquer** manifestação de descontentamento.\n\n"
        "**A comment that readers do not see**\n\n"
        "**The editors’ answer:** Accepted in part · Português\n\n"
        "> Em parte.  \n\n"
        "### 1.2 Answering · English\n\n"
        "> Answer within ~~10~~ **6** working days.\n\n"
        "**Comment 1** · Suggestion · Customer (as stated) · English\n\n"
        "The wording it suggests is taken as it is.\n\n"
        "**The editors’ answer:** Accepted · English\n\n"
        "> Ten days are too long.  \n\n"
        "For a merge that keeps nothing but this text:\n\n"
        f"- Feedback: {PUBLIC}\n- Feedback: {HIDDEN}\n"
    )


def test_nobody_is_named_anywhere(desk: Desk, gh: ForgeTool, service: FakeService) -> None:
    desk.decide(
        _comment(PUBLIC, reason="Ask joana@example.org.", suggestion="Ana <ana@example.org>"),
        _hidden(reason="Write to ana@example.org"),
        service=service.origin,
    )
    _listed(service, ANSWER, _standing(1, id=PUBLIC, name="Joana", email="joana@example.org"))

    done = desk.propose(token=TOKEN)

    body, trailers = gh.given("pr", "create").split("For a merge", 1)
    sent = str(gh.calls) + body + done.stdout
    assert done.exit_code == 0, done.output
    assert not [secret for secret in (*SECRETS, PUBLIC, HIDDEN, "example.org") if secret in sent]
    assert trailers.count("\n") == 4


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("pt", "Um comentário que os leitores não veem"),
        ("ru", "Комментарий, которого читатели не видят"),
    ],
)
def test_the_body_is_in_the_language_asked_for(desk: Desk, language: str, expected: str) -> None:
    assert expected in desk.propose("--print", "--language", language).stdout


def test_counts_are_of_public_comments_by_what_becomes_of_them(
    desk: Desk, service: FakeService
) -> None:
    then = _fingerprint(desk, "main", ANSWER, "en")
    now = _fingerprint(desk, BRANCH, ANSWER, "en")
    other = _fingerprint(desk, BRANCH, ANSWER, "ru")
    desk.decide(_comment(PUBLIC), _hidden(), service=service.origin)
    _listed(
        service,
        ANSWER,
        _standing(1, wording=then, id=PUBLIC, body="Six, please."),
        _standing(2, wording=then),
        _standing(3, wording=now),
        _standing(4, wording=other, language="ru"),
        _standing(5),
        _standing(6, wording=then, public=False),
        _standing(7, wording=then, visibility="reviewers"),
        _standing(8, wording=then, state="withdrawn"),
    )
    _listed(service, "complaints")

    body = desk.propose("--print", token=TOKEN).stdout

    assert (
        "Comments on these sections: 2 stay on current wording, 2 become earlier wording,"
        " 0 lose their section, 1 was on earlier wording before."
        " Only comments that readers see are counted." in body
    )
    assert "> Six, please.  \n" in body
    assert {token for *_, token in service.asked} == {f"Bearer {TOKEN}"}


def test_comments_lose_a_section_that_goes_and_move_with_one_that_is_followed(
    desk: Desk, service: FakeService
) -> None:
    for language in ("en", "pt", "ru"):
        path = f"docs/{language}/complaints.md"
        text = desk.project.path(path).read_text(encoding="utf-8")
        text = re.sub(r"## [^\n]+ \{ #complaints-answer \}.*", "", text, flags=re.DOTALL)
        text = re.sub(r"### [^\n]+ \{ #complaints-writing \}.*", "", text, flags=re.DOTALL)
        gone = "complaints-answer: null, complaints-writing: complaints-acknowledge, "
        text = text.replace("retired: {", f"retired: {{{gone}")
        desk.project.path(path).write_text(text.rstrip() + "\n", encoding="utf-8")
    desk.text.commit("Normative(complaints): less")
    desk.decide(_comment(PUBLIC), service=service.origin)
    _listed(service, ANSWER, _standing(1), _standing(2))
    _listed(service, "complaints-writing", _standing(3, section="complaints-writing"))

    body = desk.propose("--print", token=TOKEN).stdout

    assert "2 lose their section, 1 moves to the section that follows its own." in body
    assert "This section is withdrawn." in body


def test_a_comment_that_was_hidden_since_it_was_fetched_is_not_told(
    desk: Desk, service: FakeService
) -> None:
    desk.decide(_comment(PUBLIC), service=service.origin)
    _listed(service, ANSWER)

    body = desk.propose("--print", token=TOKEN).stdout

    assert "**A comment that readers do not see**" in body
    assert "Suggested wording" not in body


@pytest.mark.parametrize("status", [401, 503])
def test_a_service_that_does_not_tell_stops_no_proposal(
    desk: Desk, service: FakeService, status: int
) -> None:
    desk.decide(_comment(PUBLIC), service=service.origin)
    path = f"/api/v1/comments?section={ANSWER}&public=true&limit=200&offset=0"
    service.answer("GET", path, status, {"code": "no"})

    done = desk.propose(token=TOKEN)

    assert done.exit_code == 0
    assert desk.remote_has() == desk.text.head()
    assert TOKEN not in done.output


def test_a_token_is_not_told_to_a_service_in_the_open(desk: Desk) -> None:
    desk.decide(_comment(PUBLIC), service="http://feedback.example.org")

    done = desk.propose("--print", token=TOKEN)

    assert "in the open" in done.stderr
    assert "was not asked." in done.stdout


def test_nothing_of_a_comment_acts_on_a_forge() -> None:
    shown = _rendered(quote(NASTY))

    (block,) = shown
    (paragraph, *_) = block
    assert block.tag == "blockquote"
    assert {element.tag for element in block.iter()} <= {"blockquote", "p", "br"}
    said = shown.text_content()
    acting = r"@\w|[#!&$%~]\w|:\w|(?<!\w)(?:GH|ACME)-\d|www\.\w|https?:/|^\s*/\w|[0-9a-f]{7}|\u202e"
    assert not re.findall(acting, said, re.MULTILINE)
    assert not re.search(r"^(?:> )?/\w|fixes #\d|@\w", quote(NASTY), re.MULTILINE)
    assert paragraph.text_content().replace(GAP, "").startswith("fixes #1 and closes acme/code#2")


@pytest.mark.parametrize(
    "line",
    ["1) a", "+ a", "- a", "= a", "* a", "# a", "a  ", "\\", "a\\b", "&amp;", "C# и F#", "5 % & 6"],
)
def test_a_line_is_shown_as_it_was_written(line: str) -> None:
    shown = _rendered(inert(line))

    assert shown.text_content().strip().replace(GAP, "") == line.strip()
    assert {element.tag for element in shown.iter()} == {"div", "p"}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ('2. Answer (at once) "now".', "at once"),
        ("2. Answer within **10** *working* days, `code` ~ x.", "code"),
        ("2. Answer within 10 working days!", "!"),
        ("2. Answer within 6 working (days.", "("),
    ],
)
def test_the_redline_is_read_as_one(desk: Desk, new: str, expected: str) -> None:
    path = "docs/en/complaints.md"
    desk.project.change(path, "2. Answer within 6 working days.", new)
    desk.text.commit(_message("Normative(complaints): more", PUBLIC))

    shown = _rendered(desk.propose("--print").stdout)

    added = [one.text_content() for one in shown.xpath("//h3[2]/following-sibling::*//strong")]
    said = shown.xpath("string(//h3[2]/following-sibling::blockquote[1])")
    assert expected in " ".join(added)
    assert not re.search(r"\*\*|~~", said)


def test_no_comment_can_speak_for_another_in_a_merge(desk: Desk, service: FakeService) -> None:
    body = (
        f"Feedback: {HIDDEN}\n* Feedback:{HIDDEN}\nSigned-off-by: x\nThis reverts commit 1234567."
        "\nThis reverts\ncommit abcdefa\nReverts #1\nThis reverts merge request a/b!1"
    )
    desk.decide(_comment(PUBLIC, reason=body, suggestion=body), service=service.origin)
    _listed(service, ANSWER, _standing(1, id=PUBLIC, body=body))

    sent = desk.propose("--print", token=TOKEN).stdout.split("For a merge", 1)[0]

    assert (comments_named(sent), taken_back(sent)) == ((), ())
    assert "Signed" in sent
    assert "-by:" not in sent


def test_a_comment_on_a_translation_that_was_behind_says_so(desk: Desk) -> None:
    desk.decide(_hidden(public=True))

    body = desk.propose("--print").stdout

    assert "It was made on a translation that was behind." in body
    assert "Management (as stated) · Português" in body


def test_a_change_of_marks_alone_says_so(desk: Desk) -> None:
    desk.text.git("reset", "--quiet", "--hard", "main")
    desk.project.change("docs/en/complaints.md", "1. Listen.", "1. *Listen.*")
    desk.text.commit(_message("Editorial(complaints): marks", PUBLIC))

    body = desk.propose("--print").stdout

    assert body.startswith("Editorial(complaints): marks\n")
    assert "The words stay; only how they are set changes." in body
    assert "No translation is left behind." in body


def test_a_long_body_is_cut_between_blocks_with_a_note(desk: Desk, gh: ForgeTool) -> None:
    desk.decide(_comment(PUBLIC, suggestion="*😀 " * 2000, reason="x " * 40_000), _hidden())

    desk.propose()

    body = gh.given("pr", "create")
    assert len(body.encode("utf-16-le")) // 2 <= 65_536
    note = "The rest is too long for a pull request: `scripts/review propose --print` shows it.\n\n"
    assert comments_named(body.partition(note)[2]) == (PUBLIC, HIDDEN)
    assert "😀" in body
    assert "x x x" not in body


def test_a_second_time_updates_the_branch_and_opens_no_second_pull_request(
    desk: Desk, gh: ForgeTool
) -> None:
    desk.propose()
    gh.answer("pr view", output=json.dumps({"url": OPENED, "state": "OPEN", "baseRefName": "main"}))
    desk.project.change("docs/en/complaints.md", "1. Listen.", "1. Listen well.")
    desk.text.commit(_message("Normative(complaints): more", PUBLIC))

    done = desk.propose()

    assert done.exit_code == 0
    assert desk.remote_has() == desk.text.head()
    assert f"is open already, and has the new commits: {OPENED}" in done.output
    assert [call[:2] for call in gh.calls].count(["pr", "create"]) == 1


def test_a_merged_pull_request_is_no_open_one(desk: Desk, gh: ForgeTool) -> None:
    gh.answer("pr view", output=json.dumps({"url": OPENED, "state": "MERGED"}))

    assert f"Opened {OPENED}" in desk.propose().output


def test_a_tool_that_fails_leaves_the_branch_pushed_and_prints_the_address(
    desk: Desk, gh: ForgeTool
) -> None:
    said = "HTTP 502 from https://ana:s3cret@github.com/ \x1b[2Jtry later"
    gh.answer("pr create", status=1, said=said)

    done = desk.propose()

    assert done.exit_code == 1
    assert desk.remote_has() == desk.text.head()
    assert "  HTTP 502 from https://github.com/ " in done.stderr
    assert f"{PAGE}/compare/main...{BRANCH}?expand=1" in done.stderr
    assert not {"s3cret", "\x1b"} & {found for found in ("s3cret", "\x1b") if found in done.output}


def test_a_tool_that_is_not_signed_in_is_not_used(desk: Desk, gh: ForgeTool) -> None:
    gh.answer("auth status", status=1)

    done = desk.propose()

    assert done.exit_code == 0
    assert f"Open the pull request at {PAGE}/compare/main...{BRANCH}?expand=1" in done.output
    assert gh.calls == [["auth", "status", "--hostname", "github.com"]]


def test_gitlab_is_asked_through_glab_with_the_body_on_standard_input(desk: Desk) -> None:
    desk.calls_itself("git@gitlab.com:acme/rules/code.git")
    glab = make_tool(desk.path, "glab", reads="--input -")
    place = "projects/acme%2Frules%2Fcode/merge_requests"
    api = ["api", "--hostname", "gitlab.com"]
    glab.answer(" ".join([*api, f"{place}?"]), output="[]")
    glab.answer(" ".join([*api, f"{place} "]), output='{"web_url": "https://gitlab.com/x/-/1"}')

    done = desk.propose("--title", "A title by @acme")

    sent = json.loads(glab.given(*api, place))
    assert "Opened https://gitlab.com/x/-/1" in done.output
    assert (sent["source_branch"], sent["target_branch"]) == (BRANCH, "main")
    assert sent["title"] == f"A title by @{GAP}acme"
    assert sent["description"] == desk.propose("--print").stdout.partition("\n\n")[2]
    assert not [word for call in glab.calls for word in call if "What changes" in word]


def test_an_open_merge_request_is_found_by_glab(desk: Desk) -> None:
    desk.calls_itself("https://gitlab.com/acme/code.git")
    glab = make_tool(desk.path, "glab", reads="--input -")
    glab.answer("api", output='[{"web_url": "https://gitlab.com/x/-/1"}]')

    assert "is open already, and has the new commits" in desk.propose().output


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("ssh://git@codeberg.org/a/b.git", f"https://codeberg.org/a/b/compare/main...{BRANCH}"),
        (
            "https://me:token@bitbucket.org/a/b.git",
            "https://bitbucket.org/a/b/pull-requests/new?source=feedback%2F2027-1&dest=main",
        ),
    ],
)
def test_other_forges_get_an_address(desk: Desk, remote: str, address: str) -> None:
    desk.calls_itself(remote)

    done = desk.propose()

    assert (done.exit_code, desk.remote_has()) == (0, desk.text.head())
    assert f"Open the pull request at {address}\n" in done.output
    assert "token" not in done.output.replace("REVIEW_TOKEN", "")


def test_a_folder_is_pushed_to_and_has_no_address(desk: Desk) -> None:
    done = desk.propose()

    assert (done.exit_code, desk.remote_has()) == (0, desk.text.head())
    assert f"Pushed {BRANCH} to origin." in done.output
    assert "no address is known" in done.output


def test_a_dry_run_pushes_and_opens_nothing(desk: Desk, gh: ForgeTool) -> None:
    done = desk.propose("--dry-run")

    assert (done.exit_code, desk.remote_has()) == (0, "")
    assert f"Would push {BRANCH} (2 commits) to origin" in done.output
    assert "## What changes" in done.output
    assert gh.calls == [["auth", "status", "--hostname", "github.com"]]


def test_another_branch_is_proposed_without_looking_at_the_present_one(desk: Desk) -> None:
    body = desk.propose("--print").stdout
    desk.text.git("switch", "--quiet", "main")

    done = desk.propose("--branch", BRANCH)

    assert (done.exit_code, bool(desk.remote_has())) == (0, True)
    assert desk.propose("--print", "--branch", BRANCH).stdout == body


def test_comments_that_were_not_fetched_are_counted(desk: Desk) -> None:
    desk.decide()

    assert (
        "2 comments of this branch are not among those fetched here."
        in desk.propose("--print").stdout
    )


def _refusal(desk: Desk, *flags: str, expected: str) -> Result:
    before = desk.text.git("ls-remote", str(desk.remote))
    done = desk.propose(*flags)
    assert done.exit_code == 1, done.output
    assert expected in done.stderr
    assert "Traceback" not in done.output
    assert desk.text.git("ls-remote", str(desk.remote)) == before
    return done


def test_a_branch_that_brings_nothing_is_refused(desk: Desk) -> None:
    desk.text.git("reset", "--quiet", "--hard", "main")

    _refusal(desk, expected="There is nothing to propose: feedback/2027-1 brings nothing new to")


def test_commits_without_comments_are_refused(desk: Desk) -> None:
    desk.text.git("reset", "--quiet", "--hard", "main")
    desk.text.commit("scripts: other work")

    _refusal(desk, expected="has no commit made of a comment for main.")


@pytest.mark.parametrize("name", ["docs/en/complaints.md", "docs/en/new.md"])
def test_a_tree_that_is_not_clean_is_refused(desk: Desk, name: str) -> None:
    with desk.project.path(name).open("a") as file:
        file.write("\nMore.\n")

    _refusal(desk, expected=f"There are changes that are not committed: {name}.")


def test_the_base_itself_is_refused(desk: Desk) -> None:
    desk.text.git("switch", "--quiet", "main")

    _refusal(desk, expected="main is what pull requests go into")


def test_no_branch_at_all_is_refused(desk: Desk) -> None:
    desk.text.git("switch", "--quiet", "--detach")

    _refusal(desk, expected="HEAD is on no branch")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--remote", "upstream"), "There is no remote “upstream”"),
        (("--remote", "--all"), "There is no remote “--all”"),
        (("--branch", "gone"), "There is no branch “gone” here."),
        (("--base", "trunk"), "“trunk” cannot be fetched from origin:"),
        (("--base", "trunk", "--print"), "There is no branch “trunk”"),
        (("--language", "xx"), "“xx” is no language here"),
        (("--decided", "nowhere.json"), "run scripts/review pull first"),
    ],
)
def test_what_is_not_there_is_refused(desk: Desk, flags: tuple[str, ...], expected: str) -> None:
    _refusal(desk, *flags, expected=expected)


def test_a_push_that_is_rejected_shows_why(desk: Desk) -> None:
    hook = desk.remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'Branches are closed today.'\nexit 1\n")
    hook.chmod(0o755)

    done = _refusal(desk, expected="origin did not take feedback/2027-1:")

    assert "Branches are closed today." in done.stderr


def test_a_remote_that_went_further_is_not_overwritten(desk: Desk) -> None:
    desk.text.git("push", "--quiet", "origin", BRANCH)
    desk.text.git("commit", "--quiet", "--amend", "--no-edit", "--date=2027-01-01T00:00:00Z")

    done = _refusal(desk, expected="has commits on feedback/2027-1 that are not here")

    assert "nothing was pushed" in done.stderr


def test_a_remote_that_is_gone_is_refused(desk: Desk) -> None:
    shutil.move(desk.remote, desk.remote.with_name("away"))

    done = desk.propose()

    assert done.exit_code == 1
    assert "“main” cannot be fetched from origin:" in done.stderr


def _fingerprint(desk: Desk, branch: str, section: str, language: str) -> str:
    present = desk.text.git("symbolic-ref", "--short", "HEAD")
    desk.text.git("switch", "--quiet", branch)
    code = desk.project.read()
    desk.text.git("switch", "--quiet", present)
    found = [one for lang in code.languages for one in code.sections(lang.code)]
    (wanted,) = [one for one in found if (one.id, one.language) == (section, language)]
    return wanted.fingerprint
