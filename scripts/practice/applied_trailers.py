"""What a commit's message says: the comments it was made of, and the commits it takes back.

Git writes `This reverts commit X.`, and of a merge `This reverts commit X, reversing changes made
to Y.` over two lines; GitLab leaves the full stop out and names a merge request; GitHub's message
of a squashed pull request that reverts another names that one alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NewType

CommentId = NewType("CommentId", str)

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
# A squash merge keeps the messages of several commits in one body, often as a list or a quotation.
_TRAILER = re.compile(rf"^[^\w\n]*Feedback: *({_UUID})[^\S\n]*$", re.MULTILINE)
_REVERTS = re.compile(
    r"\bThis\s+reverts\s+commit\s+(?P<commit>[0-9a-f]{7,64})\b"
    r"(?:,\s+reversing\s+changes\s+made\s+to\s+(?P<kept>[0-9a-f]{7,64})\b)?"
)
_REVERTS_REQUEST = re.compile(
    r"\bThis\s+reverts\s+merge\s+request\s+[\w./-]*!(?P<merge>\d+)\b"
    r"|^[^\w\n]*Reverts\s+(?:[\w.-]+/[\w.-]+)?#(?P<pull>\d+)[^\S\n]*$",
    re.MULTILINE,
)
_MERGED_REQUEST = re.compile(r"^[^\w\n]*See merge request [\w./-]*!(\d+)[^\S\n]*$", re.MULTILINE)
_MERGED_PULL = re.compile(r"^Merge pull request #(\d+)\b|\(#(\d+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """Either `commit` is set, a hash that may be shortened, or `request`, such as `#12` or `!12`.

    `kept` is the hash of the side of a merge that stays, where the message says it.
    """

    commit: str = ""
    kept: str = ""
    request: str = ""


def comments_named(message: str) -> tuple[CommentId, ...]:
    """The ids of the Feedback trailers anywhere in a message, in lower case, each once."""
    if "Feedback:" not in message:
        return ()
    return tuple(dict.fromkeys(CommentId(found.lower()) for found in _TRAILER.findall(message)))


def taken_back(message: str) -> tuple[TakenBack, ...]:
    """What a message says it reverts; a request counts only where no commit is named."""
    if "revert" not in message.lower():
        return ()
    commits = tuple(
        TakenBack(commit=match["commit"], kept=match["kept"] or "")
        for match in _REVERTS.finditer(message)
    )
    return commits or tuple(
        TakenBack(request=f"!{match['merge']}" if match["merge"] else f"#{match['pull']}")
        for match in _REVERTS_REQUEST.finditer(message)
    )


def requests_merged(message: str) -> Iterator[str]:
    """The pull or merge requests, such as `#12` or `!12`, that a commit brought in."""
    for match in _MERGED_PULL.finditer(message.lstrip("\n").split("\n", 1)[0].rstrip()):
        yield f"#{match[1] or match[2]}"
    if "merge request" in message:
        for number in _MERGED_REQUEST.findall(message):
            yield f"!{number}"
