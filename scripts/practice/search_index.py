"""The search index of one language's site, by Pagefind, from the HTML that was built."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from pagefind.service import get_executable

from practice.languages import Language
from practice.problem import Problem
from practice.section_marks import ORIGINAL_CLASS

_ROOT = "main"


def write_search_index(
    site: Path, language: Language, addresses: Sequence[str]
) -> tuple[Problem, ...]:
    """Index the pages at `addresses` (below the language's folder) into its `pagefind/`.

    Text in another language than the site's is left out, as are 404 and print pages.
    """
    executable = get_executable()
    path = language.folder / "mkdocs.yml"
    if executable is None:
        message = "Pagefind is not installed: run scripts/build, which installs it."
        return (Problem(path, 1, "search-index", message),)
    pages = ",".join(f"{address}index.html" for address in addresses)
    command = [
        str(executable),
        *("--site", str(site / language.code)),
        *("--glob", f"{{{pages}}}" if len(addresses) > 1 else pages),
        *("--root-selector", _ROOT),
        *("--exclude-selectors", f".{ORIGINAL_CLASS}"),
        *("--force-language", language.tag.split("-")[0].lower()),
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = " ".join((done.stderr or done.stdout).split())
        message = f"Pagefind stopped: {words} Correct the built pages."
        return (Problem(path, 1, "search-index", message),)
    return ()
