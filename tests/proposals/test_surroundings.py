"""What the programs that propose changes get to know, and how they are ended."""

import base64
import sys
import time
from pathlib import Path

import pytest

from feedback_api.proposals.process import Deadline, TookTooLong, run
from feedback_api.proposals.surroundings import bare_environment, talking_environment
from feedback_api.repository_settings import RepositorySettings, read_author, read_remote

TOKEN = "ghp_Secret0123456789"
MARK = "a-secret-of-the-service"


def make_settings(address: str, *, token: str | None = None) -> RepositorySettings:
    return RepositorySettings(
        remote=read_remote(address),
        branch="main",
        author=read_author("Code service <code@example.org>"),
        key=None,
        token=token,
    )


def test_the_tools_know_no_secret_and_no_setting_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDBACK_SECRET", MARK)
    monkeypatch.setenv("GIT_TRACE", "1")
    settings = make_settings("https://git.example.org/code.git", token=TOKEN)
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()

    tools = " ".join(bare_environment(settings, tmp_path).values())
    environment = talking_environment(settings, tmp_path, tmp_path / "hosts")
    talking = " ".join(environment.values())

    assert [word for word in (MARK, TOKEN, encoded) if word in tools] == []
    assert [word for word in (MARK, TOKEN) if word in talking] == []
    assert "GIT_TRACE" not in environment
    names = {value: name for name, value in environment.items()}
    number = names["http.https://git.example.org/.extraHeader"].rpartition("_")[2]
    assert environment[f"GIT_CONFIG_VALUE_{number}"] == f"Authorization: Basic {encoded}"
    assert environment["GIT_ALLOW_PROTOCOL"] == "https"
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("address", "user"),
    [
        ("https://git.example.org/code.git", "x-access-token"),
        ("https://x-token-auth@git.example.org/code.git", "x-token-auth"),
    ],
)
def test_the_token_goes_with_the_user_that_the_address_names(address: str, user: str) -> None:
    settings = make_settings(address, token=TOKEN)

    header = settings.authorization().rpartition(" ")[2]

    assert base64.b64decode(header).decode() == f"{user}:{TOKEN}"
    assert settings.remote.address == "https://git.example.org/code.git"


def test_whatever_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    child = f"import time; time.sleep(4); open({str(tmp_path / 'late')!r}, 'w')"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    began = time.monotonic()

    with pytest.raises(TookTooLong):
        run(
            [sys.executable, "-c", program],
            folder=tmp_path,
            environment={},
            deadline=Deadline(1),
        )

    assert time.monotonic() - began < 3.5
    assert not (tmp_path / "late").exists()
