"""Every wording that every section ever had, from the commits that changed the text."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from practice.applied_trailers import CommentId, comments_named
from practice.history_log import Commit, CommitHash, History, git
from practice.history_wordings import Wording, WordingReader
from practice.languages import Language, LanguageCode
from practice.text import SectionId

_MARK = "@"
_NOTHING = "0" * 40
_DIFF = (
    *("--full-history", "--sparse", "--topo-order", "--no-renames", "--no-abbrev", "--no-notes"),
    *("--no-show-signature", "--diff-merges=first-parent", "--raw", "-z", f"--format={_MARK}%H"),
)

# The files of one language, by path, and where a commit left them: blobs by their names.
_Changes = Mapping[CommitHash, Sequence[tuple[str, str]]]
_Sections = Mapping[SectionId, Wording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A commit that gave a section another wording; None where it took the section away."""

    commit: Commit
    wording: Wording | None

    @property
    def comments(self) -> tuple[CommentId, ...]:
        """Those that the commit was made of, whatever section they are about."""
        return comments_named(self.commit.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageHistory:
    """`states` are by the place of each commit that changed this language's text; `nearest` gives
    for every place that of the commit whose state it has."""

    history: History
    states: Mapping[int, _Sections] = field(repr=False)
    nearest: Mapping[int, int] = field(repr=False)

    def revisions(self, names: Sequence[SectionId]) -> tuple[Revision, ...]:
        """The newest first; `names` are a section's ids, of which the first that is there counts.

        As git does, only that parent of a merge is followed whose wording the merge has.
        """
        found = []
        waiting = [self.nearest[0]] if 0 in self.nearest else []
        seen = set(waiting)
        while waiting:
            place = heapq.heappop(waiting)
            wording = self._wording(place, names)
            parents = [self.nearest.get(parent) for parent in self._parents(place)]
            same = [p for p in parents if _alike(self._wording(p, names), wording)]
            if not same and (parents or wording):
                found.append(Revision(commit=self.history.commits[place], wording=wording))
            for parent in same[:1] or parents:
                if parent is not None and parent not in seen:
                    seen.add(parent)
                    heapq.heappush(waiting, parent)
        return tuple(found)

    def _parents(self, place: int) -> Iterator[int]:
        for parent in self.history.commits[place].parents:
            if parent in self.history.places:
                yield self.history.places[parent]

    def _wording(self, place: int | None, names: Sequence[SectionId]) -> Wording | None:
        if place is None:
            return None
        state = self.states[place]
        return next((state[name] for name in names if name in state), None)


def read_text_history(
    root: Path, history: History, languages: Sequence[Language]
) -> dict[LanguageCode, LanguageHistory]:
    """By language, as far as the history reaches; what it begins with is there from the start."""
    if not history.commits:
        return {}
    folders = {language.code: f"{language.pages_folder.as_posix()}/" for language in languages}
    output = git(root, "log", *_DIFF, "HEAD", "--", *folders.values())
    changes = dict(_changes(output or b""))
    blobs = {blob for files in changes.values() for _, blob in files if blob != _NOTHING}
    reader = WordingReader()
    pages = {blob: reader.page(content) for blob, content in _contents(root, sorted(blobs))}
    return {
        code: _language_history(history, folder, changes, pages) for code, folder in folders.items()
    }


def _alike(one: Wording | None, other: Wording | None) -> bool:
    return (one and one.fingerprint) == (other and other.fingerprint)


def _language_history(
    history: History, folder: str, changes: _Changes, pages: Mapping[str, _Sections]
) -> LanguageHistory:
    """From the oldest commit on, each is what its first parent was and what it changed in that."""
    files: dict[int, dict[str, str]] = {}
    nearest: dict[int, int] = {}
    for place in range(len(history.commits) - 1, -1, -1):
        commit = history.commits[place]
        parent = next((history.places[p] for p in commit.parents[:1] if p in history.places), None)
        before = nearest.get(parent) if parent is not None else None
        own = [entry for entry in changes.get(commit.hash, ()) if entry[0].startswith(folder)]
        if own:
            after = {**(files[before] if before is not None else {}), **dict(own)}
            files[place] = {path: blob for path, blob in after.items() if blob != _NOTHING}
            nearest[place] = place
        elif before is not None:
            nearest[place] = before
    states = {place: _state(paths, pages) for place, paths in files.items()}
    return LanguageHistory(history=history, states=states, nearest=nearest)


def _state(paths: Mapping[str, str], pages: Mapping[str, _Sections]) -> _Sections:
    found: dict[SectionId, Wording] = {}
    for blob in paths.values():
        found |= pages.get(blob, {})
    return found


def _changes(output: bytes) -> Iterator[tuple[CommitHash, list[tuple[str, str]]]]:
    """For each commit the Markdown files that it changed, with their blobs afterwards."""
    parts = iter(output.decode("utf-8", "surrogateescape").split("\0"))
    files: list[tuple[str, str]] = []
    for part in parts:
        entry = part.lstrip("\n")
        if entry.startswith(_MARK):
            files = []
            yield CommitHash(entry.removeprefix(_MARK)), files
        elif entry.startswith(":"):
            blob, path = entry.split(" ")[3], next(parts, "")
            if path.endswith(".md"):
                files.append((path, blob))


def _contents(root: Path, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    given = "".join(f"{blob}\n" for blob in blobs).encode()
    output = (git(root, "cat-file", "--batch", given=given) if blobs else b"") or b""
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        name, *rest = output[position:end].decode().split(" ")
        position = end + 1
        if len(rest) == 2:  # a file that is missing has no size
            size = int(rest[1])
            yield name, output[position : position + size]
            position += size + 1
