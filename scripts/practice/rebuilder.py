"""A process that has loaded the build already, and builds again whenever it is asked to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BUILT, FAILED, OUTDATED = "built", "failed", "outdated"
"""What it answers: there is a new site; there is none; the tools are not those it has loaded."""


@dataclass(slots=True)
class Rebuilder:
    """Over the repository at `root`; the process runs from `begin` on, and as long as this one."""

    root: Path
    environment: Mapping[str, str]
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def begin(self) -> None:
        """Load what a build needs, beside whatever else is to be done."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "practice", "rebuild"],
                cwd=self.root,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

    def build(self) -> bool:
        """Build what changed; a change of the tools themselves takes effect, too."""
        answer = self._ask()
        if answer == OUTDATED:
            self._end()
            answer = self._ask()
        return answer == BUILT

    def _ask(self) -> str:
        self.begin()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return FAILED
        try:
            process.stdin.write("\n")
            process.stdin.flush()
        except OSError:
            return OUTDATED  # it ended between two builds
        return process.stdout.readline().strip() or FAILED

    def _end(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None
