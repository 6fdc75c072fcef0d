"""`serve`: build the sites, then run the feedback service in front of them, on one port."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from watchfiles import watch

from practice.rebuilder import Rebuilder

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("docs", "languages", "theme", "cycles", "mkdocs.yml", "feedback_api/web/static")
STOP_SECONDS = 10


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the service listens, and how a browser on this machine reaches it."""

    host: str
    port: int

    @property
    def origin(self) -> str:
        """`http://name:port`; loopback and wildcard addresses are reached as localhost."""
        try:
            address = ip_address(self.host)
        except ValueError:
            return f"http://{self.host}:{self.port}"
        if address.is_loopback or address.is_unspecified:
            return f"http://localhost:{self.port}"
        return f"http://{f'[{address}]' if address.version == 6 else address}:{self.port}"


def serve(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    data: Annotated[Path | None, typer.Option(help="Folder of the comments: ./data.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    watch_files: Annotated[bool, typer.Option("--watch", help="Rebuild on change.")] = False,
) -> None:
    """Build the sites, then serve them and the feedback service on one port until Ctrl-C."""
    address = Address(host=host, port=port)
    environment = service_environment(address, data)
    refuse_taken_port(address)
    if not build(address):
        raise typer.Exit(1)
    announce(address, environment["FEEDBACK_STORE"])
    service = subprocess.Popen(service_command(address), env=environment, cwd=ROOT)
    stopped = threading.Event()
    stop_with(service, stopped)
    if watch_files:
        rebuilder = Rebuilder(ROOT, build_environment(address))
        watching = threading.Thread(
            target=rebuild_on_change, args=(rebuilder, stopped), daemon=True
        )
        watching.start()
    code = service.wait()
    stopped.set()
    raise typer.Exit(code)


def refuse_taken_port(address: Address) -> None:
    """Say before the build, not after it, that somebody else listens there."""
    try:
        for family, kind, number, _, place in socket.getaddrinfo(
            address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, number) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
    except OSError as error:
        say(
            f"Cannot listen on {address.host}, port {address.port}: {error.strerror}. "
            "Choose another with --port or --host."
        )
        raise typer.Exit(1) from None


def build(address: Address) -> bool:
    """Build everything, in a process of its own."""
    command = [sys.executable, "-m", "practice", "build"]
    environment = build_environment(address)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def build_environment(address: Address) -> Mapping[str, str]:
    """The site is below the address at which the service answers, unless the caller says more."""
    return {"PRACTICE_SITE_URL": f"{address.origin}/"} | os.environ


def service_command(address: Address) -> list[str]:
    return [
        sys.executable,
        "-m",
        "feedback_api",
        "serve",
        f"--host={address.host}",
        f"--port={address.port}",
    ]


def service_environment(address: Address, data: Path | None) -> Mapping[str, str]:
    """Settings of the service: the command line's, else what the caller set, else the defaults."""
    defaults = {
        "FEEDBACK_ORIGIN": address.origin,
        "FEEDBACK_SITE": str(ROOT / "site"),
        "FEEDBACK_LANGUAGES": str(ROOT / "languages"),
        "FEEDBACK_STORE": f"tinydb:{ROOT / 'data'}",
    }
    named = {} if data is None else {"FEEDBACK_STORE": f"tinydb:{data.resolve()}"}
    return defaults | os.environ | named


def announce(address: Address, store: str) -> None:
    """Print where everything is, and how the first editor gets in."""
    codes = sorted(path.parent.name for path in (ROOT / "languages").glob("*/language.yml"))
    sites = "  ".join(f"{address.origin}/{code}/" for code in codes)
    shown = shlex.quote(store) if store.startswith("tinydb:") else "…"  # a URL holds a password
    same_store = "" if store == f"tinydb:{ROOT / 'data'}" else f"FEEDBACK_STORE={shown} "
    command = ".venv/bin/python -m feedback_api editor add NAME"
    lines = (
        "",
        f"The code of practice   {address.origin}/  ({sites})",
        f"The editors' board     {address.origin}/review",
        f"Comments are kept in   {store.partition(':')[2]}",
        "To make the first editor account, run in another terminal:",
        f"  cd {shlex.quote(str(ROOT))} && {same_store}{command}",
        "Ctrl-C stops.",
    )
    say("\n".join(lines))


def stop_with(service: subprocess.Popen[bytes], stopped: threading.Event) -> None:
    """Hand Ctrl-C and SIGTERM on to the service, and wait for it to finish what it has begun."""

    def stop(_signal: int, _frame: object) -> None:
        if stopped.is_set():
            service.kill()
            return
        stopped.set()
        service.terminate()
        timer = threading.Timer(STOP_SECONDS, service.kill)
        timer.daemon = True
        timer.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def rebuild_on_change(rebuilder: Rebuilder, stopped: threading.Event) -> None:
    """Rebuild after every change; a build that fails leaves the last good site in place."""
    rebuilder.begin()
    paths = [ROOT / name for name in WATCHED if (ROOT / name).exists()]
    for _ in watch(*paths, stop_event=stopped, raise_interrupt=False):
        done = rebuilder.build()
        say("Rebuilt." if done else "The build failed: the site stays as it was.")
