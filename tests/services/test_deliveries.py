"""What a channel has still to be told of a comment, and when to try again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.remarks import Erasure
from feedback_api.services import Services
from feedback_api.services.deliveries import mark, marked, pending, told
from feedback_api.services.retries import Retries
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, submitted, usual_comment

ADDED = Event(what=EventKind.ADDED_TO, at=START, by=BY_COMMENTER)
SECOND = timedelta(seconds=1)


def test_everything_is_pending_until_it_is_marked_and_only_for_that_channel() -> None:
    comment = usual_comment(1, events=(submitted(START), ADDED))

    known = marked(comment, "mail", 1)

    assert [one.number for one in pending(comment, "mail")] == [1, 2]
    assert [(one.number, one.event) for one in pending(known, "mail")] == [(2, ADDED)]
    assert [one.number for one in pending(known, "hook")] == [1, 2]


def test_channel_never_forgets_what_it_was_told() -> None:
    comment = marked(usual_comment(1), "mail", 3)

    assert marked(comment, "mail", 2) is comment
    assert told(marked(marked(comment, "hook", 1), "mail", 4), "mail") == 4
    assert told(marked(comment, "hook", 1), "mail") == 3


def test_marking_is_stored_without_a_new_version(services: Services) -> None:
    services.comments.add(usual_comment(1))

    stored = mark(comment_id(1), "mail", 1, services=services)

    assert (told(stored, "mail"), stored.version) == (1, 1)


def test_erased_comment_cannot_be_marked(services: Services) -> None:
    erasure = Erasure(at=START, by=BY_COMMENTER)
    services.comments.add(usual_comment(1))
    services.comments.change(comment_id(1), lambda comment: replace(comment, erased=erasure))

    with pytest.raises(UnknownComment):
        mark(comment_id(1), "mail", 1, services=services)


def test_new_key_is_due_at_once_and_adding_it_again_changes_nothing() -> None:
    retries = Retries[str](lambda: 1.0)
    retries.add("a", START)
    retries.failed("a", START)
    retries.add("a", START)

    assert retries.due(START) == ()
    assert retries.next_at() == START + SECOND


def test_each_failure_doubles_the_delay_up_to_an_hour() -> None:
    retries = Retries[str](lambda: 1.0)

    delays = []
    for _ in range(14):
        retries.failed("a", START)
        next_at = retries.next_at()
        assert next_at is not None
        delays.append((next_at - START).total_seconds())

    assert delays[:5] == [1, 2, 4, 8, 16]
    assert delays[11:] == [2048, 3600, 3600]
    assert retries.failures("a") == 14


def test_chance_takes_up_to_half_of_the_delay() -> None:
    retries = Retries[str](lambda: 0.0)

    retries.failed("a", START)

    assert retries.next_at() == START + SECOND / 2


def test_what_is_done_is_forgotten() -> None:
    retries = Retries[str]()
    retries.failed("a", START)

    retries.done("a")
    retries.done("never there")

    assert retries.next_at() is None
    assert retries.failures("a") == 0
