"""Where a pull request for a branch is opened, as the tools of the text know forges."""

import sys

from feedback_api.proposals.bare_clone import BareClone
from feedback_api.proposals.engine import tools_environment
from feedback_api.proposals.process import TookTooLong, run


def compare_link(clone: BareClone, branch: str) -> str:
    """The address, "" where the forge is not known: a proposal is as good without."""
    settings = clone.settings
    named = [str(clone.text), settings.remote.address, settings.branch, branch]
    try:
        done = run(
            [sys.executable, "-P", "-m", "practice.compare_link", *named],
            folder=clone.work,
            environment=tools_environment(clone.environment),
            deadline=clone.deadline,
        )
    except (TookTooLong, OSError):
        return ""
    url = done.answer.decode("utf-8", "replace").strip()
    if done.status or not url.startswith(("https://", "http://")):
        return ""
    return url
