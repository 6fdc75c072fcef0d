"""Three PostgreSQL servers under Patroni, and the etcd in which they agree who writes.

One etcd: what is tried is how the service outlives its primary, and two more on the same two
processors would only make elections that no operator has on machines of their own.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.cluster_programs import Programs, own_folder, spawned

NODES = 3
TIMINGS = {"ttl": 20, "loop_wait": 2, "retry_timeout": 5}
"""Seconds; Patroni's least are 20, 1 and 3, and loop_wait + 2 × retry_timeout fit into ttl."""
DATABASE = "feedback"
_SUPERUSER = "postgres"
_SCOPE = "practice"
_HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)
"""Below those that connections come from: one of them could take the port of a dead server."""
_CHANCE = random.SystemRandom()
_ASK_SECONDS = 2.0
_PAUSE_SECONDS = 0.2
_LAST_LINES = 30
_DIGEST = (
    b"SELECT md5(coalesce(string_agg(id::text || edition, ',' ORDER BY id), '')) FROM comments"
)
_STANDBYS = b"SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
_PARAMETERS: Mapping[str, Any] = {
    "max_connections": 100,
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
    "wal_keep_size": "128MB",
}


class ClusterStuck(Exception):
    """The cluster itself did not come so far in time, whatever the service does."""


Ports = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """A node as the cluster sees it."""

    name: str
    role: str
    state: str
    timeline: int | None


class Node:
    """One PostgreSQL server and its Patroni."""

    def __init__(self, folder: Path, programs: Programs, *, etcd_port: int, ports: Ports) -> None:
        """`folder` is made; its name is the node's."""
        self.name = folder.name
        self.port, self._rest_port = ports
        self.folder = own_folder(folder)
        self._program = programs.patroni
        self._patroni: subprocess.Popen[bytes] | None = None
        self._configuration = self.folder / "patroni.json"
        text = json.dumps(self._configured(programs.postgres, etcd_port), indent=1)
        self._configuration.write_text(text, "ascii")

    def start(self) -> None:
        """Begin its Patroni, which sees to the server."""
        self._patroni = spawned([str(self._program), str(self._configuration)], self.folder)

    def kill(self, *, with_patroni: bool) -> None:
        """The server and each process of it, at once; gone on return."""
        if with_patroni and self._patroni is not None:
            self._patroni.kill()
            self._patroni.wait()
        postmaster = int(self._data.joinpath("postmaster.pid").read_text("ascii").split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # so that it has no child more than we know
        victims = [postmaster, *_children(postmaster)]
        for process in victims:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_lives(process) for process in victims):
            time.sleep(0.01)

    def members(self) -> Sequence[Member]:
        """Raises OSError where this node's Patroni does not answer."""
        asked = http.client.HTTPConnection(_HOST, self._rest_port, timeout=_ASK_SECONDS)
        with closing(asked):
            asked.request("GET", "/cluster")
            found = json.load(asked.getresponse())["members"]
        return [
            Member(one["name"], one["role"], one["state"], one.get("timeline")) for one in found
        ]

    def ask(self, statement: bytes, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """Raises psycopg.Error."""
        url = f"postgresql://{_SUPERUSER}@{_HOST}:{self.port}/{database}?connect_timeout=3"
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def said(self, words: str) -> int:
        """How often its Patroni has said so."""
        return self.folder.joinpath("log").read_text("utf-8", "replace").count(words)

    def last_words(self) -> str:
        """Of its Patroni, for people."""
        lines = self.folder.joinpath("log").read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _configured(self, postgres: Path, etcd_port: int) -> Mapping[str, Any]:
        here = f"{_HOST}:{self.port}"
        rest = f"{_HOST}:{self._rest_port}"
        account = {"username": _SUPERUSER}
        return {
            "scope": _SCOPE,
            "name": self.name,
            "restapi": {"listen": rest, "connect_address": rest},
            "etcd3": {"host": f"{_HOST}:{etcd_port}"},
            "bootstrap": {
                "dcs": {
                    **TIMINGS,
                    "primary_start_timeout": 0,  # a standby takes over; nobody waits for recovery
                    "synchronous_mode": True,
                    "synchronous_mode_strict": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "use_slots": True,
                        "remove_data_directory_on_rewind_failure": True,
                        "remove_data_directory_on_diverged_timelines": True,
                        "parameters": _PARAMETERS,
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": here,
                "connect_address": here,
                "data_dir": str(self._data),
                "bin_dir": str(postgres),
                "pgpass": str(self.folder / "pgpass"),
                "parameters": {"unix_socket_directories": str(self.folder)},
                "pg_hba": [f"host {kind} all {_HOST}/32 trust" for kind in ("all", "replication")],
                "authentication": dict.fromkeys(("superuser", "replication", "rewind"), account),
            },
        }


class Cluster:
    """All of it, below one folder."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self._etcd_folder = own_folder(folder / "etcd")
        self._etcd = programs.etcd
        (self._etcd_port, self._peer_port), *ports = _free_ports(NODES + 1)
        self.nodes = [
            Node(folder / f"node-{number}", programs, etcd_port=self._etcd_port, ports=one)
            for number, one in enumerate(ports, 1)
        ]

    @property
    def url(self) -> str:
        """As an operator sets it."""
        hosts = ",".join(f"{_HOST}:{node.port}" for node in self.nodes)
        return f"postgresql://{DATABASE}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def start(self, seconds: float) -> None:
        """With an empty database of the service's own. Raises ClusterStuck."""
        address, peer = (f"http://{_HOST}:{port}" for port in (self._etcd_port, self._peer_port))
        log = ["--logger", "zap", "--log-level", "error"]
        listen = ["--listen-client-urls", address, "--advertise-client-urls", address]
        peers = ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
        one = ["--name", "one", "--initial-cluster", f"one={peer}", "--data-dir", "data"]
        spawned([str(self._etcd), *one, *listen, *peers, *log], self._etcd_folder)
        for node in self.nodes:
            node.start()
        primary = self.wait_until_whole(seconds)
        primary.ask(f"CREATE ROLE {DATABASE} LOGIN".encode(), _SUPERUSER)
        primary.ask(f"CREATE DATABASE {DATABASE} OWNER {DATABASE}".encode(), _SUPERUSER)

    def primary(self) -> Node | None:
        """As the node that answers first sees it."""
        for member in self._members():
            if (member.role, member.state) == ("leader", "running"):
                return self._node(member.name)
        return None

    def wait_until_whole(self, seconds: float) -> Node:
        """Until one writes and two follow it, one of them synchronously. Raises ClusterStuck."""
        for _ in _until(seconds, "three running members, one of them synchronous", self._members):
            primary = self._whole()
            if primary is not None:
                return primary
        raise ClusterStuck

    def wait_until_equal(self, seconds: float) -> None:
        """Until each node has every comment of the primary. Raises ClusterStuck."""
        for _ in _until(seconds, "three nodes with the same comments", self._members):
            with suppress(psycopg.Error):
                if len({node.ask(_DIGEST)[0] for node in self.nodes}) == 1:
                    return

    def _whole(self) -> Node | None:
        members = self._members()
        roles = sorted(member.role for member in members)
        runs = all(member.state in {"running", "streaming"} for member in members)
        same = len({member.timeline for member in members}) == 1
        primary = self.primary()
        if roles != ["leader", "replica", "sync_standby"] or not (runs and same and primary):
            return None
        try:
            states = sorted(state for (state,) in primary.ask(_STANDBYS, _SUPERUSER))
        except psycopg.Error:
            return None
        return primary if states == ["async", "sync"] else None

    def _members(self) -> Sequence[Member]:
        for node in _CHANCE.sample(self.nodes, len(self.nodes)):
            with suppress(OSError, ValueError, KeyError):
                return node.members()
        return []

    def _node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)


def _until(seconds: float, what: str, seen: Any) -> Iterator[None]:
    """Again and again. Raises ClusterStuck once they are over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(_PAUSE_SECONDS)
    raise ClusterStuck(f"there were not {what} within {seconds:.0f} s, but {seen()}")


def _children(parent: int) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                status = process.joinpath("stat").read_text("utf-8", "replace")
                if int(status.rpartition(")")[2].split()[1]) == parent:
                    found.append(int(process.name))
    return found


def _lives(process: int) -> bool:
    """What is dead and not yet taken leave of does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _free_ports(pairs: int) -> list[Ports]:
    """All of them at once, so that none is two's."""
    found: list[int] = []
    with ExitStack() as held:
        for port in _CHANCE.sample(_PORTS, len(_PORTS)):
            one = held.enter_context(socket.socket())
            with suppress(OSError):
                one.bind((_HOST, port))
                found.append(port)
            if len(found) == 2 * pairs:
                break
    return list(zip(found[::2], found[1::2], strict=True))
