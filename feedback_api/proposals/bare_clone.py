"""The service's own clone of the text's repository: bare, in its data folder, made anew if broken.

No address and no secret is ever written into it: each command that talks names where to.
"""

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from feedback_api.domain.proposal import PushRejected, RepositoryUnreachable
from feedback_api.proposals.process import Deadline, Done, TookTooLong, run
from feedback_api.proposals.surroundings import (
    bare_environment,
    global_configuration,
    talking_environment,
)
from feedback_api.repository_settings import RepositorySettings

PREFIX = "feedback/"
_THEIRS = "refs/remotes/origin/"
_UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_TRAILER = re.compile(rf"^[^\w\n]*Feedback: *(?P<id>{_UUID})[^\S\n]*$", re.MULTILINE)
_SHA = re.compile("[0-9a-f]{40,64}")
_SAID_CHARACTERS = 600


class GitFailed(Exception):
    """A git command that should work did not; the words are for the log."""


@dataclass(slots=True)
class BareClone:
    """`folder` holds the clone, `repository.git`, and what is only there while work goes on.

    Methods raise TookTooLong, OSError, and GitFailed where the clone itself seems broken.
    """

    folder: Path
    settings: RepositorySettings
    deadline: Deadline
    _local: Mapping[str, str] = field(init=False)
    _talking: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._local = bare_environment(self.settings, self.work)
        hosts = self.folder / "repository.hosts"
        self._talking = talking_environment(self.settings, self.work, hosts)

    @property
    def clone(self) -> Path:
        return self.folder / "repository.git"

    @property
    def work(self) -> Path:
        return self.folder / "repository.work"

    @property
    def text(self) -> Path:
        """The working tree, while there is one."""
        return self.work / "text"

    @property
    def environment(self) -> Mapping[str, str]:
        """For tools that work in the working tree; they can reach nobody."""
        return self._local

    def tidy(self) -> None:
        """Make room, also after a crash; what earlier work left is gone."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(mode=0o700)
        configuration = global_configuration(self.settings)
        (self.work / "gitconfig").write_text(configuration, encoding="utf-8")

    def remove(self) -> None:
        """Forget the clone: the next `fetch` makes it anew."""
        shutil.rmtree(self.clone, ignore_errors=True)

    def branches(self) -> Mapping[str, str]:
        """Hashes in the repository now: of the main branch and of all proposals, by name.

        Raises RepositoryUnreachable, also where it has no main branch.
        """
        main = f"refs/heads/{self.settings.branch}"
        command = ("ls-remote", "--quiet", "--heads", "--", self.settings.remote.address)
        done = self._talk(*command, main, f"refs/heads/{PREFIX}*")
        if done.status:
            raise RepositoryUnreachable from GitFailed(done.told)
        lines = (line.split("\t") for line in done.answer.decode("utf-8", "replace").splitlines())
        found = {name.removeprefix("refs/heads/"): sha for sha, name in lines}
        if not _SHA.fullmatch(found.get(self.settings.branch, "")):
            raise RepositoryUnreachable from GitFailed(f"no branch {self.settings.branch}")
        return found

    def fetch(self) -> None:
        """Bring the clone up to date, and lay the main branch out in the working tree."""
        if not (self.clone / "HEAD").is_file():
            self.remove()
            self._need("init", "--bare", "--quiet", "--", str(self.clone), folder=self.folder)
        main = self.settings.branch
        done = self._talk(
            "fetch",
            "--quiet",
            "--prune",
            "--no-tags",
            "--no-write-fetch-head",
            "--",
            self.settings.remote.address,
            f"+refs/heads/{main}:{_THEIRS}{main}",
            f"+refs/heads/{PREFIX}*:{_THEIRS}{PREFIX}*",
            folder=self.clone,
        )
        if done.status:
            raise GitFailed(done.told)
        self._need("worktree", "prune")
        for name in self._need("for-each-ref", "--format=%(refname)", "refs/heads/").split():
            self._need("update-ref", "-d", name)
        place = str(self.text)
        self._need("worktree", "add", "--quiet", "--detach", "--", place, f"{_THEIRS}{main}")
        self._keep_what_the_tools_remember()

    def proposed(self, comments: Collection[str]) -> Mapping[str, str]:
        """Which of the comments stand on a branch that is not merged, with that branch.

        Those of which the main branch knows are left to the tools: they know of reverts, too.
        """
        main = f"{_THEIRS}{self.settings.branch}"
        told = self._need(
            "log", "-z", "--source", "--format=%S%n%B", f"--remotes=origin/{PREFIX}", "--not", main
        )
        found: dict[str, str] = {}
        for entry in told.split("\0"):
            source, _, message = entry.partition("\n")
            for trailer in _TRAILER.finditer(message):
                # Git shortens the name where that is clear.
                branch = source.removeprefix("refs/remotes/").removeprefix("origin/")
                found.setdefault(trailer["id"].lower(), branch)
        return {
            comment: found[comment]
            for comment in comments
            if comment in found and not self._knows(main, comment)
        }

    def head(self, branch: str) -> str:
        """The hash that a branch made here points to."""
        return self._need("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")

    def push(self, branch: str) -> None:
        """Send a branch that the repository does not have; on return it is there.

        Raises PushRejected, RepositoryUnreachable.
        """
        sha = self.head(branch)
        name = f"refs/heads/{branch}"
        command = ("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags")
        lease = f"--force-with-lease={name}:"  # it must not be there yet
        address = self.settings.remote.address
        said = ""
        try:
            done = self._talk(*command, lease, "--", address, f"{name}:{name}", folder=self.clone)
            said = done.told
            if done.status == 0:
                return
        except TookTooLong:
            pass
        self.deadline = self.deadline.extended()
        try:
            there = self.branches().get(branch)
        except TookTooLong:
            raise RepositoryUnreachable from None
        if there != sha:
            raise PushRejected(_words_of_the_other_side(said))

    def leave(self) -> None:
        """Remove what is only there while work goes on."""
        shutil.rmtree(self.work, ignore_errors=True)

    def _keep_what_the_tools_remember(self) -> None:
        """Words once looked up are not looked up in every proposal; see CachedDictionaries."""
        memory, place = self.folder / "repository.memory", self.text / "build"
        memory.mkdir(mode=0o700, exist_ok=True)
        if not place.exists():
            place.symlink_to(memory, target_is_directory=True)

    def _knows(self, main: str, comment: str) -> bool:
        found = self._need("log", "-1", "--format=%H", "-F", f"--grep=Feedback: {comment}", main)
        return bool(found)

    def _need(self, *command: str, folder: Path | None = None) -> str:
        done = self._git(command, folder or self.clone, self._local)
        if done.status:
            raise GitFailed(f"git {command[0]}: {done.told}")
        return done.answer.decode("utf-8", "replace").strip("\n")

    def _talk(self, *command: str, folder: Path | None = None) -> Done:
        return self._git(command, folder or self.work, self._talking)

    def _git(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
        return run(
            ["git", *command], folder=folder, environment=environment, deadline=self.deadline
        )


def _words_of_the_other_side(told: str) -> str:
    """What the repository itself said, in one bounded text without anything that steers."""
    theirs = (line for line in told.splitlines() if line.startswith("remote:"))
    lines = (line.removeprefix("remote:").strip() for line in theirs)
    text = "\n".join(line for line in lines if line)
    shown = "".join(one if one == "\n" or one.isprintable() else " " for one in text)
    return shown[:_SAID_CHARACTERS]
