"""What readers see of a merged comment hangs on the one that answers for it: caches must notice."""

from dataclasses import replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.identity import EditorName, PageId
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import SOURCE
from tests.storage.conftest import Opened

ELSEWHERE = PageId("elsewhere")


def _merged_into(number: int) -> Decision:
    return Decision(
        outcome=State.DUPLICATE,
        reason="Said before.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
        duplicate_of=comment_id(number),
    )


def _declined(comment: Comment) -> Comment:
    return replace(comment, state=State.DECLINED)


def test_change_of_a_hidden_original_is_noticed_on_the_page_of_its_duplicates(
    opened: Opened,
) -> None:
    opened.store.add(usual_comment(1, page=PageId("original")))
    opened.store.add(
        usual_comment(2, page=PageId("between"), state=State.DUPLICATE, decision=_merged_into(1))
    )
    opened.store.add(
        usual_comment(
            3, page=ELSEWHERE, state=State.DUPLICATE, decision=_merged_into(2), public=True
        )
    )
    before = opened.reads.generation(ELSEWHERE)

    opened.store.change(comment_id(1), _declined)

    assert opened.reads.generation(ELSEWHERE) != before
