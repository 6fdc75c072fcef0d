"""Everything that is wrong with the text or the site stops the build, and the old site stays."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from practice.build_settings import read_build_settings
from practice.parallel import TaskFailedError, in_parallel
from practice.problem import ProblemsFoundError

from .conftest import REPOSITORY, Project

COMPLAINTS = "docs/pt/complaints.md"


def _run_build(project: Project) -> "subprocess.CompletedProcess[str]":
    """The command as scripts/build calls it."""
    paths = [str(REPOSITORY), str(REPOSITORY / "scripts")]
    command = [sys.executable, "-m", "practice", "build", "--root", str(project.root)]
    return subprocess.run(
        [*command, "--output", str(project.site)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("## Resposta { #complaints-answer }", "## Resposta", "heading-without-id"),
        ("{ #complaints-answer }", "{ #complaints-writing }", "duplicate-id"),
        ("{ #complaints-answer }", "{ #complaints-reply }", "section-not-in-source"),
        ("1. Ouça.", "Veja [isto](index.md#index-never).", "broken-link"),
        ("1. Ouça.", "1. Ouça \\~ bem.", "read-differently"),
        ("1. Ouça.", "Ouça\n- bem", "list-after-text"),
    ],
)
def test_the_command_fails_with_path_line_code_and_what_to_do(
    project: Project, old: str, new: str, code: str
) -> None:
    project.site.mkdir()
    (project.site / "index.html").write_text("the old site", encoding="utf-8")
    line = project.change(COMPLAINTS, old, new) + new[: new.rfind("\n") + 1].count("\n")

    done = _run_build(project)

    assert done.returncode == 1
    assert f"{COMPLAINTS}:{line}: {code} " in done.stderr
    assert [path.name for path in project.site.iterdir()] == ["index.html"]
    assert (project.site / "index.html").read_text(encoding="utf-8") == "the old site"


def test_a_register_that_cannot_be_read_stops_the_build_with_its_line(project: Project) -> None:
    project.path("docs/standards.yml").write_text("- {id: a, section: b}\n", encoding="utf-8")

    found = project.build_findings()

    assert {(path, line) for path, line, _ in found} == {("docs/standards.yml", 1)}


def test_the_command_says_what_it_built(project: Project) -> None:
    done = _run_build(project)

    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("There is no git history here:")
    assert "3 pages, 8 sections, en pt ru" in done.stdout


def test_a_warning_of_mkdocs_stops_the_build(project: Project) -> None:
    project.change("mkdocs.yml", "site_name: Code of Practice\n", "site_name: C\nunheard_of: 1\n")

    findings = project.build_findings()

    assert [(path, code) for path, _, code in findings] == [
        (f"languages/{language}/mkdocs.yml", "mkdocs") for language in ("en", "pt", "ru")
    ]


BREAKING = {
    '<p style="color: red">x</p>': "inline-style",
    '<p onclick="x()">x</p>': "inline-handler",
    '<a href="javascript:x()">x</a>': "script-address",
    '<img src="https://example.org/x.png" alt="">': "foreign-host",
    '<script src="//example.org/x.js"></script>': "foreign-host",
    '<link rel="stylesheet" href="https://example.org/x.css">': "foreign-host",
    '<p id="text">x</p>': "html-id-twice",
}


def test_each_breach_of_the_policy_in_a_template_stops_the_build(project: Project) -> None:
    path = project.path("theme/overrides/partials/footer.html")
    footer = path.read_text(encoding="utf-8")
    path.write_text("\n".join([footer, *BREAKING]), encoding="utf-8")

    findings = project.build_findings()

    on_one_page = [code for path, _, code in findings if path == "site/pt/complaints/index.html"]
    assert sorted(on_one_page) == sorted(BREAKING.values())
    assert not project.site.exists()


def test_a_style_sheet_that_loads_from_elsewhere_stops_the_build(project: Project) -> None:
    path = project.path("theme/assets/site.css")
    css = path.read_text(encoding="utf-8") + "\nbody{background:url(https://example.org/x.png)}"
    path.write_text(css, encoding="utf-8")

    assert {code for _, _, code in project.build_findings()} == {"foreign-host"}


def test_messages_that_cannot_be_read_stop_the_build(project: Project) -> None:
    path = project.path("languages/ru/messages.po")
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "half\n', encoding="utf-8")

    assert [(path, code) for path, _, code in project.build_findings()] == [
        ("languages/ru/messages.po", "messages")
    ]


def test_a_good_build_replaces_the_old_site_whole(project: Project) -> None:
    project.site.mkdir()
    (project.site / "left-over.html").write_text("old", encoding="utf-8")

    project.build()

    assert not (project.site / "left-over.html").exists()
    assert (project.site / "sections.json").is_file()
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".site")] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"PRACTICE_SITE_URL": "code.example.org"},
        {"PRACTICE_SITE_URL": "https://example.org:port/"},
        {"PRACTICE_SITE_URL": "https://example.org/?a=b"},
        {"PRACTICE_SERVICE_ORIGIN": "https://example.org/feedback"},
        {"PRACTICE_SERVICE_ORIGIN": "ftp://example.org"},
        {"PRACTICE_SERVICE": "https://example.org"},
    ],
)
def test_settings_that_cannot_be_used_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ProblemsFoundError) as found:
        read_build_settings(environment)

    assert [problem.code for problem in found.value.problems] == ["setting"]


def test_settings_are_tidied() -> None:
    found = read_build_settings(
        {
            "PRACTICE_SITE_URL": "https://example.org/code",
            "PRACTICE_SERVICE_ORIGIN": "https://feedback.example.org/",
            "HOME": "/root",
        }
    )

    assert (found.site_url, found.service_origin) == (
        "https://example.org/code/",
        "https://feedback.example.org",
    )
    assert found.site_path == "/code/"


def test_a_task_that_raises_tells_where(tmp_path: Path) -> None:
    def broken() -> int:
        raise ValueError("no such luck")

    with pytest.raises(TaskFailedError, match="no such luck"):
        in_parallel([broken, lambda: 2])


def test_tasks_answer_in_their_order() -> None:
    def square(number: int) -> int:
        return number * number

    assert in_parallel([partial(square, n) for n in range(5)]) == [0, 1, 4, 9, 16]
