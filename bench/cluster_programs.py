"""The programs of a cluster: PostgreSQL of the tests, etcd of the system, Patroni by its lock."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.postgres import postgres_programs

ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT = ROOT / "build" / "bench" / "patroni"
_LOCK = ROOT / "requirements" / "cluster.txt"
_STAMP = "installed"
_ETCD = "etcd-server"
_ACCOUNT = ("nobody", "nogroup")


class Missing(Exception):
    """What is not there, and how to get it, in one line."""


@dataclass(frozen=True, slots=True)
class Programs:
    """`postgres` is a folder of many."""

    postgres: Path
    etcd: Path
    patroni: Path


def find_programs() -> Programs:
    """Installs what can be. Raises Missing."""
    if sys.platform != "linux":
        raise Missing("The cluster needs Linux: it is looked after by way of /proc.")
    return Programs(postgres=postgres_programs(), etcd=_etcd(), patroni=_patroni())


def spawned(command: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
    """In the folder, its words in `log` there; not as root, as which PostgreSQL refuses to run."""
    with folder.joinpath("log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **_account(),
        )


def own_folder(folder: Path) -> Path:
    """One that processes of `spawned` may write to."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, *_ACCOUNT)
    return folder


def _etcd() -> Path:
    found = shutil.which("etcd")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(_ETCD)
        found = shutil.which("etcd")
    if found is None:
        raise Missing(f"No etcd. Get it with: apt-get install --no-install-recommends {_ETCD}.")
    return Path(found)


def _install(package: str) -> None:
    """Its package would also start it, which nobody asked for."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
    ):
        subprocess.run(command, check=False, env={**os.environ, **quiet}, stdout=subprocess.DEVNULL)
    if shutil.which("systemctl"):
        disable = ["systemctl", "disable", "--now", "etcd"]
        subprocess.run(disable, check=False, capture_output=True)


def _patroni() -> Path:
    """Every file checked against its hash; what comes as source is built with what is locked."""
    python = _readable_python()
    wanted = f"{hashlib.sha256(_LOCK.read_bytes()).hexdigest()} {python}"
    stamp = _ENVIRONMENT / _STAMP
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        sys.stderr.write(f"Installing what {_LOCK.relative_to(ROOT)} names (a minute) …\n")
        shutil.rmtree(_ENVIRONMENT, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "--python", str(_ENVIRONMENT), "install", "-qq"]
        locked = ["--disable-pip-version-check", "--no-input", "--require-hashes", "--no-deps"]
        made = [python, "-m", "venv", "--without-pip", str(_ENVIRONMENT)]
        try:
            subprocess.run(made, check=True)
            for lock in (_LOCK.with_name("build.txt"), _LOCK):
                built = ["--no-build-isolation", "-r", str(lock)]
                subprocess.run([*pip, *locked, *built], check=True)
        except subprocess.CalledProcessError as error:
            raise Missing(f"No Patroni: `{' '.join(error.cmd)}` failed, see above.") from error
        stamp.write_text(wanted, "utf-8")
    return _ENVIRONMENT / "bin" / "patroni"


def _readable_python() -> str:
    """One that the account may run as well: root's own often lies where only root looks."""
    probe = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    for python in (
        str(Path(sys.executable).resolve()),
        "/usr/bin/python3",
        "/usr/local/bin/python3",
    ):
        with suppress(OSError):
            if subprocess.run([python, *probe], check=False, cwd="/", **_account()).returncode == 0:
                return python
    raise Missing(
        f"No Python 3.11 or newer that {_ACCOUNT[0]} may run, as root's cluster needs it. "
        "Get one with: apt-get install python3, or run this as another user."
    )


def _account() -> dict[str, Any]:
    """Who runs what root may not."""
    if os.geteuid() != 0:
        return {}
    user, group = _ACCOUNT
    return {"user": user, "group": group, "extra_groups": []}
