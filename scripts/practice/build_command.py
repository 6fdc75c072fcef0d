"""`build`: the sites of all languages, the search, sections.json and the policy, into site/."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from practice.build_settings import read_build_settings
from practice.history_log import missing_history
from practice.problem import ProblemsFoundError
from practice.site_build import build_site

ROOT = Path(__file__).resolve().parents[2]


def build(arguments: Sequence[str]) -> int:
    """Build the site; on any problem print path:line: code message and leave the old site.

    What comes back is for the shell: 0 where there is a new site.
    """
    chosen = _options().parse_args(arguments)
    done = built(chosen.root.resolve(), chosen.output.resolve(), changed=chosen.changed)
    # A process that ends looks through everything for garbage once more, a tenth of a build long.
    gc.freeze()
    return 0 if done else 1


def built(root: Path, output: Path, *, changed: bool) -> bool:
    """Whether there is a new site; otherwise what stands in its way has been printed."""
    started = perf_counter()
    try:
        settings = read_build_settings(os.environ)
        code = build_site(
            root,
            site=output,
            settings=settings,
            now=datetime.now(UTC),
            keep_unchanged=changed,
        )
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        print(f"{len(found.problems)} problems: no site was built.", file=sys.stderr)
        return False
    if missing := missing_history(root):
        print(missing, file=sys.stderr)
    sections = sum(1 for _ in code.sections(code.source.code))
    names = " ".join(language.code for language in code.languages)
    print(
        f"Built {output}: {len(code.order)} pages, {sections} sections, {names},"
        f" in {perf_counter() - started:.1f} s."
    )
    return True


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build",
        allow_abbrev=False,
        description="Build the site; on any problem print path:line: code message and leave the"
        " old site.",
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "site", help="Folder of the finished site."
    )
    parser.add_argument(
        "--changed", action="store_true", help="Keep the languages that come out the same."
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="Folder of the project.")
    return parser
