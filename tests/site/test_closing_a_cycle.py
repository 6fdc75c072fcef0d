"""`scripts/review close` against a service on a socket and a real git repository."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from practice.closing_cycle import ClosingRefusedError, sign_in
from practice.closing_service import Service
from practice.review_command import application

from .conftest import Project, make_project
from .cycle_text import write_cycle
from .fake_service import NAME, PASSPHRASE, TOKEN, FakeService, fake_service
from .report_text import FIRST, MARKDOWN, PATH, THIRD, comment, decision, document, section

FILES = [PATH, *(MARKDOWN.format(language) for language in ("en", "pt", "ru"))]
CLOSE = "/api/v1/cycles/2027-1/close"
SECRET_WORDS = "what nobody may read"


@pytest.fixture
def service() -> Iterator[FakeService]:
    with fake_service() as fake:
        yield fake


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What every repository here is a copy of."""
    project = make_project(tmp_path_factory.mktemp("closing") / "project")
    write_cycle(project)
    _git(project, "init", "--quiet", "--initial-branch=work")
    _git(project, "config", "user.name", "Ana")
    _git(project, "config", "user.email", "ana@example.org")
    _git(project, "add", "--all")
    _git(project, "commit", "--quiet", "--message", "Begin")
    return project


@pytest.fixture
def repository(begun: Project, tmp_path: Path) -> Project:
    """The project with a cycle, all of it committed on a branch called work."""
    return Project(shutil.copytree(begun.root, tmp_path / "project"))


def _git(project: Project, *command: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(project.root), *command], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _close(
    project: Project, service: FakeService | str, *, cycle: str = "2027-1", token: str = TOKEN
) -> Result:
    origin = service if isinstance(service, str) else service.origin
    flags = ["close", cycle, "--service", origin, "--root", str(project.root)]
    return CliRunner().invoke(application, flags, env={"REVIEW_TOKEN": token})


def _commits(project: Project) -> list[str]:
    """Subjects, the newest first."""
    return _git(project, "log", "--format=%s").splitlines()


def _is_untouched(project: Project) -> bool:
    return _commits(project) == ["Begin"] and not _git(project, "status", "--porcelain")


def test_close_makes_one_commit_of_the_report_in_every_language(
    repository: Project, service: FakeService
) -> None:
    service.closes("2027-1", document())

    done = _close(repository, service)

    assert done.exit_code == 0, done.output
    assert _commits(repository) == [
        "Cycle(2027-1): what was said and what we decided",
        "Begin",
    ]
    assert _git(repository, "show", "--format=", "--name-only").splitlines() == FILES
    assert _git(repository, "log", "-1", "--format=%an <%ae>") == "Ana <ana@example.org>"
    assert _git(repository, "status", "--porcelain") == ""
    assert json.loads(repository.path(PATH).read_text(encoding="utf-8")) == document()
    assert _git(repository, "rev-parse", "--short", "HEAD") in done.output
    assert "git push origin HEAD:refs/heads/close-2027-1" in done.output
    assert "the branch work" in done.output


def test_token_is_sent_to_close_alone_and_stays_nowhere(
    repository: Project, service: FakeService
) -> None:
    service.closes("2027-1", document())

    done = _close(repository, service)

    assert service.asked == [
        ("POST", CLOSE, f"Bearer {TOKEN}"),
        ("GET", "/api/v1/cycles/2027-1/dispositions?format=json", ""),
    ]
    assert TOKEN not in done.output
    assert TOKEN not in _git(repository, "log", "-p", "-1")


def test_undecided_comments_are_listed_without_their_words(
    repository: Project, service: FakeService
) -> None:
    service.refuses("2027-1", 409, "cycle-undecided")
    waiting = {"id": FIRST, "section": "complaints-answer", "state": "in-review"}
    retired = {"id": THIRD, "section": "complaints-gone", "state": "received"}
    found = [{**one, "body": SECRET_WORDS} for one in (waiting, retired)]
    service.answer("GET", "/api/v1/cycles/2027-1/undecided", 200, {"comments": found})

    done = _close(repository, service)

    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "2027-1 cannot be closed: 2 of its comments are not decided.",
        f"  1. 1.2 complaints-answer · in-review · {service.origin}/review/{FIRST}",
        f"  2. complaints-gone · received · {service.origin}/review/{THIRD}",
        "Decide them on the board, then close.",
    ]
    assert _is_untouched(repository)


def test_nothing_but_ids_of_an_answer_reaches_the_terminal(
    repository: Project, service: FakeService
) -> None:
    service.refuses("2027-1", 409, "cycle-undecided")
    evil = {"id": "\x1b[2J", "section": SECRET_WORDS, "state": None}
    service.answer("GET", "/api/v1/cycles/2027-1/undecided", 200, {"comments": [evil]})

    done = _close(repository, service)

    assert f"  1. ? · ? · {service.origin}/review/?" in done.output
    assert SECRET_WORDS not in done.output


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (409, "cycle-not-over", "Comments on it are still taken"),
        (404, "unknown-cycle", "The service does not know it"),
        (401, "sign-in-needed", "You are not signed in"),
        (418, "\x1b[2J", "The service refused it (418 without a code)"),
        (503, "store-failed", "The service refused it (503 store-failed)"),
        (302, "", "The service refused it (302 without a code)"),
    ],
)
def test_refusal_of_the_service_leaves_everything_as_it_was(
    repository: Project, service: FakeService, status: int, code: str, said: str
) -> None:
    service.refuses("2027-1", status, code)

    done = _close(repository, service)

    assert done.exit_code == 1
    assert said in done.output
    assert [path for _, path, _ in service.asked] == [CLOSE]
    assert _is_untouched(repository)


def test_something_else_at_the_address_is_no_service(
    repository: Project, service: FakeService
) -> None:
    service.answer("POST", CLOSE, 200, b"<!doctype html>")

    done = _close(repository, service)

    assert (done.exit_code, "is not the feedback service" in done.output) == (1, True)
    assert _is_untouched(repository)


def test_service_that_is_away_is_named(repository: Project) -> None:
    with fake_service() as gone:
        origin = gone.origin

    done = _close(repository, origin)

    assert done.exit_code == 1
    assert f"{origin} does not answer (ConnectionRefusedError)." in done.output
    assert _is_untouched(repository)


@pytest.mark.parametrize("origin", ["http://feedback.example.org", "feedback", "ftp://localhost"])
def test_token_goes_to_no_origin_where_others_can_read_it(repository: Project, origin: str) -> None:
    done = _close(repository, origin)

    assert done.exit_code == 1
    assert _is_untouched(repository)


def test_unknown_cycle_is_refused_before_anybody_is_asked(
    repository: Project, service: FakeService
) -> None:
    done = _close(repository, service, cycle="2031-1")

    assert done.exit_code == 1
    assert "There is no review cycle “2031-1”: choose from 2027-1." in done.output
    assert service.asked == []


def test_without_token_and_terminal_nobody_is_signed_in(
    repository: Project, service: FakeService
) -> None:
    done = _close(repository, service, token="")

    assert (done.exit_code, service.asked) == (1, [])
    assert "set REVIEW_TOKEN" in done.output


def test_name_and_passphrase_become_a_token(service: FakeService) -> None:
    assert sign_in(Service(service.origin), NAME, PASSPHRASE) == TOKEN


def test_wrong_passphrase_is_refused(service: FakeService) -> None:
    with pytest.raises(ClosingRefusedError) as refused:
        sign_in(Service(service.origin), NAME, "wrong")

    assert refused.value.lines == ("The name or the passphrase is wrong.",)


def test_changes_that_are_not_committed_are_named(
    repository: Project, service: FakeService
) -> None:
    repository.change("docs/en/complaints.md", "## Answering {", "## Answers {")

    done = _close(repository, service)

    assert (done.exit_code, service.asked) == (1, [])
    assert "not committed: docs/en/complaints.md." in done.output


def test_file_that_would_be_written_over_is_named(
    repository: Project, service: FakeService
) -> None:
    repository.path(MARKDOWN.format("ru")).write_text("mine", encoding="utf-8")

    done = _close(repository, service)

    assert (done.exit_code, service.asked) == (1, [])
    assert MARKDOWN.format("ru") in done.output
    assert repository.path(MARKDOWN.format("ru")).read_text(encoding="utf-8") == "mine"


def test_folder_without_history_is_refused(project: Project, service: FakeService) -> None:
    write_cycle(project)

    done = _close(project, service)

    assert (done.exit_code, service.asked) == (1, [])
    assert "is in no git repository" in done.output


def test_detached_head_is_said(repository: Project, service: FakeService) -> None:
    service.closes("2027-1", document())
    _git(repository, "checkout", "--quiet", "--detach")

    done = _close(repository, service)

    assert (done.exit_code, "no branch: HEAD is detached" in done.output) == (0, True)


def test_commit_that_fails_leaves_nothing_behind(repository: Project, service: FakeService) -> None:
    service.closes("2027-1", document())
    hook = repository.path(".git/hooks/pre-commit")
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)

    done = _close(repository, service)

    assert (done.exit_code, "Nothing was committed: not today" in done.output) == (1, True)
    assert _is_untouched(repository)


def test_closing_again_with_nothing_new_says_so(repository: Project, service: FakeService) -> None:
    service.closes("2027-1", document())
    _close(repository, service)

    done = _close(repository, service)

    assert (done.exit_code, "nothing has changed" in done.output) == (0, True)
    assert len(_commits(repository)) == 2


def test_objection_that_was_decided_makes_a_second_commit(
    repository: Project, service: FakeService
) -> None:
    service.closes("2027-1", document())
    _close(repository, service)
    service.closes("2027-1", _objected())

    done = _close(repository, service)

    assert done.exit_code == 0, done.output
    assert _commits(repository)[0] == "Cycle(2027-1): what we decided after objections"
    changed = _git(repository, "show", "--format=", "-p", "--", MARKDOWN.format("en"))
    assert "+The commenter objected, and another editor answered anew." in changed


def test_comment_hidden_since_is_taken_out_of_the_report(
    repository: Project, service: FakeService
) -> None:
    service.closes("2027-1", document())
    _close(repository, service)
    service.closes("2027-1", document(sections=document()["sections"][:1]))

    done = _close(repository, service)

    assert done.exit_code == 0, done.output
    assert _commits(repository)[0] == "Cycle(2027-1): what readers may see of it now"
    assert THIRD not in repository.path(PATH).read_text(encoding="utf-8")


def _objected() -> dict[str, Any]:
    content = document(closed_again_at=["2027-08-30T09:00:00Z"])
    content["sections"][1]["comments"] = [
        comment(
            THIRD,
            "Later?",
            objected=True,
            decision=decision("accepted", "Now.", decided_on="2027-08-29"),
            earlier_decisions=[decision("deferred", "Yes.", deferred_to="2028-1")],
        )
    ]
    return content


@pytest.mark.parametrize("field", ["name", "email", "editor"])
def test_fields_that_nobody_may_read_are_never_written(
    repository: Project, service: FakeService, field: str
) -> None:
    content = document()
    content["sections"][0]["comments"][0][field] = SECRET_WORDS
    service.closes("2027-1", content)

    done = _close(repository, service)

    assert (done.exit_code, "cannot be published" in done.output) == (1, True)
    assert SECRET_WORDS not in done.output
    assert _is_untouched(repository)


def test_e_mail_address_in_a_comment_is_a_matter_for_the_board(
    repository: Project, service: FakeService
) -> None:
    said = comment(FIRST, "Write to ivan.petrov@mail.example!")
    service.closes("2027-1", document(sections=[section("complaints-answer", "1.2", said)]))

    done = _close(repository, service)

    assert done.exit_code == 1
    assert f"  {service.origin}/review/{FIRST}" in done.output
    assert "ivan" not in done.output
    assert _is_untouched(repository)


def test_report_writes_the_markdown_anew(repository: Project, service: FakeService) -> None:
    service.closes("2027-1", document())
    _close(repository, service)
    repository.change("docs/ru/complaints.md", "## Ответ {", "## Ответ на жалобу {")

    done = CliRunner().invoke(application, ["report", "--root", str(repository.root)])

    assert done.exit_code == 0, done.output
    assert "+## 1.2 Ответ на жалобу" in _git(repository, "diff", "--", "cycles")


def test_report_of_a_cycle_that_is_not_closed_is_refused(repository: Project) -> None:
    done = CliRunner().invoke(application, ["report", "2027-1", "--root", str(repository.root)])

    assert (done.exit_code, "is not closed" in done.output) == (1, True)
