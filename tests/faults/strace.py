"""strace attached to a process: what it asks of the disk, and what of that is made to fail."""

import re
import subprocess
from codecs import escape_decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

_LINE = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<told>.*)\) += (?P<result>.+)")
_BEGUN = re.compile(r"(?P<thread>\d+) +(?P<told>.*?) *<unfinished \.\.\.>")
_ENDED = re.compile(r"(?P<thread>\d+) +<\.\.\. \w+ resumed>(?P<told>.*)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"\b(\d+)<((?:[^<>\\]|\\.)*)>")
_LONGEST_TEXT = 1 << 24
_STOPPED_SECONDS = 20


class Tracer:
    """`with Tracer(…)`: the process runs traced until the block, or the process, ends."""

    def __init__(self, process: int, log: Path, *options: str) -> None:
        """Fails the test with one line if nothing can be traced here."""
        self.log = log
        self._kills = any("SIGKILL" in option for option in options)
        command = ["strace", "-f", "-y", f"-s{_LONGEST_TEXT}", f"-o{log}", f"-p{process}", *options]
        try:
            self._strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            pytest.fail("No strace. Get it with: apt-get install strace.", pytrace=False)
        assert self._strace.stderr is not None
        said = self._strace.stderr.readline().strip()
        if "attached" not in said:
            self.end()
            pytest.fail(
                f"{said or 'strace ended'}: processes may not be traced here "
                "(in a container: --cap-add=SYS_PTRACE).",
                pytrace=False,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let the process run alone, unless it is about to die."""
        if not self._kills:
            self._strace.terminate()
        self._strace.communicate(timeout=_STOPPED_SECONDS)


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that returned, in the order of returning."""

    thread: int
    name: str
    told: str
    result: str

    @property
    def failed(self) -> bool:
        return self.result.startswith("-1")

    @property
    def texts(self) -> Sequence[bytes]:
        """The strings among the arguments: paths, or what is written."""
        return [escape_decode(text.encode("latin-1"))[0] for text in _TEXT.findall(self.told)]

    @property
    def handle(self) -> int:
        """The first argument where that is a descriptor."""
        return int(self.told.partition("<")[0])

    @property
    def handles(self) -> Sequence[tuple[int, str]]:
        """Every descriptor among arguments and result, with its path."""
        return [(int(n), path) for n, path in _HANDLE.findall(f"{self.told} {self.result}")]

    @property
    def numbers(self) -> Sequence[int]:
        """The plain numbers at the end of the arguments."""
        found = []
        for part in reversed(self.told.split(", ")):
            if not re.fullmatch(r"-?\d+", part):
                break
            found.append(int(part))
        return found[::-1]


def calls_in(log: Path) -> Iterator[Call]:
    """The calls of a strace log; one that never returned is left out."""
    begun: dict[str, str] = {}
    for line in log.read_text("latin-1").splitlines():
        if unfinished := _BEGUN.fullmatch(line):
            begun[unfinished["thread"]] = unfinished["told"]
            continue
        if resumed := _ENDED.fullmatch(line):
            line = f"{resumed['thread']} {begun.pop(resumed['thread'])}{resumed['told']}"
        if whole := _LINE.fullmatch(line):
            yield Call(int(whole["thread"]), whole["call"], whole["told"], whole["result"])
