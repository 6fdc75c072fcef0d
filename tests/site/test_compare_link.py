"""Where a pull request is opened, told from the address that a branch was pushed to."""

from pathlib import Path

import pytest

from practice.compare_link import compare_link


@pytest.mark.parametrize(
    ("settings", "remote", "link"),
    [
        (
            "site_name: x\n",
            "git@github.com:company/code.git",
            "https://github.com/company/code/compare/main...feedback/x?expand=1",
        ),
        (
            "repo_url: https://git.example.org/company/code\nextra: {forge: gitea}\n",
            "ssh://git@git.example.org/company/code.git",
            "https://git.example.org/company/code/compare/main...feedback/x",
        ),
        ("site_name: x\n", "/srv/git/code.git", ""),
        ("extra: {forge: nonsense}\n", "/srv/git/code.git", ""),
    ],
)
def test_the_link_is_the_forge_s_or_none(
    tmp_path: Path, settings: str, remote: str, link: str
) -> None:
    (tmp_path / "mkdocs.yml").write_text(settings, encoding="utf-8")

    assert compare_link(tmp_path, remote=remote, base="main", branch="feedback/x") == link
