"""Which comments stand in the text today, by the commits that carry their trailers.

A commit that was reverted carries nothing, and a revert that was reverted takes nothing back.
Only the comments' hashed ids leave this module: sections.json is public, a comment may not be.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from practice.applied_trailers import (
    CommentId,
    TakenBack,
    comments_named,
    requests_merged,
    taken_back,
)
from practice.history_log import CommitHash, History

_LENGTH = 32

# Places of commits in the history, with whether what they brought is given (or taken back).
_Effect = Mapping[int, bool]


def applied(history: History) -> dict[str, CommitHash]:
    """The newest commit not taken back that carries a comment's trailer, by the hashed id."""
    return {
        hashed(comment): history.commits[places[0]].hash
        for comment, places in standing(history).items()
    }


def standing(history: History) -> dict[CommentId, tuple[int, ...]]:
    """The places of all commits that carry a comment and were not taken back, newest first."""
    return _Reading(history).standing()


def reverts(history: History) -> dict[str, int]:
    """How many commits took back, or gave again, one that carries a comment, by the hashed id.

    It only grows along the history: so the service can tell a revert from an older revision.
    """
    return {hashed(comment): len(places) for comment, places in _Reading(history).reverts().items()}


def hashed(comment: CommentId) -> str:
    """The name under which sections.json speaks of a comment."""
    return hashlib.sha256(comment.lower().encode()).hexdigest()[:_LENGTH]


@dataclass(slots=True)
class _Reading:
    """One pass from the oldest commit to the newest; `effects` are of the commits that have any."""

    history: History
    effects: dict[int, _Effect] = field(default_factory=dict)
    named: dict[int, tuple[CommentId, ...]] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    hashes: list[tuple[CommitHash, int]] = field(default_factory=list)

    def standing(self) -> dict[CommentId, tuple[int, ...]]:
        found: dict[CommentId, tuple[int, ...]] = {}
        self._read()
        said = self._said()
        for place in sorted(self.named):
            if self._given(said.get(place, [])):
                for comment in self.named[place]:
                    found[comment] = (*found.get(comment, ()), place)
        return found

    def reverts(self) -> dict[CommentId, set[int]]:
        """The places of the commits that speak of others which carry a comment."""
        found: dict[CommentId, set[int]] = {}
        self._read()
        for place, effect in self.effects.items():
            for other in effect.keys() - {place}:
                for comment in self.named.get(other, ()):
                    found.setdefault(comment, set()).add(place)
        return found

    def _read(self) -> None:
        for place in range(len(self.history.commits) - 1, -1, -1):
            message = self.history.commits[place].message
            effect: dict[int, bool] = {}
            for reverted in taken_back(message):
                for other, given in self._undone(reverted, place).items():
                    effect[other] = not given
            # Some tools copy the message of what they revert, trailers and all.
            copied = {name for other in effect for name in self.named.get(other, ())}
            named = tuple(name for name in comments_named(message) if name not in copied)
            if named:
                self.named[place] = named
                effect[place] = True
            if effect:
                self.effects[place] = effect
            for request in requests_merged(message):
                self.requests[request] = place

    def _undone(self, reverted: TakenBack, place: int) -> _Effect:
        """What the reverted commit had done; nothing where it did not lead to `place`."""
        target = (
            self.requests.get(reverted.request) if reverted.request else self._find(reverted.commit)
        )
        if target is None or target <= place:
            return {}
        parents = self.history.commits[target].parents
        merge = len(parents) > 1
        if not merge and target not in self.effects:
            return {}
        if not self.history.is_ancestor(target, place):
            return {}
        if not merge:
            return self.effects[target]
        kept = next((name for name in parents if name.startswith(reverted.kept)), parents[0])
        return self._brought_in(target, kept)

    def _brought_in(self, merge: int, kept: CommitHash) -> _Effect:
        """All that a merge added to the side that was kept, older effects first."""
        side = self.history.places.get(kept)
        before = self.history.ancestors(side) if side is not None else set()
        effect: dict[int, bool] = {}
        for place in sorted(self.effects.keys() & self.history.ancestors(merge), reverse=True):
            if place not in before:
                effect |= self.effects[place]
        return effect

    def _find(self, name: str) -> int | None:
        """The place of a commit by its hash, or by a beginning that no other shares."""
        if not self.hashes:
            self.hashes = sorted(self.history.places.items())
        start = bisect_left(self.hashes, (CommitHash(name), -1))
        near = [entry for entry in self.hashes[start : start + 2] if entry[0].startswith(name)]
        return near[0][1] if len(near) == 1 else None

    def _said(self) -> dict[int, list[tuple[int, bool]]]:
        """For each commit with trailers, who speaks of it and whether it gives, newest first."""
        said: dict[int, list[tuple[int, bool]]] = {}
        for place in sorted(self.effects):
            for other, given in self.effects[place].items():
                said.setdefault(other, []).append((place, given))
        return said

    def _given(self, said: list[tuple[int, bool]]) -> bool:
        """Whether no last word takes it back: last is what no later word descends from."""
        return all(given for _, given in self._last_words(said))

    def _last_words(self, said: list[tuple[int, bool]]) -> Iterator[tuple[int, bool]]:
        last: list[int] = []
        for place, given in said:
            if not any(self.history.is_ancestor(place, newer) for newer in last):
                last.append(place)
                yield place, given
