"""The repository in the settings: where it may be, and what is never shown."""

from pathlib import Path

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.repository_settings import Remote
from feedback_api.settings import read_settings

AUTHOR = "Code service <code@example.org>"
TOKEN = "ghp_Secret0123456789"


@pytest.mark.parametrize(
    ("given", "remote"),
    [
        ("/srv/git/code.git", Remote(address="/srv/git/code.git", protocol="file")),
        ("file:///srv/code.git", Remote(address="file:///srv/code.git", protocol="file")),
        (
            "git@git.example.org:a/b.git",
            Remote(address="git@git.example.org:a/b.git", protocol="ssh"),
        ),
        (
            "ssh://git@h.example.org:22/b",
            Remote(address="ssh://git@h.example.org:22/b", protocol="ssh"),
        ),
        (
            "https://me@git.example.org:8443/b.git",
            Remote(
                address="https://git.example.org:8443/b.git",
                protocol="https",
                origin="https://git.example.org:8443",
                user="me",
            ),
        ),
        (
            "http://127.0.0.1:3000/b.git",
            Remote(
                address="http://127.0.0.1:3000/b.git",
                protocol="http",
                origin="http://127.0.0.1:3000",
            ),
        ),
    ],
)
def test_paths_ssh_and_https_are_taken(given: str, remote: Remote) -> None:
    settings = read_settings({"FEEDBACK_REPOSITORY": given, "FEEDBACK_REPOSITORY_AUTHOR": AUTHOR})

    assert settings.repository is not None
    assert settings.repository.remote == remote
    assert settings.repository.branch == "main"


@pytest.mark.parametrize(
    "given",
    [
        "http://git.example.org/code.git",
        "https://me:password@git.example.org/code.git",
        "https://git.example.org/code.git?x=1",
        "https://git.example.org/",
        "https://-oProxyCommand=x/code.git",
        "ssh://-oProxyCommand=x/code.git",
        "--upload-pack=touch",
        "ext::sh -c touch",
        "ftp://git.example.org/code.git",
        "https://git.example.org:99999/code.git",
    ],
)
def test_any_other_place_is_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({"FEEDBACK_REPOSITORY": given, "FEEDBACK_REPOSITORY_AUTHOR": AUTHOR})

    assert refused.value.message.startswith("FEEDBACK_REPOSITORY must be the path")
    assert "password@" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("FEEDBACK_REPOSITORY_BRANCH", "-x"),
        ("FEEDBACK_REPOSITORY_BRANCH", "a..b"),
        ("FEEDBACK_REPOSITORY_AUTHOR", "code@example.org"),
        ("FEEDBACK_REPOSITORY_KEY", "/nowhere/at/all"),
        ("FEEDBACK_REPOSITORY_TOKEN", "two words"),
    ],
)
def test_what_goes_with_it_is_checked(name: str, given: str) -> None:
    usual = {"FEEDBACK_REPOSITORY": "/srv/git", "FEEDBACK_REPOSITORY_AUTHOR": AUTHOR}

    with pytest.raises(SettingsRefused) as refused:
        read_settings({**usual, name: given})

    assert refused.value.message.startswith(f"{name} must be")
    assert "two words" not in refused.value.message


def test_an_author_is_needed_a_key_fits_ssh_and_a_token_https(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("key", encoding="utf-8")
    given = {
        "FEEDBACK_REPOSITORY": "/srv/git",
        "FEEDBACK_REPOSITORY_KEY": str(key),
        "FEEDBACK_REPOSITORY_TOKEN": TOKEN,
    }

    with pytest.raises(SettingsRefused) as refused:
        read_settings(given)

    assert [line.split()[0] for line in refused.value.message.splitlines()] == [
        "FEEDBACK_REPOSITORY_KEY",
        "FEEDBACK_REPOSITORY_TOKEN",
        "FEEDBACK_REPOSITORY_AUTHOR",
    ]


def test_a_token_is_never_shown() -> None:
    settings = read_settings(
        {
            "FEEDBACK_REPOSITORY": "https://git.example.org/code.git",
            "FEEDBACK_REPOSITORY_AUTHOR": AUTHOR,
            "FEEDBACK_REPOSITORY_TOKEN": TOKEN,
        }
    )

    assert settings.described()["FEEDBACK_REPOSITORY_TOKEN"] == "set"
    assert TOKEN not in repr(settings) + str(settings.described())
