"""The programs of a cluster: PostgreSQL of the tests, etcd of the system, Patroni by its lock."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.programs import MissingProgram, environment_of, program
from tests.fakes.postgres import postgres_programs

_ACCOUNT = ("nobody", "nogroup")


@dataclass(frozen=True, slots=True)
class Programs:
    """`postgres` is a folder of many."""

    postgres: Path
    etcd: Path
    patroni: Path


def find_programs() -> Programs:
    """Installs what can be. Raises MissingProgram."""
    if sys.platform != "linux":
        raise MissingProgram("The cluster needs Linux: it is looked after by way of /proc.")
    environment = environment_of("cluster", python=_readable_python())
    return Programs(
        postgres=postgres_programs(),
        etcd=Path(program("etcd", "etcd-server")),
        patroni=environment / "bin" / "patroni",
    )


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
    raise MissingProgram(
        f"No Python 3.11 or newer that {_ACCOUNT[0]} may run, as root's cluster needs it. "
        "Get one with: apt-get install python3, or run this as another user."
    )


def _account() -> dict[str, Any]:
    """Who runs what root may not."""
    if os.geteuid() != 0:
        return {}
    user, group = _ACCOUNT
    return {"user": user, "group": group, "extra_groups": []}
