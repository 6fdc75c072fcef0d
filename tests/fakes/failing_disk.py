"""The real disk with a hand on the plug: counts every call, fails or holds the one a test names."""

import os
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from feedback_api.storage.file_system import OperatingSystemFiles

Call = Literal["read", "write", "rename", "sync_folder", "remove", "make_folder"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next `call` (on `path`): the error, and whether the disk did it first."""

    call: Call
    errno: int
    done: bool = False
    path: Path | None = None

    def fits(self, call: Call, path: Path, done: bool) -> bool:
        return (self.call, self.done) == (call, done) and self.path in {None, path}


class FailingDisk(OperatingSystemFiles):
    """See FileSystem."""

    def __init__(self) -> None:
        self.calls: Counter[Call] = Counter()
        self.faults: list[Fault] = []
        self.fails_always: Fault | None = None
        self.open_gate = threading.Event()
        self.open_gate.set()
        self.waits_at_gate = threading.Event()

    def read(self, path: Path) -> bytes:
        self._before("read", path)
        content = super().read(path)
        self._after("read", path)
        return content

    def write(self, path: Path, content: bytes) -> None:
        self.waits_at_gate.set()
        self.open_gate.wait(timeout=30)
        self._before("write", path)
        super().write(path, content)
        self._after("write", path)

    def rename(self, source: Path, target: Path) -> None:
        self._before("rename", target)
        super().rename(source, target)
        self._after("rename", target)

    def sync_folder(self, folder: Path) -> None:
        self._before("sync_folder", folder)
        super().sync_folder(folder)
        self._after("sync_folder", folder)

    def remove(self, path: Path) -> None:
        self._before("remove", path)
        super().remove(path)

    def make_folder(self, folder: Path) -> None:
        self._before("make_folder", folder)
        super().make_folder(folder)
        self._after("make_folder", folder)

    def _before(self, call: Call, path: Path) -> None:
        self.calls[call] += 1
        self._fail(call, path, done=False)

    def _after(self, call: Call, path: Path) -> None:
        self._fail(call, path, done=True)

    def _fail(self, call: Call, path: Path, *, done: bool) -> None:
        if self.fails_always and self.fails_always.fits(call, path, done):
            fault = self.fails_always
        elif self.faults and self.faults[0].fits(call, path, done):
            fault = self.faults.pop(0)
        else:
            return
        raise OSError(fault.errno, os.strerror(fault.errno), str(path))
