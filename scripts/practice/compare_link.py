"""`python -m practice.compare_link ROOT REMOTE BASE BRANCH`: where a pull request is opened.

Prints nothing where the forge is not known. For programs that keep no remote in their clone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from practice.forge_remote import forge_of_remote
from practice.forge_settings import read_forge
from practice.problem import ProblemsFoundError


def compare_link(root: Path, *, remote: str, base: str, branch: str) -> str:
    """The address, or "": also where mkdocs.yml names a forge that cannot be used."""
    try:
        configured = read_forge(root).forge
    except ProblemsFoundError:
        configured = None
    forge = forge_of_remote(remote, configured)
    return forge.compare(base=base, branch=branch) if forge else ""


if __name__ == "__main__":
    root, remote, base, branch = sys.argv[1:]
    print(compare_link(Path(root), remote=remote, base=base, branch=branch))
