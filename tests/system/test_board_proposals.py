"""“Propose this change” from the real service to a real repository on this machine's disk."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from practice.build_settings import BuildSettings
from practice.edition import edition
from practice.sections_file import sections_document, write_json
from practice.text import read_code
from practice.translation_state import read_locks, standings
from tests.site.applying import commit_all, make_repository, run_git
from tests.site.conftest import Project
from tests.system.canaries import Canaries, everything_below
from tests.system.running import EDITOR, PASSPHRASE, Answer, Service

AUTHOR = "Code service <code@example.org>"
PATIENCE = 300
HOOK = "#!/bin/sh\necho 'main only, please' >&2\nexit 1\n"


@dataclass(frozen=True, slots=True)
class Board:
    """The service with an editor signed in, the repository it proposes to, and a clone of that.

    `canaries` are what browsers of commenters tell of themselves.
    """

    service: Service
    remote: Path
    project: Project
    token: str
    canaries: Canaries

    def act(self, path: str, **fields: object) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.service.ask("POST", f"/api/v1/{path}", fields, headers)

    def comment(self, name: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        shown: dict[str, Any] = self.service.ask(
            "GET", f"/api/v1/comments/{name}", headers=headers
        ).body
        return shown

    def propose(self, *names: str) -> Answer:
        picked = [{"id": name, "version": self.comment(name)["version"]} for name in names]
        body = json.dumps({"comments": picked})
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        with closing(HTTPConnection("127.0.0.1", self.service.port, timeout=PATIENCE)) as patient:
            patient.request("POST", "/api/v1/proposals", body, sent)
            answer = patient.getresponse()
            return Answer(answer.status, json.loads(answer.read()))

    def git(self, *command: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.remote), *command], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def git_objects(self) -> bytes:
        """All that the repository holds: texts, messages, authors, names of files."""
        command = ("git", "-C", str(self.remote), "cat-file", "--batch-all-objects", "--batch")
        return subprocess.run(command, capture_output=True, check=True).stdout

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    folder = tmp_path_factory.mktemp("board")
    project = make_repository(folder / "project")
    for path in project.path("languages").glob("*/language.yml"):
        # Dictionaries take seconds to read, and are proved elsewhere.
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^spelling:.*\n", "", text), encoding="utf-8")
    commit_all(project, "Spell as you like")
    remote = folder / "remote.git"
    run_git(project, "clone", "--quiet", "--bare", str(project.root), str(remote))
    run_git(project, "remote", "add", "origin", str(remote))
    _publish(project, folder / "site")
    settings = {
        "FEEDBACK_SITE": str(folder / "site"),
        "FEEDBACK_REPOSITORY": str(remote),
        "FEEDBACK_REPOSITORY_AUTHOR": AUTHOR,
        "FEEDBACK_SECRET": "s" * 32,
    }
    service = Service(folder, settings)
    service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    service.start()
    try:
        session = {"name": EDITOR, "passphrase": PASSPHRASE}
        token = service.ask("POST", "/api/v1/session", session).body["token"]
        yield Board(service, remote, project, token, Canaries())
    finally:
        service.kill()


def _publish(project: Project, site: Path) -> None:
    code = read_code(project.root)
    stands = standings(code, read_locks(project.root, code))
    document = sections_document(
        project.root,
        {one.code: edition(code, one, stands) for one in code.languages},
        (),
        revision={"commit": None, "built_at": "2026-11-21T22:00:00Z"},
        applied=None,
        reverts={},
        settings=BuildSettings(),
    )
    site.mkdir()
    write_json(site / "sections.json", document)


def given_comment(board: Board, section: str, language: str = "en", **fields: Any) -> str:
    """Accepted, unless `outcome` says otherwise; `old` and `new` make its suggestion."""
    old, new = fields.pop("old", ""), fields.pop("new", "")
    outcome = fields.pop("outcome", "accepted")
    path = f"/api/v1/sections/{section}"
    wording = board.service.ask("GET", path).body["languages"][language]["fingerprint"]
    text = board.service.ask("GET", f"{path}/wordings/{language}/{wording}").body["markdown"]
    assert old in text
    posted = {
        "section": section,
        "language": language,
        "wording": wording,
        "role": "customer",
        "kind": "suggestion",
        "about": "rule",
        "body": "A private matter of mine.",
        "name": "Maria Private",
        "visibility": "reviewers",
        **({"suggestion": text.replace(old, new, 1)} if old else {}),
        **fields,
    }
    seen = board.canaries
    headers = {**seen.headers(), "Idempotency-Key": seen.text(f"key {len(seen.values)}")}
    made = board.service.ask("POST", "/api/v1/comments", posted, headers).body
    name = str(made["id"])
    seen.values[f"receipt of {name}"] = made["receipt"]
    reason = {"reason": "Well put.", "reason_language": "en"}
    decided = board.act(f"comments/{name}/decision", version=1, outcome=outcome, **reason)
    assert decided.status == 200, decided
    return name


def _codes(answer: Answer) -> dict[str, str]:
    return {one["id"]: one["code"] for one in answer.body["refused"]}


def test_wordings_in_two_languages_become_a_branch_that_is_proposed_once(board: Board) -> None:
    english = given_comment(board, "complaints-answer", old="Listen.", new="Listen well.")
    other = given_comment(board, "complaints", "pt", old="toda manifestação", new="qualquer sinal")

    answer = board.propose(english, other)
    again = board.propose(english)

    assert answer.status == 201, answer
    branch = answer.body["branch"]
    changes = board.git("diff", "-U0", f"main..{branch}", "--", "docs").splitlines()
    changed = [line for line in changes if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == [
        "-1. Listen.",
        "+1. Listen well.",
        "-Reclamação é toda manifestação de descontentamento.",
        "+Reclamação é qualquer sinal de descontentamento.",
    ]
    message = board.git("log", "-1", "--format=%an <%ae>%n%B", branch)
    assert message.startswith(AUTHOR)
    assert re.findall("^Feedback: (.*)$", message, re.MULTILINE) == [english, other]
    assert re.findall(f"rivate|{EDITOR}|Well put", message) == []
    assert [one["sha"] for one in answer.body["commits"]] == [board.git("rev-parse", branch)]
    assert {"section": "complaints-answer", "languages": ["pt", "ru"]} in answer.body["behind"]
    assert (answer.body["refused"], answer.body["url"]) == ([], None)
    event = board.comment(english)["events"][-1]
    assert (event["what"], event["after"], event["by"]) == ("proposed", branch, EDITOR)
    assert (again.status, again.body["code"]) == (422, "nothing-proposed")
    assert [(one["code"], one["found"]) for one in again.body["refused"]] == [
        ("already-proposed", branch)
    ]
    assert board.branches() == [branch, "main"]
    assert not (board.service.data / "repository.work").exists()
    objects = board.git_objects()
    assert b"Listen well." in objects
    places = [("the repository", objects), *everything_below(board.service.log.parent)]
    assert board.canaries.found_in(places) == []


def test_each_refusal_has_its_code_and_a_changed_base_shows_both_texts(board: Board) -> None:
    stale = given_comment(board, "complaints-acknowledge", old="names a person", new="names Ana")
    declined = given_comment(
        board, "complaints-answer", old="Answer", new="Reply", outcome="declined"
    )
    plain = given_comment(board, "complaints-answer")
    heading = given_comment(board, "complaints-answer", suggestion="## Mine { #complaints-mine }")
    page = "docs/en/complaints.md"
    before = board.git("rev-parse", "main")
    board.project.change(page, "names a person", "names somebody")
    commit_all(board.project, "Editorial(complaints): somebody")
    run_git(board.project, "push", "--quiet", "origin", "HEAD:main")

    answer = board.propose(stale, declined, plain, heading)

    run_git(board.project, "push", "--quiet", "--force", "origin", f"{before}:main")
    run_git(board.project, "reset", "--quiet", "--hard", before)
    assert (answer.status, answer.body["code"]) == (422, "nothing-proposed")
    assert _codes(answer) == {
        stale: "base-changed",
        declined: "not-accepted",
        plain: "no-suggestion",
        heading: "breaks-grammar",
    }
    changed = next(one for one in answer.body["refused"] if one["id"] == stale)
    assert "names Ana" in changed["theirs"]
    assert "names somebody" in changed["ours"]
    assert all(one["detail"] for one in answer.body["refused"])
    assert "proposed" not in {event["what"] for event in board.comment(stale)["events"]}


def test_a_broken_clone_is_made_anew_and_a_rejected_push_is_told_as_one(board: Board) -> None:
    comment = given_comment(board, "complaints", old="discontent", new="unhappiness")
    objects = board.service.data / "repository.git" / "objects"
    shutil.rmtree(objects)
    objects.mkdir()
    left = board.service.data / "repository.work" / "text"
    left.mkdir(parents=True)
    (left / "stale").write_text("of a crash", encoding="utf-8")
    before = board.branches()
    hook = board.remote / "hooks" / "pre-receive"
    hook.write_text(HOOK, encoding="utf-8")
    hook.chmod(0o755)

    answer = board.propose(comment)

    hook.unlink()
    assert (answer.status, answer.body["code"]) == (409, "push-rejected")
    assert answer.body["said"] == "main only, please"
    assert board.branches() == before
    assert "proposed" not in {event["what"] for event in board.comment(comment)["events"]}


def test_a_repository_that_is_not_there_is_told_and_forgotten(board: Board) -> None:
    comment = given_comment(board, "complaints", old="discontent", new="displeasure")
    away = board.remote.with_name("away.git")
    board.remote.rename(away)

    answer = board.propose(comment)

    away.rename(board.remote)
    assert (answer.status, answer.body["code"]) == (503, "repository-unreachable")
    assert "Traceback" not in board.service.log.read_text("utf-8")
