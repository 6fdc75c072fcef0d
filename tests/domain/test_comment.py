"""Comments as posted, before they are stored."""

import pytest

from feedback_api.domain.comment import Visibility, tidied, without_echo
from feedback_api.domain.decision import State
from feedback_api.domain.errors import InvalidComment
from feedback_api.domain.fault import FaultCode
from tests.fakes.comments import usual_comment, usual_draft
from tests.fakes.published import MARKDOWN, SECTION, SOURCE, TEXT, WORDING, FixedText


def test_every_fault_of_a_draft_is_told_at_once() -> None:
    draft = usual_draft(body=" ", suggestion="x" * 8_001, name="a\nb", email="nobody")

    with pytest.raises(InvalidComment) as refused:
        tidied(draft)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("body", FaultCode.REQUIRED),
        ("suggestion", FaultCode.TOO_LONG),
        ("name", FaultCode.SINGLE_LINE),
        ("email", FaultCode.NOT_EMAIL),
    ]


def test_blank_options_count_as_absent() -> None:
    draft = tidied(usual_draft(suggestion="\n", name=" ", email=""))

    assert (draft.suggestion, draft.name, draft.email) == (None, None, None)


@pytest.mark.parametrize("said", [MARKDOWN, TEXT, MARKDOWN.replace(" ", "\n  ")])
def test_suggestion_that_repeats_the_wording_is_none(said: str) -> None:
    wording = FixedText().wording(SECTION, SOURCE, WORDING)

    assert without_echo(usual_draft(suggestion=said), wording).suggestion is None


def test_suggestion_that_changes_one_digit_stays() -> None:
    wording = FixedText().wording(SECTION, SOURCE, WORDING)
    said = TEXT.replace("3", "2")

    assert without_echo(usual_draft(suggestion=said), wording).suggestion == said


@pytest.mark.parametrize(
    ("public", "visibility", "state", "shown"),
    [
        (True, Visibility.PUBLIC, State.RECEIVED, True),
        (True, Visibility.PUBLIC, State.DECLINED, True),
        (False, Visibility.PUBLIC, State.ACCEPTED, False),
        (True, Visibility.REVIEWERS, State.ACCEPTED, False),
        (True, Visibility.PUBLIC, State.WITHDRAWN, False),
    ],
)
def test_readers_see_only_what_commenter_and_editor_both_allow(
    public: bool, visibility: Visibility, state: State, shown: bool
) -> None:
    comment = usual_comment(1, public=public, visibility=visibility, state=state)

    assert comment.is_public is shown
