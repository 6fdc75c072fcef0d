"""`scripts/bench cluster`: the primary of a real cluster is killed while people use the service."""

import dataclasses
import json
import random
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.cluster_campaign import START_SECONDS, Campaign, last_words
from bench.cluster_nodes import Cluster, ClusterStuck
from bench.cluster_programs import find_programs
from bench.cluster_undertaker import cluster_folder
from bench.cluster_verdict import HEAD, Kill, Outcome, complaints, figures_of, line_of, told
from bench.programs import MissingProgram
from bench.results import FOLDER


def cluster(
    kills: Annotated[int, typer.Option(min=1, help="How often the primary is killed.")] = 20,
    seed: Annotated[int | None, typer.Option(help="Of a run to be repeated.")] = None,
) -> None:
    """Kill the primary of three PostgreSQL servers under Patroni and etcd, under load.

    Nothing acknowledged may be lost or doubled, and writing works again within 30 s each time.
    About 25 s a kill. Results: build/bench/cluster.json, cluster.md.
    """
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    sys.stdout.write(f"Seed {seed}\n\n{HEAD}\n")
    sys.stdout.flush()
    try:
        programs = find_programs()
    except MissingProgram as missing:
        sys.stderr.write(f"{missing}\n")
        raise typer.Exit(1) from None
    with cluster_folder() as folder:
        nodes = Cluster(folder, programs)
        try:
            nodes.start(START_SECONDS)
            outcome = Campaign(folder, nodes, seed=seed).run(kills, _tell)
        except ClusterStuck as stuck:
            sys.stderr.write(f"{last_words(nodes.nodes)}\n{stuck}\n")
            raise typer.Exit(1) from None
        if outcome.stopped_by:
            sys.stderr.write(f"{last_words(nodes.nodes)}\n")
    sys.stdout.write(f"\n{figures_of(outcome)}")
    wrong = complaints(outcome)
    sys.stdout.write("".join(f"WRONG: {one}\n" for one in wrong))
    keep(outcome, FOLDER)
    if wrong:
        raise typer.Exit(1)


def keep(outcome: Outcome, folder: Path) -> None:
    """As cluster.json and cluster.md."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = json.dumps(dataclasses.asdict(outcome), indent=1, ensure_ascii=False)
    folder.joinpath("cluster.json").write_text(f"{kept}\n", "utf-8")
    folder.joinpath("cluster.md").write_text(told(outcome), "utf-8")


def _tell(kill: Kill) -> None:
    sys.stdout.write(f"{line_of(kill)}\n")
    sys.stdout.flush()
