"""What every CommentReads promises."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.identity import CycleId, EditorName, PageId, SectionId
from feedback_api.domain.remarks import Addition
from feedback_api.services.ports import LIST_LIMIT, CommentQuery, Order
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import OTHER, PAGE, SECTION, SOURCE
from tests.storage.conftest import Opened

ETHICS = PageId("ethics")
GIFTS = SectionId("ethics-gifts")
UNUSUAL: dict[str, Any] = {
    "page": ETHICS,
    "section": GIFTS,
    "language": OTHER,
    "role": Role.STAFF,
    "kind": Kind.PRAISE,
    "about": About.TRANSLATION,
    "visibility": Visibility.REVIEWERS,
    "public": True,
    "cycle": CycleId("2027-1"),
}


def given_comments(opened: Opened, *comments: Comment) -> None:
    for comment in comments:
        opened.store.add(comment)


def _found(opened: Opened, **query: Any) -> list[int]:
    """The numbers of the comments a query finds; see usual_comment."""
    page = opened.reads.select(CommentQuery(**query))
    assert page.total == len(page.comments)
    return [int(comment.id[-12:], 16) for comment in page.comments]


def _at(number: int, minutes: int, **fields: Any) -> Comment:
    return usual_comment(number, submitted_at=START + timedelta(minutes=minutes), **fields)


def _decided(comment: Comment, reason: str) -> Comment:
    decision = Decision(
        outcome=State.DECLINED,
        reason=reason,
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
    )
    return replace(comment, state=State.DECLINED, decision=decision)


def test_empty_store_has_nothing(opened: Opened) -> None:
    assert _found(opened) == []
    assert _found(opened, text="word") == []
    assert opened.reads.tally() == {}
    assert opened.reads.public(SECTION) == ()
    assert opened.reads.counts(PAGE) == {}


def test_list_is_by_time_then_id_whatever_order_comments_came_in(opened: Opened) -> None:
    given_comments(opened, _at(3, 5), _at(2, 9), _at(5, 5), _at(4, 0), _at(1, 5))

    assert _found(opened) == [4, 1, 3, 5, 2]
    assert _found(opened, order=Order.NEWEST_FIRST) == [2, 5, 3, 1, 4]
    again = opened.reopen()
    assert _found(again) == [4, 1, 3, 5, 2]
    again.close()


def test_comments_moved_by_latecomers_are_still_found_and_counted(opened: Opened) -> None:
    given_comments(opened, _at(2, 9, public=True), _at(3, 8, public=True), _at(1, 5, public=True))

    for number in (1, 2, 3):
        assert opened.store.get(comment_id(number)).body == f"Comment {number}."
        assert opened.store.by_receipt(f"receipt {number}").id == comment_id(number)
    assert opened.reads.counts(PAGE) == {SECTION: 3}
    assert [comment.id for comment in opened.reads.public(SECTION)] == [
        comment_id(1),
        comment_id(3),
        comment_id(2),
    ]


@pytest.mark.parametrize("name", UNUSUAL)
def test_each_filter_lets_through_exactly_its_own(opened: Opened, name: str) -> None:
    given_comments(
        opened, _at(1, 1), _at(2, 2, **{name: UNUSUAL[name]}), _at(3, 3), _at(4, 4, **UNUSUAL)
    )
    usual = getattr(usual_comment(1), name)

    assert _found(opened, **{name: UNUSUAL[name]}) == [2, 4]
    assert _found(opened, **{name: usual}) == [1, 3]


def test_comments_are_found_by_what_editors_do_with_them(opened: Opened) -> None:
    decided = _decided(_at(3, 3), "So.")
    given_comments(
        opened,
        _at(1, 1, agenda=CycleId("2027-2")),
        _at(2, 2, assignee=EditorName("Ana")),
        replace(decided, prepared=decided.decision),
    )

    assert _found(opened, agenda=CycleId("2027-2")) == [1]
    assert _found(opened, has_agenda=True) == [1]
    assert _found(opened, has_agenda=False) == [2, 3]
    assert _found(opened, assignee=EditorName("Ana")) == [2]
    assert _found(opened, assignee=EditorName("")) == [1, 3]
    assert _found(opened, prepared=True) == [3]
    assert _found(opened, prepared=False) == [1, 2]


def test_every_comment_of_a_query_is_read_whatever_the_limit(opened: Opened) -> None:
    given_comments(opened, *(_at(number, number) for number in range(1, LIST_LIMIT + 6)))

    found = opened.reads.every(CommentQuery(limit=1, offset=7, order=Order.NEWEST_FIRST))

    assert [int(one.id[-12:], 16) for one in found] == list(range(LIST_LIMIT + 5, 0, -1))


def test_those_named_by_id_are_found_where_they_are_there_and_pass(opened: Opened) -> None:
    given_comments(opened, *(_at(number, number) for number in range(1, 5)), _at(5, 5, public=True))
    ids = frozenset(comment_id(number) for number in (2, 4, 5, 99))

    assert _found(opened, ids=ids) == [2, 4, 5]
    assert _found(opened, ids=ids, public=True) == [5]
    assert _found(opened, ids=frozenset()) == []


def test_filter_by_what_no_comment_has_finds_nothing(opened: Opened) -> None:
    given_comments(opened, usual_comment(1))

    assert _found(opened, section=SectionId("nowhere")) == []
    assert _found(opened, states=frozenset({State.PUBLISHED})) == []


def test_filter_by_states_lets_through_any_of_them(opened: Opened) -> None:
    states = (State.RECEIVED, State.DECLINED, State.WITHDRAWN, State.RECEIVED)
    given_comments(opened, *(_at(n, n, state=state) for n, state in enumerate(states, 1)))

    assert _found(opened, states=frozenset({State.RECEIVED, State.WITHDRAWN})) == [1, 3, 4]
    assert opened.reads.tally() == {State.RECEIVED: 2, State.DECLINED: 1, State.WITHDRAWN: 1}


def test_filters_together_let_through_what_passes_all(opened: Opened) -> None:
    given_comments(
        opened,
        _at(1, 1, language=OTHER, role=Role.STAFF, body="urgent"),
        _at(2, 2, language=OTHER, role=Role.STAFF),
        _at(3, 3, language=OTHER, body="urgent"),
        _at(4, 4, role=Role.STAFF, body="urgent"),
    )

    assert _found(opened, language=OTHER, role=Role.STAFF, text="urgent") == [1]


def test_changed_comment_moves_between_the_lists(opened: Opened) -> None:
    given_comments(opened, _at(1, 1), _at(2, 2))
    opened.store.change(comment_id(1), lambda one: replace(one, state=State.IN_REVIEW))

    assert _found(opened, states=frozenset({State.RECEIVED})) == [2]
    assert _found(opened, states=frozenset({State.IN_REVIEW})) == [1]
    assert opened.reads.tally() == {State.RECEIVED: 1, State.IN_REVIEW: 1}


@pytest.mark.parametrize(
    "words",
    ["весёлый", "ВЕСЕЛЫЙ", "ёлка ана", "zürich", "ZÜRICH bridge", "later", "reason", "STRASSE"],
)
def test_text_is_found_in_every_field_whatever_the_case_or_yo(opened: Opened, words: str) -> None:
    comment = _at(1, 1, body="Весёлый день", suggestion="В лесу елка", name="Ана Straße")
    comment = replace(
        _decided(comment, "The reason is Zürich."),
        additions=(Addition(at=START, body="Later: the bridge."),),
    )
    given_comments(opened, comment, _at(2, 2, body="Something else", name="Bob"))

    assert _found(opened, text=words) == [1]


def test_text_of_blanks_filters_nothing(opened: Opened) -> None:
    given_comments(opened, usual_comment(1))

    assert _found(opened, text="  ") == [1]


@pytest.mark.parametrize(
    "words", ["customer", "public", "receipt", "submitted_at", "Ana", "\0", "A\0"]
)
def test_text_is_not_searched_in_what_nobody_wrote(opened: Opened, words: str) -> None:
    given_comments(opened, _decided(usual_comment(1, email="customer@example.org"), "No."))

    assert _found(opened, text=words) == []


@pytest.mark.parametrize("text", [None, "comment"])
def test_pages_of_a_list_join_without_gap_or_overlap(opened: Opened, text: str | None) -> None:
    given_comments(opened, *(_at(number, number) for number in range(1, 141)))

    numbers: list[int] = []
    for offset in range(0, 150, 30):
        page = opened.reads.select(CommentQuery(offset=offset, limit=30, text=text))
        assert page.total == 140
        numbers.extend(int(comment.id[-12:], 16) for comment in page.comments)

    assert numbers == list(range(1, 141))


def test_newest_first_pages_from_the_other_end(opened: Opened) -> None:
    given_comments(opened, *(_at(number, number) for number in range(1, 141)))

    query = CommentQuery(order=Order.NEWEST_FIRST, offset=65, limit=3)
    page = opened.reads.select(query)

    assert [comment.id for comment in page.comments] == [comment_id(n) for n in (75, 74, 73)]


@pytest.mark.parametrize(("limit", "length"), [(0, 0), (-1, 0), (10_000, LIST_LIMIT)])
def test_length_of_a_page_is_bounded(opened: Opened, limit: int, length: int) -> None:
    given_comments(opened, *(_at(number, number) for number in range(1, LIST_LIMIT + 6)))

    page = opened.reads.select(CommentQuery(limit=limit))

    assert (len(page.comments), page.total) == (length, LIST_LIMIT + 5)


def test_readers_get_only_what_is_shown_on_the_section(opened: Opened) -> None:
    given_comments(
        opened,
        _at(1, 1, public=True),
        _at(2, 2, public=False),
        _at(3, 3, public=True, visibility=Visibility.REVIEWERS),
        _at(4, 4, public=True, state=State.WITHDRAWN),
        _at(5, 5, public=True, language=OTHER),
        _at(6, 6, public=True, section=SectionId("complaints-answer")),
        _at(7, 7, public=True, page=ETHICS, section=GIFTS),
    )

    for present in (opened, opened.reopen()):
        assert [one.id for one in present.reads.public(SECTION)] == [comment_id(1), comment_id(5)]
        assert present.reads.counts(PAGE) == {SECTION: 2, SectionId("complaints-answer"): 1}
        assert present.reads.counts(ETHICS) == {GIFTS: 1}
        assert present.reads.counts(PageId("nowhere")) == {}
    present.close()


def test_section_drops_out_of_the_counts_with_its_last_comment(opened: Opened) -> None:
    given_comments(opened, _at(1, 1, public=True), _at(2, 2, public=True))

    opened.store.change(comment_id(1), lambda one: replace(one, state=State.WITHDRAWN))
    assert opened.reads.counts(PAGE) == {SECTION: 1}

    opened.store.change(comment_id(2), lambda one: replace(one, public=False))
    assert opened.reads.counts(PAGE) == {}


def test_generation_moves_with_each_change_readers_may_see(opened: Opened) -> None:
    given_comments(opened, _at(1, 1), _at(2, 2, page=ETHICS, section=GIFTS))
    seen = [opened.reads.generation(PAGE)]

    for shown, state in ((True, State.RECEIVED), (True, State.ACCEPTED), (False, State.ACCEPTED)):
        step = partial(replace, public=shown, state=state)
        opened.store.change(comment_id(1), step)
        seen.append(opened.reads.generation(PAGE))

    assert len(set(seen)) == 4


def test_generation_of_all_moves_with_each_page_s_own(opened: Opened) -> None:
    given_comments(opened, _at(1, 1), _at(2, 2, page=ETHICS, section=GIFTS))
    seen = [opened.reads.generation(None)]

    for number in (1, 2):
        opened.store.change(comment_id(number), partial(replace, public=True))
        seen.append(opened.reads.generation(None))

    assert len(set(seen)) == 3
    assert opened.reads.generation(None) == seen[-1]
