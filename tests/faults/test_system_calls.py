"""Every system call of a write that names a file is made to fail, or is the last of the process.

The calls are those that strace records of one write in peace. After each fault: whatever was
acknowledged is there, and on the disk, everything else wholly or not at all, the answer is an error
of the store that has a status, the same write taken again works at once, a start reads everything.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.conftest import ACKNOWLEDGED, Case, Nursery
from tests.faults.kept import Kept, contents_of
from tests.faults.power_cut import Disk, lay
from tests.faults.strace import Call, Tracer, calls_in

ERRORS = {
    "ENOSPC": {"StoreFull", "StoreFailed"},
    "EIO": {"StoreFailed"},
    "EMFILE": {"StoreFailed"},
    "EINTR": {"StoreFailed"},
}
LASTING = ("ENOSPC", "EIO", "EMFILE")
TOUCHING = (
    "openat", "newfstatat", "read", "write", "fchmod", "fsync", "rename", "unlink", "mkdir",
)  # fmt: skip
"""What lasting faults hit; not `close`: strace would keep every descriptor from being closed."""
LONG = bool(os.environ.get("FAULTS_LONG"))


class Place(NamedTuple):
    """A system call of the write: which, and the how-manieth of its kind."""

    name: str
    number: int


def test_call_that_fails_is_told_and_the_next_write_works(
    case: Case, nursery: Nursery, tmp_path: Path
) -> None:
    paths, places = _recorded(case, nursery, tmp_path)
    told: Counter[str] = Counter()

    for place in places:
        for error in ERRORS:
            inject = f"{place.name}:error={error}:when={place.number}"
            told.update(_fail(case, nursery, _options(paths, inject), tmp_path, error))

    print(f"{case.name}: {len(places)} calls, {told}")


@pytest.mark.parametrize("error", LASTING if LONG else LASTING[:1])
def test_disk_that_fails_from_one_call_on_works_again_when_it_does(
    case: Case, nursery: Nursery, tmp_path: Path, error: str
) -> None:
    paths, places = _recorded(case, nursery, tmp_path)

    for number, failing in enumerate(places):
        if failing.name not in TOUCHING:
            continue
        done = Counter(place.name for place in places[:number])
        injects = [f"{name}:error={error}:when={done[name] + 1}+" for name in TOUCHING]
        _fail(case, nursery, _options(paths, *injects), tmp_path, error)


def test_process_that_dies_at_a_call_leaves_nothing_half_done(
    case: Case, nursery: Nursery, tmp_path: Path
) -> None:
    paths, places = _recorded(case, nursery, tmp_path)

    for place in places:
        inject = f"{place.name}:signal=SIGKILL:when={place.number}"
        _kill(case, nursery, _options(paths, inject), tmp_path)


def _fail(
    case: Case, nursery: Nursery, options: Sequence[str], tmp_path: Path, error: str
) -> Sequence[str]:
    """What was answered while the fault lasted."""
    folder = _folder(case, tmp_path)
    disk = Disk(folder)
    with Tracer(nursery.begin(case.name, folder), tmp_path / "log", *options) as tracer:
        outcomes = nursery.go()
    once_more = nursery.go()

    assert nursery.ended() == 0
    what = f"{case.name}, {options[-1]}: {outcomes}\n{_injected(tracer.log)}"
    assert "INJECTED" in what, what
    assert {*outcomes} <= {ACKNOWLEDGED, *ERRORS[error]}, what
    assert {*once_more} == {ACKNOWLEDGED}, what
    assert contents_of(folder) == case.after[-1], what
    _assert_durable(case, disk, tracer.log, outcomes)
    return outcomes


def _assert_durable(case: Case, disk: Disk, log: Path, outcomes: Sequence[str]) -> None:
    """What was acknowledged although something failed survives a power cut right after it.

    Of all disks that one could leave, the one to which nothing came that had not to.
    """
    acknowledged = {n for n, outcome in enumerate(outcomes) if outcome == ACKNOWLEDGED}
    if not acknowledged:
        return
    for call in calls_in(log):
        disk.apply(call)
    folder = lay(next(disk.states()).tree, log.with_suffix(".cut"))
    assert case.faults(contents_of(folder), acknowledged) == []
    shutil.rmtree(folder)


def _kill(case: Case, nursery: Nursery, options: Sequence[str], tmp_path: Path) -> None:
    folder = _folder(case, tmp_path)
    with Tracer(nursery.begin(case.name, folder), tmp_path / "log", *options):
        outcomes = nursery.go()
    what = f"{case.name}, {options[-1]}: {outcomes}"
    assert nursery.status == -9, what

    kept = Kept(folder)
    acknowledged = {n for n, outcome in enumerate(outcomes) if outcome == ACKNOWLEDGED}
    assert case.faults(kept.contents(), acknowledged) == [], what
    for step in case.write.steps:
        step(kept)
    kept.close()
    assert contents_of(folder) == case.after[-1], what


def _recorded(case: Case, nursery: Nursery, tmp_path: Path) -> tuple[set[Path], Sequence[Place]]:
    """The paths that the write can touch, and its calls on them, in the thread that writes."""
    folder = _folder(case, tmp_path)
    tried = case.template.with_suffix(".tried")
    names = {path.relative_to(tried) for path in tried.rglob("*")}
    names |= {name.with_name(f".{name.name}.tmp") for name in names}
    paths = {folder, *(folder / name for name in names)}
    with Tracer(nursery.begin(case.name, folder), tmp_path / "log", *_among(paths)) as tracer:
        assert {*nursery.go()} == {ACKNOWLEDGED}
    nursery.go()
    assert nursery.ended() == 0
    calls = [*calls_in(tracer.log)]
    beside = [call.name for call in calls if call.thread != calls[0].thread]
    assert {*beside} <= {"close"}  # of what was replaced, which is freed after the answer
    return paths, [*_places([call for call in calls if call.thread == calls[0].thread])]


def _places(calls: Sequence[Call]) -> Iterator[Place]:
    seen: Counter[str] = Counter()
    for call in calls:
        seen[call.name] += 1
        yield Place(call.name, seen[call.name])


def _among(paths: set[Path]) -> Sequence[str]:
    return [option for path in sorted(paths) for option in ("-P", str(path))]


def _options(paths: set[Path], *injects: str) -> Sequence[str]:
    return [*_among(paths), *(word for inject in injects for word in ("-e", f"inject={inject}"))]


def _folder(case: Case, tmp_path: Path) -> Path:
    """Always the same path: strace knows it."""
    folder = tmp_path / "data"
    shutil.rmtree(folder, ignore_errors=True)
    return case.lay(folder)


def _injected(log: Path) -> str:
    lines = log.read_text("latin-1").splitlines()
    return "\n".join(f"{line[:40]} … {line[-60:]}" for line in lines if "INJECTED" in line)
