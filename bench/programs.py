"""Programs of the system that a bench needs: found, installed where that may be, or named."""

import hashlib
import os
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


def environment_of(lock: str) -> Path:
    """A virtual environment, build/bench/LOCK, of what requirements/LOCK.txt names.

    Raises MissingProgram.
    """
    folder = _ROOT / "build" / "bench" / lock
    locked = _ROOT / "requirements" / f"{lock}.txt"
    stamp = folder / "installed"
    wanted = hashlib.sha256(locked.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return folder
    print(f"Installing what requirements/{lock}.txt names into {folder} …", file=sys.stderr)
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*_pip(folder), "-r", str(_ROOT / "requirements" / "build.txt")],
        [*_pip(folder), "-r", str(locked)],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingProgram(f"requirements/{lock}.txt was not installed: {done.stderr[-300:]}")
    stamp.write_text(wanted, "ascii")
    return folder


def _pip(folder: Path) -> list[str]:
    """What comes as source is built with the locked setuptools, as scripts/environment does."""
    own = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    return [*own, "--disable-pip-version-check", "--require-hashes", "--no-deps", _NOT_ISOLATED]
