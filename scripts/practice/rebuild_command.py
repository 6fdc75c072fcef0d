"""`rebuild`: builds what changed whenever a line comes in; what a build needs is loaded before.

For `serve --watch`: practice.rebuilder writes the lines, and reads an answer to each.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from importlib import import_module

from practice.build_command import ROOT, built
from practice.earlier import earlier_beside
from practice.languages import read_languages
from practice.page_keys import tools
from practice.problem import ProblemsFoundError
from practice.rebuilder import BUILT, FAILED, OUTDATED


def rebuild() -> None:
    """Build what changed, once for each line of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for `serve`, which then closes the input
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        mine = tools()
        _load()
        for _ in sys.stdin:
            tools.cache_clear()
            if tools() != mine:
                print(OUTDATED, file=answers, flush=True)
                return
            done = built(ROOT, ROOT / "site", changed=True)
            print(BUILT if done else FAILED, file=answers, flush=True)


def _load() -> None:
    """Pages, their history, and the languages' numbers and dates are known from then on."""
    import_module("practice.site_parts")
    reading, table = map(import_module, ("practice.site_content", "practice.standards_table"))
    with contextlib.suppress(ProblemsFoundError), earlier_beside(ROOT, read_languages(ROOT)) as one:
        content = reading.read_content(ROOT, datetime.now(UTC), one)
        for name, shown in content.editions.items():
            # What this process has read, those that build a language need not read each time.
            table.promises(ROOT, content.code, shown.language, content.messages[name])
