"""A file and a folder as a power cut may leave them: what surely is on the disk, what may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

BLOCK_BYTES = 4096


@dataclass(slots=True)
class File:
    """`versions[0]` is surely on the disk, the others may be, each the one before and a write."""

    versions: list[bytes] = field(default_factory=lambda: [b""])
    is_poisoned: bool = False
    found: Sequence[bytes] = ()
    """What may be found in it, once that was worked out."""

    def flush(self, *, failed: bool) -> None:
        self.is_poisoned |= failed and len(self.versions) > 1
        if not failed and not self.is_poisoned:
            del self.versions[:-1]
            self.found = ()

    def write(self, content: bytes, at: int) -> None:
        held = self.versions[-1].ljust(at, b"\0")
        self.versions.append(held[:at] + content + held[at + len(content) :])
        self.found = ()

    def cut(self, length: int) -> None:
        self.versions.append(self.versions[-1][:length].ljust(length, b"\0"))
        self.found = ()


class Entry(NamedTuple):
    """A change of a folder's names; a renaming has a `name` that comes and one that goes."""

    name: str | None
    node: int
    gone: str | None = None


@dataclass(slots=True)
class Folder:
    """The names that surely are on the disk, and the changes that may be."""

    names: dict[str, int] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)

    def flush(self) -> None:
        self.names = self.after([2] * len(self.waiting))
        self.waiting.clear()

    def after(self, how: Sequence[int]) -> dict[str, int]:
        """The names when of each waiting change nothing (0), the new name (1) or all (2) came."""
        names = dict(self.names)
        for entry, done in zip(self.waiting, how, strict=True):
            if done and entry.name is not None:
                names[entry.name] = entry.node
            if done == 2 and entry.gone is not None:
                names.pop(entry.gone, None)
        return names

    def ways(self) -> Sequence[Sequence[int]]:
        """For each waiting change what may have come of it."""
        return [[0, 1, 2] if entry.name and entry.gone else [0, 2] for entry in self.waiting]


def blocks_of(file: File, at: int, length: int) -> Sequence[bytes]:
    """What may stand in a block of a file of this length: zeros, or a piece of any version."""
    size = min(BLOCK_BYTES, length - at)
    pieces = [one[at : at + size].ljust(size, b"\0") for one in file.versions]
    surely = [pieces[0]] if len(file.versions[0]) > at else [bytes(size)]
    return [*dict.fromkeys([*surely, bytes(size), *pieces])]
