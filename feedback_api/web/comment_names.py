"""How an editor names another comment: by its id, or by the address of its page."""

import re

from feedback_api.domain.identity import CommentId

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMED = re.compile(rf"(?:.*/)?({_ID})(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)


def named_comment(text: str) -> CommentId:
    """The id in `text`; a text that holds none comes back as it is, to be found unknown."""
    named = text.strip()
    match = _NAMED.fullmatch(named)
    return CommentId(match.group(1).lower() if match else named)
