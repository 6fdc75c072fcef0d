"""Where a forge shows a repository's commits, edits its files and opens pull requests.

Checked against what each forge's own pages and tools write:
GitHub      /edit/BRANCH/PATH#L1-L2 puts the cursor there; ranges are written L1-L2
GitLab      everything below /-/; its editor reads #L1-2, without a second L
Gitea       its editor reads no lines, so the file's source is shown, which has an edit button;
            a Markdown file shows its lines only with ?display=source (Forgejo is the same)
Bitbucket   as Gitea; lines are #lines-1:2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote, urlencode, urlsplit


class ForgeKind(StrEnum):
    """The forges whose addresses are known here; Forgejo's are Gitea's."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    BITBUCKET = "bitbucket"


HOSTS: Mapping[str, ForgeKind] = MappingProxyType(
    {
        "github.com": ForgeKind.GITHUB,
        "gitlab.com": ForgeKind.GITLAB,
        "bitbucket.org": ForgeKind.BITBUCKET,
        "codeberg.org": ForgeKind.GITEA,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """A repository on a forge; `address` is its page, without a slash at the end."""

    kind: ForgeKind
    address: str

    @property
    def host(self) -> str:
        """With the port, where there is one."""
        return urlsplit(self.address).netloc

    @property
    def path(self) -> str:
        """Owner and name, or a longer way, as `group/sub-group/name`."""
        return urlsplit(self.address).path.strip("/")

    def commits(self) -> str:
        """Where commits are shown, up to their hash."""
        words = {ForgeKind.GITLAB: "-/commit", ForgeKind.BITBUCKET: "commits"}
        return f"{self.address}/{words.get(self.kind, 'commit')}/"

    def edit(self, path: str, *, branch: str, first: int, last: int) -> str:
        """Where lines `first` to `last`, from 1, of the file `path` are edited, or shown for it."""
        return self.address + _EDIT[self.kind](quote(path), branch, first, last)

    def compare(self, *, base: str, branch: str) -> str:
        """Where a pull request of `branch` into `base` is opened by hand."""
        if self.kind is ForgeKind.GITLAB:
            asked = {
                "merge_request[source_branch]": branch,
                "merge_request[target_branch]": base,
            }
            return f"{self.address}/-/merge_requests/new?{urlencode(asked)}"
        if self.kind is ForgeKind.BITBUCKET:
            return f"{self.address}/pull-requests/new?{urlencode({'source': branch, 'dest': base})}"
        expand = "?expand=1" if self.kind is ForgeKind.GITHUB else ""
        return f"{self.address}/compare/{quote(base)}...{quote(branch)}{expand}"


def _github(path: str, branch: str, first: int, last: int) -> str:
    return f"/edit/{quote(branch)}/{path}#L{first}-L{last}"


def _gitlab(path: str, branch: str, first: int, last: int) -> str:
    return f"/-/edit/{quote(branch)}/{path}#L{first}-{last}"


def _gitea(path: str, branch: str, first: int, last: int) -> str:
    return f"/src/branch/{quote(branch)}/{path}?display=source#L{first}-L{last}"


def _bitbucket(path: str, branch: str, first: int, last: int) -> str:
    # A slash in the branch would be read as the beginning of the path.
    name = quote(branch, safe="")
    return f"/src/{name}/{path}?fileviewer=file-view-default#lines-{first}:{last}"


_EDIT: Mapping[ForgeKind, Callable[[str, str, int, int], str]] = MappingProxyType(
    {
        ForgeKind.GITHUB: _github,
        ForgeKind.GITLAB: _gitlab,
        ForgeKind.GITEA: _gitea,
        ForgeKind.BITBUCKET: _bitbucket,
    }
)
