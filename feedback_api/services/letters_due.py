"""What has to be mailed to whoever wrote a comment.

One question whether the address may be used; once that is agreed, what was decided, asked and
published, each once. Whatever was overtaken before it could be mailed is left out. The answer to a
merged comment is its original's; that it was merged is said only while the original is public.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.remarks import Question
from feedback_api.services import Services
from feedback_api.services.deliveries import Untold, numbered, pending, told
from feedback_api.services.duplicates import original
from feedback_api.services.seen import as_commenter_sees

OPT_IN = "email-opt-in"
NEWS = "email"
REFUSED = "email-refused"
"""Channels, see deliveries. What is told to the last is that the address takes no mail."""
OPT_IN_DAYS = 14
"""Older comments were written when no mail was promised, or their writers expect none any more."""


class Occasion(StrEnum):
    """Why there is a mail."""

    CONFIRM = "confirm"
    DECIDED = "decided"
    UNDONE = "undone"
    QUESTION = "question"
    PUBLISHED = "published"
    TAKEN_BACK = "taken-back"


_OUTCOMES = {
    EventKind.DECIDED: Occasion.DECIDED,
    EventKind.DECISION_UNDONE: Occasion.UNDONE,
    EventKind.PUBLISHED: Occasion.PUBLISHED,
    EventKind.PUBLICATION_UNDONE: Occasion.TAKEN_BACK,
}
_PUBLICATIONS = (Occasion.PUBLISHED, Occasion.TAKEN_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """`channel` knows the events up to `upto` once it is sent; both together name it for ever.

    `decision` is there when DECIDED, PUBLISHED or TAKEN_BACK, `question` when QUESTION;
    `original` is the public comment into which this one was merged; `changed`: an earlier decision
    was mailed.
    """

    occasion: Occasion
    channel: str
    upto: int
    decision: Decision | None = None
    question: Question | None = None
    original: Comment | None = None
    changed: bool = False


def due_letters(comment: Comment, *, now: datetime, services: Services) -> tuple[DueLetter, ...]:
    """What must be mailed now, in the order of what happened."""
    if comment.email is None or comment.state is State.WITHDRAWN or told(comment, REFUSED):
        return ()
    if comment.email_confirmed_at is None:
        return _opt_in(comment, now)
    questions = (_question(comment, untold) for untold in pending(comment, NEWS))
    letters = [letter for letter in questions if letter is not None]
    news = _news(comment, services)
    if news is not None:
        letters.append(news)
    return tuple(sorted(letters, key=lambda letter: (letter.channel, letter.upto)))


def _opt_in(comment: Comment, now: datetime) -> tuple[DueLetter, ...]:
    too_late = now - comment.submitted_at > timedelta(days=OPT_IN_DAYS)
    if told(comment, OPT_IN) or too_late:
        return ()
    return (DueLetter(occasion=Occasion.CONFIRM, channel=OPT_IN, upto=1),)


def _question(comment: Comment, untold: Untold) -> DueLetter | None:
    """None when it is none, or is answered already."""
    if untold.event.what is not EventKind.QUESTION_ASKED:
        return None
    asked = next((one for one in comment.questions if one.at == untold.event.at), None)
    if asked is None or any(addition.at > asked.at for addition in comment.additions):
        return None
    return DueLetter(occasion=Occasion.QUESTION, channel=NEWS, upto=untold.number, question=asked)


def _news(comment: Comment, services: Services) -> DueLetter | None:
    """Where the comment stands, or the one that answers for it, if that is news."""
    standing = original(comment, services)
    is_merged = standing.id != comment.id
    channel = f"{NEWS}:{standing.id}" if is_merged else NEWS
    last = _last_outcome(standing, told(comment, channel))
    if last is None or last.number <= told(comment, channel):
        return None
    was_told = _was_told(comment)
    occasion = _outcome(last.event)
    decision = as_commenter_sees(comment, services).decision
    if occasion is Occasion.UNDONE:
        is_news = was_told and standing.state is not State.WITHDRAWN
    else:
        is_news = decision is not None
    if occasion is None or not is_news:
        return None
    return DueLetter(
        occasion=occasion,
        channel=channel,
        upto=last.number,
        decision=decision,
        original=standing if is_merged and standing.is_public else None,
        changed=was_told,
    )


def _last_outcome(comment: Comment, known: int) -> Untold | None:
    """The last that still holds; of publications, what `known` events did not tell already."""
    told_last = next(
        (
            occasion
            for one in reversed(numbered(comment)[:known])
            if (occasion := _outcome(one.event)) in _PUBLICATIONS
        ),
        None,
    )
    is_published = comment.state is State.PUBLISHED
    holds = {
        Occasion.PUBLISHED: is_published,
        Occasion.TAKEN_BACK: told_last is Occasion.PUBLISHED and not is_published,
    }
    for one in reversed(numbered(comment)):
        occasion = _outcome(one.event)
        if occasion is not None and holds.get(occasion, True):
            return one
    return None


def _outcome(event: Event) -> Occasion | None:
    """What an event makes of the answer to a comment, if anything."""
    return None if event.repeated else _OUTCOMES.get(event.what)


def _was_told(comment: Comment) -> bool:
    """Whether a decision was mailed before: one's own, or an original's."""
    if any(one.channel.startswith(f"{NEWS}:") for one in comment.delivered):
        return True
    known = numbered(comment)[: told(comment, NEWS)]
    return any(
        one.event.what is EventKind.DECIDED and one.event.after != State.DUPLICATE for one in known
    )
