"""A power cut at any moment of any write, replayed from its system calls: see power_cut.

Whatever the disk may hold then, a start works, whatever was acknowledged is there, everything else
wholly or not at all, and what was not acknowledged can be sent again.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.conftest import ACKNOWLEDGED, Case, Nursery
from tests.faults.kept import Kept
from tests.faults.power_cut import Disk, State, lay, states_of
from tests.faults.strace import Call, Tracer, calls_in

FAILED = [
    ("comment into a new cycle", "fsync:error=EIO:when=1"),
    ("comment into a new cycle", "fsync:error=EIO:when=2"),
    ("comment into a new cycle", "fsync:error=EIO:when=3"),
    ("comment into a new cycle", "rename:error=EIO:when=1"),
    ("first record of a cycle", "fsync:error=EIO:when=1"),
    ("first record of a cycle", "fsync:error=EIO:when=2"),
    ("accounts", "fsync:error=EIO:when=2"),
]


def test_every_state_of_a_write_can_be_started_from(
    case: Case, nursery: Nursery, tmp_path: Path
) -> None:
    disk, calls = _recorded(case, nursery, tmp_path)
    steps = len(case.write.steps)

    for state in states_of(disk, calls):
        _assert_good(case, state, {*range(min(state.acknowledged, steps))}, tmp_path / "cut")

    print(case.name, disk.coverage)


@pytest.mark.parametrize(("name", "fault"), FAILED)
def test_what_a_failed_flush_left_in_the_cache_is_not_acknowledged(
    make_case: Callable[[str], Case], nursery: Nursery, tmp_path: Path, name: str, fault: str
) -> None:
    case = make_case(name)
    disk, calls = _recorded(case, nursery, tmp_path, f"-einject={fault}")
    steps = len(case.write.steps)
    assert any("INJECTED" in call.result for call in calls)

    for state in states_of(disk, calls):
        everything = state.acknowledged >= disk.acknowledged
        _assert_good(case, state, {*range(steps)} if everything else set(), tmp_path / "cut")

    print(case.name, fault, disk.coverage)


def _recorded(
    case: Case, nursery: Nursery, tmp_path: Path, *options: str
) -> tuple[Disk, Sequence[Call]]:
    """The calls of the write, and of the same taken once more."""
    folder = case.lay(tmp_path / "data")
    process = nursery.begin(case.name, folder)
    disk = Disk(folder)
    with Tracer(process, tmp_path / "log", *options) as tracer:
        first = nursery.go()
        assert {*nursery.go()} == {ACKNOWLEDGED}
        assert nursery.ended() == 0
    assert options or {*first} == {ACKNOWLEDGED}
    return disk, [*calls_in(tracer.log)]


def _assert_good(case: Case, state: State, acknowledged: set[int], folder: Path) -> None:
    lay(state.tree, folder)
    what = f"{case.name}, acknowledged {acknowledged}: {sorted(state.tree)}"
    kept = Kept(folder)
    assert case.faults(kept.contents(), acknowledged) == [], what
    for step in case.write.steps:
        step(kept)
    kept.close()
    again = Kept(folder)
    assert again.contents() == case.after[-1], what
    again.close()
    shutil.rmtree(folder)
