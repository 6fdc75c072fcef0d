"""Which forge the repository is on: `repo_url`, `extra.forge` and `extra.branch` in mkdocs.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from practice.forge_address import HOSTS, Forge, ForgeKind
from practice.menu import CONFIGURATION
from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import read_mapping
from practice.yaml_lines import Place, YamlLines

NONE = "none"
_BRANCH = "main"
# What git-check-ref-format(1) forbids, and what no address should carry.
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|//|@\{|^[-/.]|/\.|[/.]$|\.lock$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeSettings:
    """`forge` is None where none is named, or `extra.forge` is `none`.

    `commits` is where commits are shown, up to their hash; empty where nobody knows.
    """

    forge: Forge | None
    branch: str
    commits: str

    def edit(self, path: Path, *, first: int, last: int) -> str:
        """Where these lines of a file are edited; empty without a forge."""
        if self.forge is None:
            return ""
        return self.forge.edit(path.as_posix(), branch=self.branch, first=first, last=last)


def read_forge(root: Path) -> ForgeSettings:
    """Raises ProblemsFoundError, with the line in mkdocs.yml, for a value that cannot be used."""
    content = read_mapping(root, CONFIGURATION)
    extra = content.get("extra")
    named = extra if isinstance(extra, dict) else {}
    address, kind = content.get("repo_url"), named.get("forge")
    branch = named.get("branch", _BRANCH)
    faults = list(_faults(address, kind, branch))
    if faults:
        lines = YamlLines((root / CONFIGURATION).read_text(encoding="utf-8"))
        raise ProblemsFoundError(
            Problem(CONFIGURATION, lines.line(*place), "forge", message)
            for place, message in faults
        )
    page = str(address or "").rstrip("/").removesuffix(".git")
    return _settings(page, kind, str(branch))


def _settings(address: str, kind: object, branch: str) -> ForgeSettings:
    forge = None
    known = HOSTS.get(urlsplit(address).hostname or "") if kind is None else kind
    if address and known and known != NONE:
        forge = Forge(kind=ForgeKind(str(known)), address=address)
    commits = forge.commits() if forge else ""
    if address and kind is None and not forge:
        # Most forges say so; a setting is asked for only where they differ.
        commits = f"{address}/commit/"
    return ForgeSettings(forge=forge, branch=branch, commits=commits)


def _faults(address: object, kind: object, branch: object) -> Iterator[tuple[Place, str]]:
    kinds = [*ForgeKind, NONE]
    if kind is not None and kind not in kinds:
        words = ", ".join(kinds)
        yield ("extra", "forge"), f"“{kind}” is no forge known here: write one of {words}."
    elif kind not in (None, NONE) and not address:
        yield ("extra", "forge"), "There is no “repo_url”: name the repository’s page as well."
    if address is not None and address != "" and not _is_page(address):
        message = "“repo_url” is not the address of a repository’s page: write it as"
        yield ("repo_url",), f"{message} https://forge.example.org/owner/name."
    if not isinstance(branch, str) or not branch or _NO_BRANCH.search(branch):
        yield ("extra", "branch"), f"“{branch}” is no name of a branch: write it as main."


def _is_page(address: object) -> bool:
    if not isinstance(address, str) or re.search(r"[\s\"'<>\\]", address):
        return False
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        # A port that is no number shows only when it is asked for.
        return known and parts.port != 0 and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        return False
