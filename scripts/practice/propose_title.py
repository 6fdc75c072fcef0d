"""The title of a pull request: what its commits say, in one line that a squashed merge can bear."""

from __future__ import annotations

import re
from collections.abc import Sequence

from practice.messages import Messages
from practice.propose_git import Brought
from practice.propose_inert import plain_title, without_addresses

LONGEST = 200
_SUBJECT = re.compile(r"(?P<kind>Normative|Translation|Editorial)\((?P<places>[^()]*)\): ")
_KINDS = ("Normative", "Translation", "Editorial")
_MOST_PLACES = 3


def usual_title(brought: Sequence[Brought], messages: Messages) -> str:
    """The subject of the only commit, else one for all; of comments nothing but their number."""
    made = [commit for commit in brought if commit.comments]
    if len(made) == 1:
        return safe_title(made[0].subject, messages)
    comments = len({name for commit in made for name in commit.comments})
    what = messages.counted("%(count)s comment taken into the text", comments)
    return safe_title(f"{_head(made)}{what}", messages)


def safe_title(title: str, messages: Messages) -> str:
    """One line without addresses, in which nobody is mentioned."""
    gap = messages.text("[e-mail address left out]")
    return plain_title(without_addresses(title, gap), LONGEST)


def _head(made: Sequence[Brought]) -> str:
    """`Normative(complaints, ethics): `, by the strongest word of all."""
    found = [match for commit in made if (match := _SUBJECT.match(commit.subject))]
    if not found:
        return ""
    kind = min((match["kind"] for match in found), key=_KINDS.index)
    places = list(dict.fromkeys(place for m in found for place in m["places"].split(", ")))
    shown = ", ".join(places) if len(places) <= _MOST_PLACES else f"{len(places)} pages"
    return f"{kind}({shown}): "
