"""The container, compose and unit files, as far as they can be judged without an engine."""

import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedback_api.settings import NAMES, read_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SECRETS = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "FEEDBACK_SECRET"}


def _instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def _last_stage() -> list[tuple[str, str]]:
    instructions = _instructions()
    begins = max(n for n, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[begins:]


def _compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
    return content


def _unit() -> list[tuple[str, str]]:
    lines = (DEPLOY / "code-of-practice.service").read_text("utf-8").splitlines()
    return [
        (name, value)
        for line in lines
        if not line.startswith("#")
        for name, equals, value in [line.partition("=")]
        if equals
    ]


def test_every_file_that_the_image_takes_is_there_and_not_left_out() -> None:
    ignored = [
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    taken = [
        source
        for word, rest in _instructions()
        if word == "COPY" and "--from=" not in rest
        for source in rest.split()[:-1]
    ]

    assert {"requirements/service.txt", "requirements/site.txt", "feedback_api"} <= set(taken)
    for source in taken:
        assert (ROOT / source).exists(), source
        assert [one for one in ignored if fnmatch(source, one)] == []
    assert [one for one in ignored if fnmatch(".git", one)] == []
    assert {".venv", "site", "build", "data", "**/.env", "**/*.key"} <= set(ignored)


def test_stages_copy_from_stages_and_end_as_a_user_without_rights() -> None:
    names = [rest.split()[-1] for word, rest in _instructions() if word == "FROM"]
    sources = [
        found[1]
        for word, rest in _instructions()
        if word == "COPY" and (found := re.search(r"--from=(\S+)", rest))
    ]
    last = _last_stage()

    assert len(names) >= 4
    assert set(sources) <= set(names)
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert last.index(("USER", "10001:10001")) < min(
        n for n, (word, _) in enumerate(last) if word in ("HEALTHCHECK", "ENTRYPOINT", "CMD")
    )


def test_packages_are_installed_from_the_locks_alone() -> None:
    runs = [rest for word, rest in _instructions() if word == "RUN" and "pip install" in rest]

    assert len(runs) == 2
    for run in runs:
        assert "--require-hashes --no-deps" in run
    assert [rest for _, rest in _instructions() if re.search(r"\bcurl\b|\bwget\b", rest)] == []


def test_the_image_is_asked_how_it_is_without_another_program() -> None:
    (check,) = (rest for word, rest in _last_stage() if word == "HEALTHCHECK")

    assert "/healthz" in check
    assert '"python"' in check


def test_compose_runs_three_replicas_that_only_the_proxy_reaches() -> None:
    services = _compose()["services"]
    replicas = [services[f"service-{number}"] for number in (1, 2, 3)]

    for one in replicas:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    assert set(services["proxy"]["environment"]["UPSTREAMS"].split()) == {
        f"service-{number}:8000" for number in (1, 2, 3)
    }
    proxy = services["proxy"]["networks"]
    assert set(proxy) & set(replicas[0]["networks"]) == {"front"}
    believed = replicas[0]["environment"]["FEEDBACK_TRUSTED_PROXIES"]
    assert believed == proxy["front"]["ipv4_address"]
    assert services["postgres"]["networks"] == services["valkey"]["networks"] == ["inside"]
    assert _compose()["networks"]["inside"]["internal"] is True


def test_compose_knows_no_secret_and_only_settings_that_there_are() -> None:
    text = (DEPLOY / "compose.yml").read_text("utf-8")
    wanted = re.findall(r"\$\{(\w+)(:?[-?+]?)", text)

    assert {name for name, _ in wanted} == {*SECRETS, "SITE_ADDRESS"}
    assert {kind for _, kind in wanted} == {":?"}
    environment = _compose()["services"]["service-1"]["environment"]
    assert set(environment) <= set(NAMES)
    filled = {
        name: re.sub(r"\$\{(\w+):\?[^}]*\}", "a" * 32, value) for name, value in environment.items()
    }
    assert read_settings(filled).store.database is not None


def test_compose_builds_targets_that_the_dockerfile_has() -> None:
    stages = {rest.split()[-1] for word, rest in _instructions() if word == "FROM"}
    builds = [one["build"] for one in _compose()["services"].values() if "build" in one]

    assert {build["target"] for build in builds} == {"service", "proxy"}
    assert {build["target"] for build in builds} <= stages
    for build in builds:
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_the_unit_sets_what_there_is_and_locks_what_it_can() -> None:
    unit = _unit()
    settings = dict(
        part.split("=", 1)
        for name, value in unit
        if name == "Environment"
        for part in value.split()
    )
    given = {name: value for name, value in settings.items() if name.startswith("FEEDBACK_")}

    assert read_settings(given).data == Path("/var/lib/code-of-practice")
    assert {
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("StateDirectory", "code-of-practice"),
        ("SystemCallFilter", "@system-service"),
        ("MemoryDenyWriteExecute", "yes"),
    } <= set(unit)
    assert ("User", "root") not in unit


def test_systemd_reads_the_unit_without_complaint(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.fail("No systemd-analyze. Get it with: apt-get install systemd.")
    copy = tmp_path / "code-of-practice.service"
    text = (DEPLOY / copy.name).read_text("utf-8")
    copy.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", text))

    verified = subprocess.run(
        [analyze, "verify", copy], capture_output=True, text=True, check=False
    )

    assert [line for line in verified.stderr.splitlines() if copy.name in line] == []


def test_the_manual_names_every_setting_and_no_other() -> None:
    manual = (ROOT / "docs/manual/running.md").read_text("utf-8")
    table = manual.partition("## All settings")[2]

    assert sorted(re.findall(r"FEEDBACK_\w+", table)) == sorted(NAMES)
