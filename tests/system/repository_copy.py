"""This repository as it is in the working tree, as a git repository of its own."""

import shutil
import subprocess
from pathlib import Path

from tests.system.running import ROOT


def copy_repository(target: Path) -> None:
    """Everything but the tests and what git ignores, in one commit on `main`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file() and not name.startswith("tests/"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Ana"),
        ("config", "user.email", "ana@example.org"),
        ("add", "-A"),
        ("commit", "-q", "-m", "The code"),
    ):
        subprocess.run(["git", *arguments], cwd=target, check=True)
