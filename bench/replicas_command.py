"""`scripts/bench replicas`: three replicas behind a proxy, whose PostgreSQL is restarted."""

import dataclasses
import json
import random
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench.cluster_programs import own_folder
from bench.cluster_undertaker import cluster_folder
from bench.programs import MissingProgram, program
from bench.replicas_campaign import Campaign
from bench.replicas_verdict import Outcome, complaints, line_of, told
from tests.deploy.proxied import Certificates, Proxy, lay_site, start_caddy, start_nginx
from tests.fakes.postgres import PostgresServer
from tests.system.conftest import SmallSite

RESULTS = Path(__file__).resolve().parents[1] / "build" / "bench"
_STARTS = {"caddy": start_caddy, "nginx": start_nginx}


class ProxyName(StrEnum):
    """With the configuration of deploy/."""

    CADDY = "caddy"
    NGINX = "nginx"


def replicas(
    rounds: Annotated[int, typer.Option(min=2, help="How often PostgreSQL is restarted.")] = 100,
    seed: Annotated[int | None, typer.Option(help="Of a run to be repeated.")] = None,
    proxy: Annotated[ProxyName, typer.Option(help="Before the replicas.")] = ProxyName.CADDY,
) -> None:
    """Restart PostgreSQL and kill replicas behind a proxy, under load.

    Half of the restarts immediate, half fast, and a replica killed after each fifth. Nothing
    acknowledged may be lost or doubled, and every replica writes again within 5 s. About 5 s a
    round. Results: build/bench/replicas.json, replicas.md.
    """
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    _say(f"Seed {seed}")
    try:
        program(proxy.value)
    except MissingProgram as missing:
        sys.stderr.write(f"{missing}\n")
        raise typer.Exit(1) from None
    with cluster_folder() as folder:
        outcome = _run(folder, rounds, seed=seed, proxy=proxy)
    _say(f"\n{told(outcome)}")
    wrong = complaints(outcome)
    for one in wrong:
        _say(f"WRONG: {one}")
    keep(outcome, RESULTS)
    if wrong:
        raise typer.Exit(1)


def keep(outcome: Outcome, folder: Path) -> None:
    """As replicas.json and replicas.md."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = json.dumps(dataclasses.asdict(outcome), indent=1, ensure_ascii=False)
    folder.joinpath("replicas.json").write_text(f"{kept}\n", "utf-8")
    folder.joinpath("replicas.md").write_text(told(outcome), "utf-8")


def started_proxy(folder: Path, name: str, site: SmallSite, ports: Sequence[int]) -> Proxy:
    """Before replicas at these ports. Raises RuntimeError."""
    folder.mkdir()
    made = Proxy(folder, Certificates.made(folder))
    _STARTS[name](made, site.folder, ports)
    return made


def _run(folder: Path, rounds: int, *, seed: int, proxy: ProxyName) -> Outcome:
    server = PostgresServer(own_folder(folder / "postgres"))
    campaign = Campaign(
        folder,
        server,
        site=lay_site(folder / "site"),
        start_proxy=lambda site, ports: started_proxy(folder / "proxy", proxy.value, site, ports),
        seed=seed,
    )
    try:
        campaign.run(rounds, lambda one, acknowledged: _say(line_of(one, acknowledged)))
        return campaign.outcome(asked=rounds, proxy=proxy.value)
    finally:
        campaign.end()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
