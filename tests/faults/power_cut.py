"""Every state of the disk that a power cut could leave, by the system calls before it.

The model is POSIX's, which promises less than most disks keep. Until an fsync of the file returned,
any part of what was written to it may be there: cut at a block's border, blocks of zeros where
nothing came, blocks of any moment before. Until an fsync of the folder returned, each new name,
renaming and removal in it may be there or not, whatever came first; a renamed file may have both
names. After an fsync of a file that failed, nobody will ever write what it was to write.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path, PurePath
from typing import NamedTuple

from tests.faults.disk_nodes import BLOCK_BYTES, Entry, File, Folder, blocks_of
from tests.faults.strace import Call

STATES_OF_A_FILE = 24
STATES_OF_A_MOMENT = 200
_ANSWERED = (b"acknowledged ", b"HTTP/1.1 20")

Tree = Mapping[PurePath, bytes | None]
"""By path below the data folder; None is a folder."""


class State(NamedTuple):
    """What is on the disk, and how much had been acknowledged then."""

    tree: Tree
    acknowledged: int


@dataclass(slots=True)
class Coverage:
    """How much of what the model allows was looked at."""

    moments: int = 0
    states: int = 0
    allowed: int = 0
    sampled_moments: int = 0

    def __str__(self) -> str:
        return (
            f"{self.moments} moments, {self.states} different states, {self.allowed} allowed"
            f" (names x blocks), {self.sampled_moments} moments sampled"
        )


class Disk:
    """A data folder from a known state on; `states` may be asked after each call."""

    def __init__(self, root: Path, *, seed: int = 0) -> None:
        """As `root` is now, all of it surely on the disk."""
        self.acknowledged = 0
        self.coverage = Coverage()
        self._root = root
        self._chance = random.Random(seed)
        self._nodes: dict[int, File | Folder] = {0: Folder()}
        self._seen: dict[PurePath, int] = {PurePath(): 0}
        self._offsets: dict[int, int] = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root)
            node = self._add(Folder() if path.is_dir() else File([path.read_bytes()]))
            self._seen[name] = node
            self._folder(name.parent).names[name.name] = node

    def apply(self, call: Call) -> bool:
        """What the call did to the disk, or may have done; whether it is any that matters."""
        act = getattr(self, f"_{call.name}", None)
        if any(text.startswith(_ANSWERED) for text in call.texts):
            self.acknowledged += 1
        elif call.name in {"fsync", "fdatasync"}:
            self._flush(call)
        elif act is not None and not call.failed:
            act(call)
        else:
            return False
        return True

    def states(self) -> Iterator[State]:
        """Those that a cut could leave now; all, or a sample that the seed decides."""
        self.coverage.moments += 1
        folders = {node: one for node, one in self._nodes.items() if isinstance(one, Folder)}
        ways = [way for one in folders.values() for way in one.ways()]
        contents = {node: self._contents(one) for node, one in self._files()}
        several = {node: found for node, found in contents.items() if len(found) > 1}
        choices = [*ways, *(range(len(found)) for found in several.values())]
        for chosen in self._choose(choices):
            taken = iter(chosen)
            names = {n: one.after([next(taken) for _ in one.waiting]) for n, one in folders.items()}
            held = {node: found[0] for node, found in contents.items()}
            held |= {node: found[next(taken)] for node, found in several.items()}
            yield State(dict(_tree(0, PurePath(), names, held)), self.acknowledged)

    def _choose(self, choices: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
        count = 1
        for choice in choices:
            count *= len(choice)
        self.coverage.allowed += count
        if count <= STATES_OF_A_MOMENT:
            yield from product(*choices)
            return
        self.coverage.sampled_moments += 1
        yield [choice[0] for choice in choices]
        yield [choice[-1] for choice in choices]
        for _ in range(STATES_OF_A_MOMENT):
            yield [self._chance.choice(choice) for choice in choices]

    def _contents(self, file: File) -> Sequence[bytes]:
        """What may be found in the file, the surest first, the newest last."""
        if not file.found:
            newest = file.versions[-1]
            found = dict.fromkeys([*file.versions, *self._pieces(file)])
            file.found = [*(one for one in found if one != newest), newest]
        return file.found

    def _pieces(self, file: File) -> Iterator[bytes]:
        """Cut at each border of blocks, and of each length with blocks of different moments."""
        if len(file.versions) == 1:
            return
        longest = max(map(len, file.versions))
        for length in range(0, longest, BLOCK_BYTES):
            yield file.versions[-1][:length]
        for length in sorted({len(one) for one in file.versions}):
            blocks = [blocks_of(file, at, length) for at in range(0, length, BLOCK_BYTES)]
            count = 1
            for block in blocks:
                count *= len(block)
            if count <= STATES_OF_A_FILE:
                yield from map(b"".join, product(*blocks))
                continue
            yield b"".join(block[0] for block in blocks)
            for _ in range(STATES_OF_A_FILE):
                yield b"".join(map(self._chance.choice, blocks))

    def _files(self) -> Iterator[tuple[int, File]]:
        for node, one in self._nodes.items():
            if isinstance(one, File):
                yield node, one

    def _add(self, node: File | Folder) -> int:
        self._nodes[len(self._nodes)] = node
        return len(self._nodes) - 1

    def _folder(self, name: PurePath) -> Folder:
        node = self._nodes[self._seen[name]]
        assert isinstance(node, Folder)
        return node

    def _file(self, path: str) -> File | None:
        name = self._name(path)
        node = self._nodes[self._seen[name]] if name in self._seen else None
        return node if isinstance(node, File) else None

    def _name(self, path: str | bytes) -> PurePath | None:
        told = Path(path if isinstance(path, str) else path.decode())
        return told.relative_to(self._root) if told.is_relative_to(self._root) else None

    def _openat(self, call: Call) -> None:
        name = self._name(call.texts[0])
        if name is None:
            return
        if name not in self._seen:
            node = self._add(File())
            self._seen[name] = node
            self._folder(name.parent).waiting.append(Entry(name.name, node))
        elif "O_TRUNC" in call.told and (file := self._file(str(self._root / name))):
            file.cut(0)
        self._offsets[int(call.result.partition("<")[0])] = 0

    def _write(self, call: Call) -> None:
        if file := self._file(call.handles[0][1]):
            at = self._offsets[call.handle]
            written = call.texts[-1][: int(call.result)]
            file.write(written, at)
            self._offsets[call.handle] = at + len(written)

    def _pwrite64(self, call: Call) -> None:
        if file := self._file(call.handles[0][1]):
            file.write(call.texts[-1], call.numbers[-1])

    def _lseek(self, call: Call) -> None:
        self._offsets[call.handle] = int(call.result)

    def _ftruncate(self, call: Call) -> None:
        if file := self._file(call.handles[0][1]):
            file.cut(call.numbers[-1])

    def _flush(self, call: Call) -> None:
        name = self._name(call.handles[0][1])
        node = self._nodes[self._seen[name]] if name in self._seen else None
        if " EINTR " in call.result:  # it is asked again; nothing was given up
            return
        if isinstance(node, File):
            node.flush(failed=call.failed)
        elif isinstance(node, Folder) and not call.failed:
            node.flush()

    def _rename(self, call: Call) -> None:
        source, target = map(self._name, call.texts)
        if source is None or target is None:
            return
        assert source.parent == target.parent
        node = self._seen.pop(source)
        self._seen[target] = node
        self._folder(target.parent).waiting.append(Entry(target.name, node, source.name))

    def _unlink(self, call: Call) -> None:
        name = self._name(call.texts[0])
        if name is not None:
            node = self._seen.pop(name)
            self._folder(name.parent).waiting.append(Entry(None, node, name.name))

    def _mkdir(self, call: Call) -> None:
        name = self._name(call.texts[0])
        if name is not None:
            self._seen[name] = self._add(Folder())
            self._folder(name.parent).waiting.append(Entry(name.name, self._seen[name]))


def states_of(disk: Disk, calls: Sequence[Call]) -> Sequence[State]:
    """Each different state that a cut before, between or after the calls could leave, once.

    With it the most that may have been acknowledged before.
    """
    found: dict[frozenset[tuple[PurePath, bytes | None]], State] = {}
    for call in (None, *calls):
        if call is not None and not disk.apply(call):
            continue
        for state in disk.states():
            found[frozenset(state.tree.items())] = state
    disk.coverage.states = len(found)
    return list(found.values())


def lay(tree: Tree, folder: Path) -> Path:
    """The state as a folder."""
    folder.mkdir(0o700)
    for name, content in sorted(tree.items()):
        if content is None:
            (folder / name).mkdir(0o700)
        else:
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
    return folder


def _tree(
    node: int, path: PurePath, names: Mapping[int, Mapping[str, int]], held: Mapping[int, bytes]
) -> Iterator[tuple[PurePath, bytes | None]]:
    for name, below in names[node].items():
        if below in held:
            yield path / name, held[below]
        else:
            yield path / name, None
            yield from _tree(below, path / name, names, held)
