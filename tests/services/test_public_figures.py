"""Figures for anybody: whoever knows the whole document learns nothing of fewer than five."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations, count, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_api.domain.comment import Comment, Kind, Role, Visibility
from feedback_api.domain.decision import OUTCOMES, Decision, State
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import CommentId, EditorName, LanguageCode, SectionId
from feedback_api.services.public_figures import FEWEST_PEOPLE, public_figures, still_true
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.published import OTHER, SOURCE

LANGUAGES = (SOURCE, OTHER, LanguageCode("cc"))
MARGINS = ("by_outcome", "by_role", "by_language", "by_kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A comment and who really wrote it."""

    author: int
    comment: Comment


def _decision(outcome: State = State.ACCEPTED) -> Decision:
    return Decision(
        outcome=outcome, reason="So.", reason_language=SOURCE, by=EditorName("Ana"), at=START
    )


def _public(number: int, **given_fields: Any) -> Comment:
    usual = {"public": True, "decision": _decision(), "name": f"Person {number}"}
    return usual_comment(number, **{**usual, **given_fields})


def _cells(figures: PublicFigures) -> Iterator[tuple[str, Hashable, int | None]]:
    for margin in MARGINS:
        for value, figure in getattr(figures, margin).items():
            yield margin, value, figure


def _value(margin: str, comment: Comment) -> Hashable:
    if margin == "by_outcome":
        return comment.decision.outcome if comment.decision else None
    values: Mapping[str, Hashable] = {
        "by_role": comment.role,
        "by_language": comment.language,
        "by_kind": comment.kind,
    }
    return values[margin]


@st.composite
def _cycles(draw: st.DrawFn) -> list[_Said]:
    """Comments by authors of whom some say who they are; nobody is twice anonymous on a section."""
    numbers = count(1)
    said: list[_Said] = []
    for author in range(draw(st.integers(0, 14))):
        named = draw(st.sampled_from([(), ("name",), ("email",), ("name", "email")]))
        places = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=not named))
        for place in places:
            marks = {"name": f"Person {author}", "email": f"{author}@example.org"}
            comment = _public(
                next(numbers),
                section=SectionId(place),
                role=draw(st.sampled_from(list(Role))),
                kind=draw(st.sampled_from(list(Kind))),
                language=draw(st.sampled_from(LANGUAGES)),
                decision=draw(st.sampled_from([None, *map(_decision, OUTCOMES)])),
                public=draw(st.sampled_from([True, True, True, False])),
                **{mark: marks[mark] if mark in named else None for mark in marks},
            )
            said.append(_Said(author=author, comment=comment))
    return said


def test_figures_count_comments_by_each_margin() -> None:
    comments = [
        *(_public(n, role=Role.CUSTOMER, kind=Kind.PROBLEM, language=SOURCE) for n in range(1, 7)),
        *(_public(n, role=Role.STAFF, kind=Kind.PRAISE, language=OTHER) for n in range(7, 14)),
    ]

    figures = public_figures(comments, languages=LANGUAGES)

    assert figures == PublicFigures(
        comments=13,
        by_outcome={**dict.fromkeys(OUTCOMES), State.ACCEPTED: 13},
        by_role={Role.CUSTOMER: 6, Role.STAFF: 7, Role.MANAGEMENT: None},
        by_language={SOURCE: 6, OTHER: 7, LANGUAGES[2]: None},
        by_kind={**dict.fromkeys(Kind), Kind.PROBLEM: 6, Kind.PRAISE: 7},
    )


def test_figures_of_four_people_are_withheld() -> None:
    figures = public_figures([_public(number) for number in range(1, 5)], languages=LANGUAGES)

    assert figures.comments is None
    assert {figure for *_, figure in _cells(figures)} == {None}
    assert set(figures.by_language) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((5, 6, 7), (5, 6, 7)),
        ((4, 6, 7), (None, None, 7)),  # else 4 is what is left of 17
        ((2, 2, 9), (None, None, None)),  # four together
        ((2, 3, 9), (None, None, 9)),  # five together, nobody knows which are two
        ((4, 4, 9), (None, None, None)),  # eight together can only be four and four
        ((0, 6, 7), (None, 6, 7)),  # nobody is there to be found
        ((1, 6, 8), (None, None, 8)),
        ((1, 6, 6), (None, None, None)),  # which of two equals is hidden would be a hint
        ((0, 0, 9), (None, None, 9)),
    ],
)
def test_figure_that_subtraction_would_give_away_is_withheld(
    counts: tuple[int, int, int], shown: tuple[int | None, ...]
) -> None:
    numbers = count(1)
    comments = [
        _public(next(numbers), role=role)
        for role, many in zip(Role, counts, strict=True)
        for _ in range(many)
    ]

    figures = public_figures(comments)

    assert figures.comments == sum(counts)
    assert tuple(figures.by_role[role] for role in Role) == shown


def test_comments_of_one_person_are_one_voice() -> None:
    by_address = [
        _public(n, name=None, email=f"{'Who' if n % 2 else 'who'}@example.org") for n in range(1, 9)
    ]
    by_name = [_public(n, name=" rui  LIMA " if n % 2 else "Rui Lima") for n in range(9, 20)]
    both = _public(20, name="rui lima", email="WHO@example.org")
    three_more = [_public(n) for n in range(21, 24)]

    assert public_figures([*by_address, *by_name, *three_more]).comments == 22
    assert public_figures([*by_address, *by_name, both, *three_more]).comments is None


def test_anonymous_comments_count_as_people_on_one_section_only() -> None:
    alone = {"name": None, "email": None}
    scattered = [_public(n, section=SectionId(f"s{n}"), **alone) for n in range(1, 30)]
    gathered = [_public(n, section=SectionId("s30"), **alone) for n in range(30, 35)]

    assert public_figures(scattered).comments is None
    assert public_figures(gathered).comments == 5


def test_anonymous_comment_may_be_that_of_a_named_person() -> None:
    four = [_public(n, section=SectionId("one")) for n in range(1, 5)]
    elsewhere = _public(5, section=SectionId("two"), name=None)
    beside_them = _public(6, section=SectionId("one"), name=None)

    assert public_figures([*four, elsewhere]).comments is None
    assert public_figures([*four, beside_them]).comments == 5


@pytest.mark.parametrize(
    "unseen", [{"public": False}, {"visibility": Visibility.REVIEWERS}, {"state": State.WITHDRAWN}]
)
@given(said=_cycles(), more=_cycles())
@settings(max_examples=40)
def test_comment_that_readers_do_not_see_leaves_no_trace(
    unseen: Mapping[str, Any], said: list[_Said], more: list[_Said]
) -> None:
    seen = [one.comment for one in said]
    hidden = [
        replace(one.comment, id=CommentId(f"hidden {one.comment.id}"), **unseen) for one in more
    ]

    assert public_figures([*seen, *hidden], languages=LANGUAGES) == public_figures(
        seen, languages=LANGUAGES
    )


@given(said=_cycles())
@settings(max_examples=300)
def test_no_figure_and_no_difference_of_figures_is_about_fewer_than_five_people(
    said: list[_Said],
) -> None:
    seen = [one for one in said if one.comment.is_public]

    figures = public_figures([one.comment for one in said], languages=LANGUAGES)

    if figures.comments is None:
        assert {figure for *_, figure in _cells(figures)} == {None}
        return
    assert figures.comments == len(seen)
    assert len({one.author for one in seen}) >= FEWEST_PEOPLE
    for margin in MARGINS:
        shown = {v: n for name, v, n in _cells(figures) if name == margin and n is not None}
        for value, figure in shown.items():
            behind = [one for one in seen if _value(margin, one.comment) == value]
            assert len(behind) == figure
            assert len({one.author for one in behind}) >= FEWEST_PEOPLE
        rest = [one for one in seen if _value(margin, one.comment) not in shown]
        assert not rest or len({one.author for one in rest}) >= FEWEST_PEOPLE


@pytest.mark.parametrize(("values", "most"), [(list(Role), 18), (list(Kind), 12)])
def test_whoever_knows_the_rules_as_well_cannot_work_out_a_small_group(
    values: list[Role] | list[Kind], most: int
) -> None:
    """Every cycle of up to `most` people is tried, and those that look alike are compared."""
    field = "role" if values == list(Role) else "kind"
    looks: defaultdict[PublicFigures | Any, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(values)):
        if sum(counts) <= most:
            numbers = count(1)
            figures = public_figures(
                _public(next(numbers), **{field: value})
                for value, many in zip(values, counts, strict=True)
                for _ in range(many)
            )
            margin = figures.by_role if field == "role" else figures.by_kind
            looks[figures.comments, tuple(margin.values())].append(counts)

    for worlds in looks.values():
        for group in _groups(len(values)):
            sums = {sum(world[cell] for cell in group) for world in worlds}
            assert len(sums) > 1 or not 0 < sums.pop() < FEWEST_PEOPLE, (worlds, group)


def _groups(cells: int) -> Iterator[Sequence[int]]:
    for size in range(1, cells + 1):
        yield from combinations(range(cells), size)


@given(said=_cycles(), data=st.data())
@settings(max_examples=200)
def test_figures_of_a_cycle_closed_again_cannot_be_subtracted(
    said: list[_Said], data: st.DataObject
) -> None:
    before = [one.comment for one in said]
    first = public_figures(before, languages=LANGUAGES)
    after = list(before)
    for place in sorted(data.draw(st.sets(st.integers(0, 50), max_size=2)), reverse=True):
        if place < len(after):
            outcome = data.draw(st.sampled_from([None, *OUTCOMES]))
            erased = after.pop(place)
            if outcome is not None:
                after.insert(place, replace(erased, decision=_decision(outcome)))

    second = still_true(first, after)

    seen = [comment for comment in after if comment.is_public]
    assert second.comments in (None, first.comments)
    assert second.comments in (None, len(seen))
    for (margin, value, old), (*_, new) in zip(_cells(first), _cells(second), strict=True):
        assert new in (None, old)
        assert new in (None, sum(_value(margin, comment) == value for comment in seen))


def test_outcome_changed_by_an_objection_withholds_the_outcomes_alone() -> None:
    before = [
        _public(n, decision=_decision(State.ACCEPTED if n < 7 else State.DECLINED))
        for n in range(1, 15)
    ]
    first = public_figures(before)
    after = [replace(before[0], decision=_decision(State.DECLINED)), *before[1:]]

    second = still_true(first, after)

    assert first.by_outcome[State.ACCEPTED] == 6
    assert set(second.by_outcome.values()) == {None}
    assert replace(second, by_outcome=first.by_outcome) == first


def test_comment_erased_after_the_closing_withholds_everything() -> None:
    before = [_public(number) for number in range(1, 15)]
    first = public_figures(before)

    second = still_true(first, before[1:])

    shown = [getattr(second, field.name) for field in fields(second)]
    assert shown[0] is None
    assert {figure for margin in shown[1:] for figure in margin.values()} == {None}
