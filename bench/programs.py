"""Programs of the system that a bench needs: found, installed where that may be, or named."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_NOT_ISOLATED = "--no-build-isolation"
_APT_SECONDS = 300
_BESIDE_PATH = ("/usr/sbin", "/sbin")


class MissingProgram(Exception):
    """Says in one line what is missing and how to get it."""


@cache
def program(name: str, package: str = "") -> str:
    """Its path; installed from the system's packages where this process may do that.

    `package`: where it is not called as the program. Raises MissingProgram.
    """
    package = package or name
    found = _found(name) or (_install(package) and _found(name))
    if not found:
        raise MissingProgram(f"No {name}. Get it with: apt-get install {package}.")
    return found


def _found(name: str) -> str | None:
    places = os.pathsep.join((os.environ.get("PATH", ""), *_BESIDE_PATH))
    return shutil.which(name, path=places)


def _install(package: str) -> bool:
    if os.geteuid() != 0 or _found("apt-get") is None:
        return False
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", "-qq", *step],
            env=quietly,
            capture_output=True,
            timeout=_APT_SECONDS,
            check=False,
        )
        if done.returncode:
            return False
    return True


def environment_of(lock: str, *, python: str = sys.executable) -> Path:
    """A virtual environment, build/bench/LOCK, of what requirements/LOCK.txt names.

    It runs with `python`, which need not have pip. Raises MissingProgram.
    """
    folder = _ROOT / "build" / "bench" / lock
    locked = _ROOT / "requirements" / f"{lock}.txt"
    stamp = folder / "installed"
    wanted = f"{hashlib.sha256(locked.read_bytes()).hexdigest()} {python}"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return folder
    print(f"Installing what requirements/{lock}.txt names into {folder} …", file=sys.stderr)
    steps = [
        [python, "-m", "venv", "--clear", "--without-pip", str(folder)],
        [*_pip(folder), "-r", str(_ROOT / "requirements" / "build.txt")],
        [*_pip(folder), "-r", str(locked)],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingProgram(f"requirements/{lock}.txt was not installed: {done.stderr[-300:]}")
    stamp.write_text(wanted, "utf-8")
    return folder


def locked_version(lock: str, package: str) -> str:
    """The one that requirements/LOCK.txt pins. Raises KeyError."""
    lines = (_ROOT / "requirements" / f"{lock}.txt").read_text("utf-8").splitlines()
    pins = dict(line.split(" ")[0].split("==") for line in lines if re.match("[a-z].*==", line))
    return pins[package]


def _pip(folder: Path) -> list[str]:
    """What comes as source is built with the locked setuptools, as scripts/environment does."""
    own = [sys.executable, "-m", "pip", "--python", str(folder)]
    return [
        *own,
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        _NOT_ISOLATED,
    ]
