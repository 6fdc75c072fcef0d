"""Comments to fill stores with: about 600 bytes in two scripts, over 400 sections; always the same.

One section has 125 that readers may see, as many as each has at 50,000. Of the others one in four
waits for its decision, and one in fifty is of a review cycle that is over.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from bench.service_sections import (
    CYCLE,
    PAGES,
    SECTIONS_OF_A_PAGE,
    fingerprint,
    languages,
    page_of,
    section,
)
from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import (
    WAITING,
    CommentId,
    CycleId,
    EditorName,
    Fingerprint,
    LanguageCode,
    PageId,
    SectionId,
)

BODY_BYTES = 600
BUSY_SECTION = section(7)
BUSY_COMMENTS = 125
SECTIONS = PAGES * SECTIONS_OF_A_PAGE
EDITOR = "Ana"
RARE_WORD = "lighthouse"
"""In every hundredth comment."""
_SENTENCE_BYTES = 90
_BEGUN = datetime(2025, 12, 1, 8, tzinfo=UTC)
_WORDS = (
    ("answer", "call", "customer", "waited", "again", "manager", "promise", "two days", "receipt"),
    ("ответ", "звонок", "клиент", "ждал", "снова", "обещание", "два дня", "письмо", "жалоба"),
)
_OUTCOMES = (State.ACCEPTED, State.DECLINED, State.ANSWERED)


def body(random_words: random.Random, more: str = "") -> str:
    """About 600 bytes of UTF-8, half of it Cyrillic, which take two bytes a letter."""
    said, size, turn = [more] if more else [], len(more), 0
    while size < BODY_BYTES - _SENTENCE_BYTES / 2:
        sentence = " ".join(random_words.choices(_WORDS[turn % 2], k=8)).capitalize() + "."
        said.append(sentence)
        size += len(sentence.encode()) + 1
        turn += 1
    return " ".join(said)


@lru_cache(maxsize=1)
def comments(count: int) -> Sequence[Comment]:
    """Oldest first; kept until another number is asked for."""
    random_words = random.Random(count)  # the same texts in every run
    places = _places(count)
    return [_comment(number, places[number], random_words) for number in range(count)]


def section_of(count: int, number: int) -> str:
    """Where comment `number` of `count` stands."""
    return _places(count)[number]


@cache
def _places(count: int) -> list[str]:
    """Evenly, and the busy section has just as many as it must where there are enough."""
    busy = min(BUSY_COMMENTS, count)
    others = [section(one) for one in range(SECTIONS) if section(one) != BUSY_SECTION]
    every = max(count // busy, 1) if busy else 1
    places, left, other = [], busy, 0
    for number in range(count):
        if left and (number % every == 0 or count - number == left):
            places.append(BUSY_SECTION)
            left -= 1
        else:
            places.append(others[other % len(others)])
            other += 1
    return places


@cache
def _codes() -> list[str]:
    return [str(one["code"]) for one in languages()]


def _comment(number: int, place: str, random_words: random.Random) -> Comment:
    submitted_at = _BEGUN + timedelta(minutes=number * 5)
    cycle = CycleId(CYCLE) if number % 50 == 3 else WAITING
    language = _codes()[number % len(_codes())]
    events = [
        Event(what=EventKind.SUBMITTED, at=submitted_at, by=BY_COMMENTER, after=State.RECEIVED)
    ]
    decision, state = None, State.RECEIVED
    if place == BUSY_SECTION or number % 4:
        state = _OUTCOMES[number % len(_OUTCOMES)]
        decision = _decision(state, language, submitted_at + timedelta(days=3), cycle)
        events.append(
            Event(
                what=EventKind.DECIDED,
                at=decision.at,
                by=EDITOR,
                before=State.RECEIVED,
                after=state,
            )
        )
    identity = uuid.UUID(int=random_words.getrandbits(128), version=4)
    return Comment(
        id=CommentId(str(identity)),
        page=PageId(page_of(place)),
        cycle=cycle,
        section=SectionId(place),
        language=LanguageCode(language),
        wording=Fingerprint(fingerprint(place, language)),
        role=tuple(Role)[number % 3],
        kind=tuple(Kind)[number % 4],
        about=About.RULE,
        body=body(random_words, f"A {RARE_WORD}." if number % 100 == 50 else ""),
        visibility=Visibility.PUBLIC,
        submitted_at=submitted_at,
        receipt_hash=identity.hex[:22],
        events=tuple(events),
        state=state,
        public=decision is not None,
        decision=decision,
    )


def _decision(state: State, language: str, at: datetime, cycle: CycleId) -> Decision:
    return Decision(
        outcome=state,
        reason="We read it and say why.",
        reason_language=LanguageCode(language),
        by=EditorName(EDITOR),
        at=at,
        cycle=cycle,
    )
