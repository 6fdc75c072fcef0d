"""What proposing asks of git: what a branch brings, and that the remote gets it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from practice.applied_trailers import CommentId, comments_named
from practice.apply_git import TEXT_PARTS
from practice.forge_remote import without_secrets

_SHOWN = 5
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# An editor's token for the feedback service is no business of git's or of a forge's.
_OURS = ("REVIEW_TOKEN",)


class ProposingRefusedError(Exception):
    """Nothing is proposed; `lines` say why, and what to do."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A commit that a branch adds to its base, and the comments it was made of."""

    commit: str
    subject: str
    comments: tuple[CommentId, ...]


@dataclass(frozen=True, slots=True)
class Proposer:
    """The git repository that the folder `root` is in. Methods raise ProposingRefusedError."""

    root: Path

    def branch(self, named: str, base: str) -> str:
        """The branch to propose, the current one where none is named."""
        if self._said("rev-parse", "--is-inside-work-tree") != "true":
            message = "is in no git repository: run this where the project was cloned."
            raise ProposingRefusedError(f"{self.root} {message}")
        branch = named or self._said("symbolic-ref", "--short", "--quiet", "HEAD")
        if not branch:
            message = "HEAD is on no branch: name one with --branch, or git switch to it."
            raise ProposingRefusedError(message)
        if not self._commit(f"refs/heads/{branch}"):
            raise ProposingRefusedError(f"There is no branch “{branch}” here.")
        if branch == base:
            message = "is what pull requests go into: make a branch with scripts/review apply."
            raise ProposingRefusedError(f"{branch} {message}")
        return branch

    def require_clean(self) -> None:
        """Whether what is committed is all that there is."""
        command = ("-c", "core.quotePath=false", "status", "--porcelain")
        changed = self._said(*command, "--untracked-files=no").splitlines()
        changed += self._said(*command, "--untracked-files=all", "--", *TEXT_PARTS).splitlines()
        if changed:
            files = list(dict.fromkeys(line.strip().partition(" ")[2].strip() for line in changed))
            more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
            raise ProposingRefusedError(
                f"There are changes that are not committed: {', '.join(files[:_SHOWN])}{more}."
                " Commit them or put them away first."
            )

    def addresses(self, remote: str) -> tuple[str, ...]:
        """Where the remote is: as git would ask it, and as it was written down.

        `url.*.insteadOf` may turn a short form into an address, or an address into a mirror's.
        """
        names = self._said("remote").splitlines()
        if remote not in names:
            known = ", ".join(names) or "none"
            message = f"There is no remote “{remote}”: name one with --remote. There is {known}."
            raise ProposingRefusedError(message)
        asked = self._said("remote", "get-url", "--push", remote)
        written = self._said("config", "--get", f"remote.{remote}.url")
        return tuple(dict.fromkeys((asked, written)))

    def base(self, remote: str, name: str, *, fetch: bool) -> str:
        """The hash of the base, as the remote has it now, or as it was fetched last."""
        if fetch:
            done = self._run("fetch", "--quiet", remote, f"refs/heads/{name}")
            if done.returncode:
                raise ProposingRefusedError(
                    f"“{name}” cannot be fetched from {remote}:",
                    *said_lines(done.stderr),
                    "Name another with --base.",
                )
            return self._said("rev-parse", "FETCH_HEAD")
        found = self._commit(f"refs/remotes/{remote}/{name}") or self._commit(f"refs/heads/{name}")
        if not found:
            raise ProposingRefusedError(f"There is no branch “{name}”: name another with --base.")
        return found

    def brought(self, base: str, branch: str) -> tuple[Brought, ...]:
        """What the branch adds, the oldest first."""
        command = ("log", "--reverse", "-z", "--no-show-signature", "--encoding=UTF-8")
        listed = self._said(*command, "--format=%H%n%B", f"{base}..refs/heads/{branch}", "--")
        found = []
        for entry in filter(None, listed.split("\0")):
            commit, _, message = entry.partition("\n")
            subject = message.strip().partition("\n")[0]
            found.append(Brought(commit=commit, subject=subject, comments=comments_named(message)))
        return tuple(found)

    def left_at(self, base: str, branch: str) -> str:
        """The commit at which the branch left its base."""
        found = self._said("merge-base", base, f"refs/heads/{branch}")
        if not found:
            message = f"{branch} and its base have no commit in common: apply the comments anew."
            raise ProposingRefusedError(message)
        return found

    def head(self, branch: str) -> str:
        """The hash of the branch's last commit."""
        return self._commit(f"refs/heads/{branch}")

    def push(self, remote: str, branch: str) -> None:
        """Give the remote the branch under its own name; nothing there is ever overwritten."""
        done = self._run("push", "--porcelain", remote, f"refs/heads/{branch}:refs/heads/{branch}")
        if not done.returncode:
            return
        said = done.stderr + done.stdout
        if "non-fast-forward" in said or "fetch first" in said:
            raise ProposingRefusedError(
                f"{remote} has commits on {branch} that are not here: nothing was pushed.",
                f"Look at them with git fetch {remote} and git log ..{remote}/{branch};"
                " take them in, or propose under another name.",
            )
        raise ProposingRefusedError(f"{remote} did not take {branch}:", *said_lines(said))

    def _commit(self, name: str) -> str:
        return self._said("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def _said(self, *command: str) -> str:
        done = self._run(*command)
        return "" if done.returncode else done.stdout.strip()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", "-C", str(self.root), *command],
                capture_output=True,
                check=False,
                encoding="utf-8",
                errors="replace",
                env={**environment(), "LC_ALL": "C.UTF-8", "LANGUAGE": ""},
            )
        except OSError as error:
            raise ProposingRefusedError(f"Git is not installed ({error}).") from error


def environment() -> Mapping[str, str]:
    """One's own, so that git and the forges' tools know who one is, without what is ours alone.

    Where nobody sits, nobody is asked for a password.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return kept if sys.stdin.isatty() else {"GIT_TERMINAL_PROMPT": "0", **kept}


def said_lines(said: str) -> list[str]:
    """What another program said, without tokens and without orders to the terminal."""
    plain = _CONTROL.sub("", without_secrets(said))
    return [f"  {line.rstrip()}" for line in plain.splitlines() if line.strip()]
