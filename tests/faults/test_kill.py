"""`kill -9` over HTTP at random moments, while clients post, retry, add, decide, withdraw, erase.

Nothing that was acknowledged is lost, doubled, stale or resurrected, and every start works.
KILL_ROUNDS, KILL_LANES and KILL_SEED choose how long, how many services beside each other, and
which; see docs/manual/faults.md.
"""

import os
import random
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.campaign import Campaign, Figures

ROUNDS = int(os.environ.get("KILL_ROUNDS", "8"))
LANES = int(os.environ.get("KILL_LANES", "1"))
SEED = int(os.environ.get("KILL_SEED", str(random.SystemRandom().getrandbits(32))))
ROUNDS_OF_A_FOLDER = 25
RESTART_RATIO = 3
"""A start after a kill against the quickest of all starts: both are slow on a busy machine."""


def test_nothing_acknowledged_is_lost_doubled_stale_or_resurrected(tmp_path: Path) -> None:
    print(f"KILL_SEED={SEED}")
    total = Figures()
    with ThreadPoolExecutor(LANES) as pool:
        for figures in pool.map(_campaign(tmp_path), range(0, ROUNDS, ROUNDS_OF_A_FOLDER)):
            total.add(figures)
            print(total, flush=True)

    assert total.faults == []
    assert total.rounds == ROUNDS
    assert total.acknowledged.total() > ROUNDS
    assert statistics.median(total.start_seconds[1:]) < RESTART_RATIO * min(total.start_seconds)


def _campaign(folder: Path) -> Callable[[int], Figures]:
    def run(first: int) -> Figures:
        own = folder / str(first)
        own.mkdir()
        rounds = min(ROUNDS_OF_A_FOLDER, ROUNDS - first)
        return Campaign(own, seed=SEED + first).run(rounds)

    return run
