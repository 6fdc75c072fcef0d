"""Finds what a path leads to: by its parts, however many paths there are.

Where several fit, the first of the table is taken, as if they were tried in order: Starlette does
try them, one pattern for each of some 150 paths.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send


class _Named(NamedTuple):
    """A parameter: which part of the path, and what of that part."""

    name: str
    place: int
    value: slice


class _Leaf(NamedTuple):
    """The end of a path; `rank`: its place in the table."""

    rank: int
    app: ASGIApp
    names: tuple[_Named, ...]


@dataclass(slots=True)
class _Branch:
    """What can follow: words as they are written, a parameter, parts with one in them, nothing."""

    words: dict[str, "_Branch"] = field(default_factory=dict)
    anything: "_Branch | None" = None
    patterns: "list[_Pattern]" = field(default_factory=list)
    leaf: _Leaf | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A part with one parameter in it beside a word; the parameter is never empty."""

    before: str
    after: str
    branch: _Branch

    def fits(self, part: str) -> bool:
        if len(part) <= len(self.before) + len(self.after):
            return False
        return part.startswith(self.before) and part.endswith(self.after)


class Found(NamedTuple):
    """What a path leads to, with the values of its parameters."""

    app: ASGIApp
    parameters: dict[str, str]


class Paths:
    """All paths of a table as an ASGI application; `{name}` stands for one part of a path."""

    def __init__(
        self, apps: Mapping[str, ASGIApp], *, elsewhere: ASGIApp, not_http: ASGIApp
    ) -> None:
        """`apps` by path, in the order of the table; `elsewhere` answers all other paths."""
        self._elsewhere = elsewhere
        self._not_http = not_http
        self._root = _Branch()
        for rank, (path, app) in enumerate(apps.items()):
            self._grow(path, rank, app)

    def find(self, path: str) -> Found | None:
        """None where the table has nothing for it."""
        parts = path.split("/")
        leaf = _first(self._root, parts, 0)
        if leaf is None:
            return None
        return Found(leaf.app, {name: parts[place][value] for name, place, value in leaf.names})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._not_http(scope, receive, send)
            return
        found = self.find(scope["path"])
        if found is None:
            await self._elsewhere(scope, receive, send)
        else:
            scope["path_params"] = found.parameters
            await found.app(scope, receive, send)

    def _grow(self, path: str, rank: int, app: ASGIApp) -> None:
        branch, names = self._root, []
        for place, part in enumerate(path.split("/")):
            before, brace, rest = part.partition("{")
            if not brace:
                branch = branch.words.setdefault(part, _Branch())
                continue
            name, _, after = rest.partition("}")
            names.append(_Named(name, place, slice(len(before), -len(after) or None)))
            if before or after:
                branch = _branch_of(branch.patterns, before, after)
            else:
                branch.anything = branch.anything or _Branch()
                branch = branch.anything
        branch.leaf = branch.leaf or _Leaf(rank, app, tuple(names))


def _branch_of(patterns: list[_Pattern], before: str, after: str) -> _Branch:
    for pattern in patterns:
        if (pattern.before, pattern.after) == (before, after):
            return pattern.branch
    patterns.append(_Pattern(before, after, _Branch()))
    return patterns[-1].branch


def _first(branch: _Branch, parts: list[str], place: int) -> _Leaf | None:
    """Of all leaves that fit from `place` on, the one that comes first in the table."""
    for here in range(place, len(parts)):
        part = parts[here]
        word, anything = branch.words.get(part), branch.anything if part else None
        if branch.patterns or (word is not None and anything is not None):
            ways = [pattern.branch for pattern in branch.patterns if pattern.fits(part)]
            ways += [way for way in (word, anything) if way is not None]
            fitting = (_first(way, parts, here + 1) for way in ways)
            return min(filter(None, fitting), key=_rank, default=None)
        following = word or anything
        if following is None:
            return None
        branch = following
    return branch.leaf


def _rank(leaf: _Leaf) -> int:
    return leaf.rank
