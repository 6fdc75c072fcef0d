"""The forges' own tools: whether one is there and signed in, and a pull request by it.

A body goes in by standard input: a command line can be read by others on the machine, and has an
end. `glab mr create` takes it on the command line only, so GitLab's API is asked by `glab api`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote, urlencode

from practice.forge_address import Forge, ForgeKind
from practice.propose_git import environment, said_lines

_TIMEOUT_SECONDS = 120
# Of characters as JavaScript and MySQL count them, and a little less than the forges say.
_LIMITS: Mapping[ForgeKind, int] = MappingProxyType(
    {ForgeKind.GITLAB: 1_000_000, ForgeKind.BITBUCKET: 32_000}
)
_LIMIT = 65_000


class ToolFailedError(Exception):
    """The tool did not open a pull request; `lines` are what it said."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


class ForgeTool(Protocol):
    """A program that opens pull requests."""

    @property
    def name(self) -> str:
        """What it is called on a command line."""
        ...

    def is_ready(self) -> bool:
        """Whether it is installed and signed in at the forge."""
        ...

    def existing(self, branch: str, base: str) -> str:
        """The address of the open pull request of a branch, empty where there is none."""
        ...

    def create(self, branch: str, base: str, *, title: str, body: str) -> str:
        """The address of the new one, empty where the tool does not say; ToolFailedError."""
        ...


def tool_of(forge: Forge, folder: Path) -> ForgeTool | None:
    """The tool for a forge, called in `folder`; None where none is known."""
    if forge.kind is ForgeKind.GITHUB:
        return GitHubTool(forge, folder)
    if forge.kind is ForgeKind.GITLAB:
        return GitLabTool(forge, folder)
    return None


def longest_body(forge: Forge | None) -> int:
    """How many UTF-16 units the body of a pull request may have."""
    return _LIMITS.get(forge.kind, _LIMIT) if forge else _LIMIT


@dataclass(frozen=True, slots=True)
class GitHubTool:
    """GitHub's `gh`."""

    forge: Forge
    folder: Path
    name: str = "gh"

    def is_ready(self) -> bool:
        host = ("auth", "status", "--hostname", self.forge.host)
        return _is_there(self.name) and not self._run(*host)[0]

    def existing(self, branch: str, base: str) -> str:
        status, output, _ = self._run(
            "pr", "view", branch, "--repo", self._repository(), "--json", "url,state,baseRefName"
        )
        found = _json(output) if status == 0 else None
        if not isinstance(found, dict) or found.get("state", "OPEN") != "OPEN":
            return ""
        into = found.get("baseRefName", base)
        return _address(str(found.get("url", ""))) if into == base else ""

    def create(self, branch: str, base: str, *, title: str, body: str) -> str:
        status, output, said = self._run(
            *("pr", "create", "--repo", self._repository()),
            *(f"--head={branch}", f"--base={base}", f"--title={title}", "--body-file=-"),
            given=body,
        )
        if status:
            raise ToolFailedError(*said_lines(said or output))
        return _address(output)

    def _run(self, *command: str, given: str = "") -> tuple[int, str, str]:
        return _run(self.folder, (self.name, *command), given, {"GH_PROMPT_DISABLED": "1"})

    def _repository(self) -> str:
        return f"{self.forge.host}/{self.forge.path}"


@dataclass(frozen=True, slots=True)
class GitLabTool:
    """GitLab's `glab`."""

    forge: Forge
    folder: Path
    name: str = "glab"

    def is_ready(self) -> bool:
        host = ("auth", "status", "--hostname", self.forge.host)
        return _is_there(self.name) and not self._run(*host)[0]

    def existing(self, branch: str, base: str) -> str:
        asked = urlencode({"state": "opened", "source_branch": branch, "target_branch": base})
        status, output, _ = self._run(*self._api(f"?{asked}"))
        found = _json(output) if status == 0 else None
        first = found[0] if isinstance(found, list) and found else None
        return _address(str(first.get("web_url", ""))) if isinstance(first, dict) else ""

    def create(self, branch: str, base: str, *, title: str, body: str) -> str:
        asked = {
            "source_branch": branch,
            "target_branch": base,
            "title": title,
            "description": body,
        }
        status, output, said = self._run(
            *self._api(""),
            *("--method", "POST", "--header", "Content-Type: application/json", "--input", "-"),
            given=json.dumps(asked),
        )
        if status:
            raise ToolFailedError(*said_lines(said or output))
        found = _json(output)
        return _address(str(found.get("web_url", ""))) if isinstance(found, dict) else ""

    def _api(self, query: str) -> tuple[str, ...]:
        project = quote(self.forge.path, safe="")
        place = f"projects/{project}/merge_requests{query}"
        return ("api", "--hostname", self.forge.host, place)

    def _run(self, *command: str, given: str = "") -> tuple[int, str, str]:
        return _run(self.folder, (self.name, *command), given, {"NO_PROMPT": "1"})


def _is_there(name: str) -> bool:
    return shutil.which(name) is not None


def _run(
    folder: Path, command: tuple[str, ...], given: str, settings: Mapping[str, str]
) -> tuple[int, str, str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            input=given.encode(),
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
            env={**environment(), **settings, "NO_COLOR": "1"},
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"{command[0]} did not answer within {_TIMEOUT_SECONDS} seconds."
    except OSError as error:
        return 1, "", f"{command[0]} cannot be called ({error.strerror})."
    return (
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _address(output: str) -> str:
    """The last address that a tool printed, and nothing else of it."""
    words = [word for word in output.split() if word.startswith(("https://", "http://"))]
    return words[-1] if words and words[-1].isprintable() else ""
