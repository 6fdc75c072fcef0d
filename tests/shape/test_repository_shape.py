"""The shape of the repository: what prose and habit would let drift, a test holds in place."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bench", "feedback_api", "scripts/practice")
LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 50
MOST_SILENCED_CHECKS = 5
LOOP_HERE = re.compile(r"^(asyncio|anyio)\.run$|\.run_until_complete$")
CHANCE_AND_CLOCK = re.compile(r"\b(time|monotonic|now|today|uuid\d|random|urandom|token_\w+)\(")
HELPER_PREFIXES = ("test_", "make_", "assert_", "given_", "_")


def _tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def _source_modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _test_modules() -> list[Path]:
    return sorted((ROOT / "tests").rglob("test_*.py"))


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _is_fixture(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)


@pytest.mark.parametrize("path", _test_modules(), ids=_relative)
def test_every_top_level_function_of_a_test_module_is_a_test_fixture_or_helper(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    functions = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    strays = [
        function.name
        for function in functions
        if not function.name.startswith(HELPER_PREFIXES) and not _is_fixture(function)
    ]

    assert strays == []


@pytest.mark.parametrize("path", _test_modules(), ids=_relative)
def test_no_test_has_the_name_of_another_in_its_module(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("path", _test_modules(), ids=_relative)
def test_no_case_is_named_after_the_clock_or_by_chance(path: Path) -> None:
    """Workers that collect at different seconds would not agree on which tests there are."""
    decorators = [
        ast.unparse(decorator)
        for function in _functions(ast.parse(path.read_text("utf-8")))
        for decorator in function.decorator_list
    ]

    assert [text for text in decorators if CHANCE_AND_CLOCK.search(text)] == []


@pytest.mark.parametrize("path", _test_modules(), ids=_relative)
def test_no_loop_runs_in_the_thread_of_the_tests(path: Path) -> None:
    """Playwright leaves a running one there: see tests/fakes/event_loop.py."""
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]

    assert [call for call in calls if LOOP_HERE.search(call)] == []


@pytest.mark.parametrize("path", _source_modules(), ids=_relative)
def test_modules_and_functions_stay_small_enough_to_read(path: Path) -> None:
    source = path.read_text("utf-8")
    lengths = {
        function.name: (function.end_lineno or 0) - function.lineno + 1
        for function in _functions(ast.parse(source))
    }

    assert len(source.splitlines()) <= LONGEST_MODULE_LINES
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", _source_modules(), ids=_relative)
def test_every_module_says_what_it_is_for_and_checks_no_input_by_assert(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    assert ast.get_docstring(tree)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    mark = re.compile(r"pytest\.(?:skip|xfail|importorskip)|mark\.(?:skip|skipif|xfail)\b")
    found = [
        f"{_relative(path)}:{number}"
        for path in _tracked("tests/*.py")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if mark.search(line)
    ]

    assert found == []


def test_few_checks_are_silenced_and_each_with_code_and_reason() -> None:
    mark = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)")
    silenced = [
        (path.name, found["rest"])
        for path in _tracked("bench/*.py", "feedback_api/*.py", "scripts/*.py", "tests/*.py")
        if path.name != Path(__file__).name
        for found in mark.finditer(path.read_text("utf-8"))
    ]

    assert len(silenced) <= MOST_SILENCED_CHECKS
    for name, rest in silenced:
        assert re.match(r"(?::\s*[A-Z]+\d+|\[[a-z-]+\]).*\s[-#]\s*\w+", rest), (name, rest)


def test_no_python_html_or_javascript_names_a_language() -> None:
    codes = [path.parent.name for path in (ROOT / "languages").glob("*/language.yml")]
    named = re.compile(rf"""(["'`])(?:{"|".join(codes)})\1|/(?:{"|".join(codes)})/""")
    sources = _tracked(
        "bench/*.py", "feedback_api/*.py", "feedback_api/*.html", "feedback_api/*.js",
        "scripts/*.py", "theme/*.html", "theme/*.js",
    )  # fmt: skip

    found = [
        f"{_relative(path)}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line)
    ]

    assert found == []


def test_the_readme_fits_and_its_tables_name_every_folder_and_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    folders = {path.relative_to(ROOT).parts[0] for path in _tracked() if path.parent != ROOT}
    commands = {
        path.name
        for path in (ROOT / "scripts").iterdir()
        if path.is_file() and os.access(path, os.X_OK)
    }
    rooms = {
        path.name for path in (ROOT / "feedback_api").iterdir() if (path / "__init__.py").exists()
    }

    in_tables = set(re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE))

    assert len(readme.splitlines()) <= 150
    assert {f"{name}/" for name in folders if not name.startswith(".")} <= in_tables
    assert {f"scripts/{name}" for name in commands} <= in_tables
    assert {f"feedback_api/{name}/" for name in rooms} <= in_tables
    assert [name for name in in_tables if not (ROOT / name).exists()] == []


def test_every_relative_link_of_the_project_pages_leads_to_a_file() -> None:
    pages = _tracked("*.md")
    own = [path for path in pages if path.parent == ROOT or "adr" in path.parts]
    links = [
        (path, target)
        for path in own
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
    ]

    assert links
    assert [
        (path.name, target) for path, target in links if not (path.parent / target).exists()
    ] == []


def test_commands_can_be_run_and_say_in_their_second_line_what_they_do() -> None:
    commands = [
        path
        for path in _tracked("scripts")
        if path.parent == ROOT / "scripts" and path.name != "environment"
    ]

    assert {"serve", "test", "check", "fix", "build"} <= {path.name for path in commands}
    for path in commands:
        first, second = path.read_text("utf-8").splitlines()[:2]
        assert (first, second[:2], os.access(path, os.X_OK)) == ("#!/usr/bin/env bash", "# ", True)


def test_locks_pin_every_package_with_hashes_and_name_no_address() -> None:
    for path in _tracked("requirements/*.txt"):
        lines = path.read_text("utf-8").splitlines()
        pinned = [line for line in lines if re.match(r"[a-z0-9]", line)]
        assert pinned
        assert [line for line in pinned if "==" not in line] == []
        assert len([line for line in lines if "--hash=sha256:" in line]) >= len(pinned)
        assert [line for line in lines if "://" in line] == []


def test_locks_agree_with_each_other() -> None:
    versions: dict[str, set[frozenset[str]]] = {}
    for path in _tracked("requirements/*.txt"):
        lock = path.read_text("utf-8")
        pins = re.findall(r"^([a-z0-9][\w.-]*)==([^ \\]+)", lock, re.MULTILINE)
        for name in {name for name, _ in pins}:
            pinned = frozenset(version for found, version in pins if found == name)
            versions.setdefault(name, set()).add(pinned)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
