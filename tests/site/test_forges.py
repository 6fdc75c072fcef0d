"""The addresses of each forge, the settings that name one, and what a remote's address tells."""

import pytest

from practice.forge_address import Forge, ForgeKind
from practice.forge_remote import forge_of_remote, without_secrets
from practice.forge_settings import read_forge
from practice.problem import ProblemsFoundError

from .conftest import Project

PAGES = {
    ForgeKind.GITHUB: "https://github.com/acme/code",
    ForgeKind.GITLAB: "https://gitlab.example.org/acme/rules/code",
    ForgeKind.GITEA: "https://codeberg.org/acme/code",
    ForgeKind.BITBUCKET: "https://bitbucket.org/acme/code",
}
CONFIGURED = Forge(kind=ForgeKind.GITEA, address="https://forge.example.org:8443/git/acme/code")


def _forge(kind: ForgeKind) -> Forge:
    return Forge(kind=kind, address=PAGES[kind])


def _configure(project: Project, *, address: str = "", forge: str = "", branch: str = "") -> None:
    path = project.path("mkdocs.yml")
    text = path.read_text(encoding="utf-8")
    added = f"  forge: {forge}\n" * bool(forge) + f"  branch: {branch}\n" * bool(branch)
    text = text.replace("extra:\n", f"extra:\n{added}")
    path.write_text(text + f"repo_url: {address}\n" * bool(address), encoding="utf-8")


def _found(project: Project) -> list[tuple[str, int, str]]:
    """What reading the settings refuses: code, line, and the text of that line."""
    try:
        read_forge(project.root)
    except ProblemsFoundError as found:
        lines = project.path("mkdocs.yml").read_text(encoding="utf-8").split("\n")
        return [(p.code, p.line, lines[p.line - 1].strip()) for p in found.problems]
    return []


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ForgeKind.GITHUB, "/edit/main/docs/en/a%20b%23.md#L10-L20"),
        (ForgeKind.GITLAB, "/-/edit/main/docs/en/a%20b%23.md#L10-20"),
        (ForgeKind.GITEA, "/src/branch/main/docs/en/a%20b%23.md?display=source#L10-L20"),
        (
            ForgeKind.BITBUCKET,
            "/src/main/docs/en/a%20b%23.md?fileviewer=file-view-default#lines-10:20",
        ),
    ],
)
def test_lines_are_edited_where_each_forge_has_them(kind: ForgeKind, address: str) -> None:
    found = _forge(kind).edit("docs/en/a b#.md", branch="main", first=10, last=20)

    assert found == PAGES[kind] + address


@pytest.mark.parametrize(
    ("kind", "branch"),
    [
        (ForgeKind.GITHUB, "release/2027%231"),
        (ForgeKind.GITLAB, "release/2027%231"),
        (ForgeKind.GITEA, "release/2027%231"),
        (ForgeKind.BITBUCKET, "release%2F2027%231"),
    ],
)
def test_a_branch_with_a_slash_is_no_part_of_the_path(kind: ForgeKind, branch: str) -> None:
    found = _forge(kind).edit("x.md", branch="release/2027#1", first=1, last=1)

    assert f"/{branch}/x.md" in found


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ForgeKind.GITHUB, "/commit/"),
        (ForgeKind.GITLAB, "/-/commit/"),
        (ForgeKind.GITEA, "/commit/"),
        (ForgeKind.BITBUCKET, "/commits/"),
    ],
)
def test_commits_are_where_each_forge_shows_them(kind: ForgeKind, address: str) -> None:
    assert _forge(kind).commits() == PAGES[kind] + address


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ForgeKind.GITHUB, "/compare/main...feedback/a%231?expand=1"),
        (
            ForgeKind.GITLAB,
            "/-/merge_requests/new?merge_request%5Bsource_branch%5D=feedback%2Fa%231"
            "&merge_request%5Btarget_branch%5D=main",
        ),
        (ForgeKind.GITEA, "/compare/main...feedback/a%231"),
        (ForgeKind.BITBUCKET, "/pull-requests/new?source=feedback%2Fa%231&dest=main"),
    ],
)
def test_branches_are_compared_where_each_forge_opens_pull_requests(
    kind: ForgeKind, address: str
) -> None:
    assert _forge(kind).compare(base="main", branch="feedback/a#1") == PAGES[kind] + address


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/acme/code.git",
        "https://github.com/acme/code",
        "https://ana:token@github.com/acme/code.git/",
        "git@github.com:acme/code.git",
        "github.com:acme/code",
        "GitHub.com:/acme/code.git",
        "ssh://git@github.com/acme/code.git",
        "ssh://git@ssh.github.com:443/acme/code.git",
        "git://github.com/acme/code.git",
    ],
)
def test_every_form_of_a_remote_is_the_same_repository(remote: str) -> None:
    assert forge_of_remote(remote, None) == _forge(ForgeKind.GITHUB)


@pytest.mark.parametrize(
    "remote",
    [
        "/srv/git/code.git",
        "../code",
        "./acme:code",
        "file:///srv/git/code.git",
        "C:/git/code.git",
        "git@elsewhere.example.org:acme/other.git",
        "https://github.com/",
        "https://github.com:port/acme/code",
        "https://github.com.example.org/acme/code",
        "",
    ],
)
def test_a_folder_or_an_unknown_host_is_no_forge(remote: str) -> None:
    assert forge_of_remote(remote, CONFIGURED) is None


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("ssh://git@forge.example.org:2222/acme/code.git", CONFIGURED.address),
        ("https://forge.example.org:8443/git/acme/code.git", CONFIGURED.address),
        ("git@forge.example.org:me/code.git", "https://forge.example.org:8443/me/code"),
        ("work:git/acme/code.git", CONFIGURED.address),
    ],
)
def test_a_configured_forge_makes_its_host_known(remote: str, address: str) -> None:
    assert forge_of_remote(remote, CONFIGURED) == Forge(kind=ForgeKind.GITEA, address=address)


def test_tokens_in_addresses_are_not_shown() -> None:
    said = "fatal: 'https://ana:s3cret@github.com/a/b' and https://s3cret@x.example.org/ failed"

    assert without_secrets(said) == (
        "fatal: 'https://github.com/a/b' and https://x.example.org/ failed"
    )


@pytest.mark.parametrize("kind", ForgeKind)
def test_settings_name_each_forge(project: Project, kind: ForgeKind) -> None:
    _configure(project, address="https://code.example.org/a/b/", forge=kind, branch="trunk")

    found = read_forge(project.root)

    assert found.forge == Forge(kind=kind, address="https://code.example.org/a/b")
    assert found.branch == "trunk"
    assert found.commits == found.forge.commits()


@pytest.mark.parametrize("kind", ForgeKind)
def test_a_famous_host_needs_no_setting(project: Project, kind: ForgeKind) -> None:
    host = {ForgeKind.GITLAB: "https://gitlab.com/acme/code"}.get(kind, PAGES[kind])
    _configure(project, address=f"{host}.git")

    found = read_forge(project.root)

    assert (found.forge, found.branch) == (Forge(kind=kind, address=host), "main")


def test_without_settings_there_is_no_forge(project: Project) -> None:
    found = read_forge(project.root)

    assert (found.forge, found.commits) == (None, "")


def test_a_forge_is_switched_off_by_none(project: Project) -> None:
    _configure(project, address=PAGES[ForgeKind.GITHUB], forge="none")

    found = read_forge(project.root)

    assert (found.forge, found.commits) == (None, "")


def test_an_unknown_host_has_links_to_commits_alone(project: Project) -> None:
    _configure(project, address="https://code.example.org/a/b")

    found = read_forge(project.root)

    assert (found.forge, found.commits) == (None, "https://code.example.org/a/b/commit/")


@pytest.mark.parametrize("forge", ["gitbub", "GitHub", "3", "true", "[github]"])
def test_an_unknown_forge_is_refused_with_its_line(project: Project, forge: str) -> None:
    _configure(project, address=PAGES[ForgeKind.GITHUB], forge=forge)

    (found,) = _found(project)

    assert found[::2] == ("forge", f"forge: {forge}")


def test_a_forge_without_an_address_is_refused_with_its_line(project: Project) -> None:
    _configure(project, forge="gitlab")

    (found,) = _found(project)

    assert found[::2] == ("forge", "forge: gitlab")


@pytest.mark.parametrize(
    "address",
    [
        "git@github.com:acme/code.git",
        "javascript:alert(1)",
        "https://ana:token@github.com/acme/code",
        "https://github.com/acme/code?tab=1",
        "https://github.com:port/acme/code",
        "7",
    ],
)
def test_an_address_that_is_no_page_is_refused_with_its_line(
    project: Project, address: str
) -> None:
    _configure(project, address=address)

    (found,) = _found(project)

    assert found[::2] == ("forge", f"repo_url: {address}")


@pytest.mark.parametrize("branch", ["'a b'", "../main", "'a:b'", "-b", "7", "a..b", "x.lock"])
def test_a_branch_that_git_refuses_is_refused_with_its_line(project: Project, branch: str) -> None:
    _configure(project, address=PAGES[ForgeKind.GITHUB], branch=branch)

    (found,) = _found(project)

    assert found[::2] == ("forge", f"branch: {branch}")
