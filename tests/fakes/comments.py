"""Drafts and comments for tests: usual ones, of which a test names what matters to it."""

import uuid
from datetime import datetime
from typing import Any

from feedback_api.domain.comment import About, Comment, Draft, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import WAITING, CommentId
from tests.fakes.clockwork import START
from tests.fakes.published import PAGE, SECTION, SOURCE, WORDING


def usual_draft(**fields: Any) -> Draft:
    usual: dict[str, Any] = {
        "section": SECTION,
        "language": SOURCE,
        "wording": WORDING,
        "role": Role.CUSTOMER,
        "kind": Kind.PROBLEM,
        "about": About.RULE,
        "body": "Nobody answered me for a week.",
        "visibility": Visibility.PUBLIC,
    }
    return Draft(**{**usual, **fields})


def usual_comment(number: int, *, submitted_at: datetime = START, **fields: Any) -> Comment:
    """Comment `number`: its id and receipt follow from it."""
    usual: dict[str, Any] = {
        "id": comment_id(number),
        "page": PAGE,
        "cycle": WAITING,
        "section": SECTION,
        "language": SOURCE,
        "wording": WORDING,
        "role": Role.CUSTOMER,
        "kind": Kind.PROBLEM,
        "about": About.RULE,
        "body": f"Comment {number}.",
        "visibility": Visibility.PUBLIC,
        "submitted_at": submitted_at,
        "receipt_hash": f"receipt {number}",
        "events": (submitted(submitted_at),),
    }
    return Comment(**{**usual, **fields})


def comment_id(number: int) -> CommentId:
    return CommentId(str(uuid.UUID(int=number, version=4)))


def submitted(at: datetime) -> Event:
    return Event(what=EventKind.SUBMITTED, at=at, by=BY_COMMENTER, after=State.RECEIVED)
