"""Accounts made on the command line, used over HTTP."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feedback_api.command_line import cli
from feedback_api.domain.editor import Editor
from feedback_api.domain.identity import EditorName
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.store_files import StoreFiles
from tests.fakes.clockwork import START
from tests.system.running import EDITOR, PASSPHRASE, Service


def _sign_in(service: Service, passphrase: str = PASSPHRASE) -> int:
    credentials = {"name": EDITOR, "passphrase": passphrase}
    return service.ask("POST", "/api/v1/session", credentials).status


def test_editor_added_from_standard_input_while_serving_signs_in(service: Service) -> None:
    service.start()
    assert _sign_in(service) == 401

    added = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")

    assert added.returncode == 0
    assert PASSPHRASE not in added.stdout + added.stderr
    assert _sign_in(service) == 201
    assert _sign_in(service, "seven quiet lantern") == 401


def test_removed_editor_is_out_at_once(service: Service, editor: dict[str, str]) -> None:
    service.start()
    session = service.ask("POST", "/api/v1/session", editor)
    headers = {"Authorization": f"Bearer {session.body['token']}"}
    assert service.ask("GET", "/api/v1/comments", headers=headers).status == 200

    assert service.run("editor", "remove", EDITOR).returncode == 0

    assert service.ask("GET", "/api/v1/comments", headers=headers).status == 401
    assert _sign_in(service) == 401


def test_operator_ends_sessions_of_an_account_that_stays(
    service: Service, editor: dict[str, str]
) -> None:
    service.start()
    session = service.ask("POST", "/api/v1/session", editor)
    headers = {"Authorization": f"Bearer {session.body['token']}"}

    ended = service.run("editor", "sign-out", EDITOR)
    unknown = service.run("editor", "sign-out", "Nobody")

    assert (ended.returncode, unknown.returncode) == (0, 1)
    assert service.ask("GET", "/api/v1/comments", headers=headers).status == 401
    assert _sign_in(service) == 201


def test_editors_are_listed_without_their_hashes(service: Service, editor: dict[str, str]) -> None:
    listed = service.run("editor", "list")

    assert editor["name"] in listed.stdout
    assert "argon2" not in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("add", EDITOR), "too short\n", "at least 12 characters"),
        (("add", EDITOR), "", "passphrase is missing"),
        (("add", " "), f"{PASSPHRASE}\n", "name is missing"),
        (("add", "commenter"), f"{PASSPHRASE}\n", "uses itself"),
        (("add", EDITOR), "password1234\n", "is guessed soon"),
        (("remove", "Nobody"), "", "There is no editor Nobody."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    service: Service, arguments: tuple[str, ...], stdin: str, message: str
) -> None:
    result = service.run("editor", *arguments, stdin=stdin)

    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_change_of_which_a_part_is_refused_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    editors = KeptEditors(DocumentsFolder(tmp_path / "data", StoreFiles(tmp_path / "data")))
    subject = "https://login.example.org ana"
    account = Editor(
        name=EditorName(EDITOR),
        passphrase_hash=None,
        added_at=START,
        session_epoch=7,
        subject=subject,
    )
    editors.add(account)
    change = ["editor", "change", EDITOR, "--email", "ana@example.org", "--role", "reviewer"]

    refused = CliRunner().invoke(cli, change, env={"FEEDBACK_STORE": f"tinydb:{tmp_path / 'data'}"})

    assert refused.exit_code == 1
    assert "the role comes from groups there" in refused.stderr
    assert editors.get(account.name) == account


def test_second_editor_of_the_same_name_is_refused(
    service: Service, editor: dict[str, str]
) -> None:
    result = service.run("editor", "add", editor["name"].upper(), stdin=f"{PASSPHRASE}\n")

    assert result.returncode == 1
    assert "already" in result.stderr


@pytest.mark.parametrize(
    ("again", "status", "told"),
    [(PASSPHRASE, 0, "can sign in now"), ("another passphrase", 1, "The two passphrases differ")],
)
def test_on_a_terminal_the_passphrase_is_asked_twice_and_not_shown(
    service: Service, again: str, status: int, told: str
) -> None:
    shown, code = _at_terminal(service, PASSPHRASE, again)

    assert code == status
    assert shown.count("Passphrase") == 1
    assert shown.count("The same again") == 1
    assert told in shown
    assert PASSPHRASE not in shown


def _at_terminal(service: Service, *typed: str) -> tuple[str, int]:
    """What a terminal shows while each line is typed at its prompt, and the exit status."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback_api", "editor", "add", EDITOR],
        env=service.environment,
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
        preexec_fn=_control_terminal,
    )
    os.close(side)
    shown = ""
    for line in typed:
        while not shown.endswith(": "):
            shown += os.read(main, 1024).decode()
        os.write(main, f"{line}\n".encode())
        shown += os.read(main, 1).decode()
    try:
        while part := os.read(main, 1024):
            shown += part.decode()
    except OSError:  # how a terminal says that nobody is at the other end any more
        pass
    os.close(main)
    return shown, process.wait(30)


def _control_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
