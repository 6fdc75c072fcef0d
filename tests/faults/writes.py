"""The writes that are made to fail: each kind of change that a data folder takes.

Every step may be taken again by somebody who heard no answer, and then changes nothing more.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.domain.cycle import AnswerTemplate, CycleRecord, Summary
from feedback_api.domain.decision import State
from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import StoreDamaged, StoreFailed, UnknownComment
from feedback_api.domain.event import BY_COMMENTER
from feedback_api.domain.identity import WAITING, CycleId, EditorName
from feedback_api.domain.remarks import Erasure
from feedback_api.domain.section import Wording
from feedback_api.services.erasing import erased
from feedback_api.storage.file_system import store_error
from feedback_api.storage.segment import SEGMENT_LIMIT
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import EARLIER_WORDING, PAGE, SECTION, SOURCE
from tests.faults.kept import CYCLE, KEYS, Kept

Step = Callable[[Kept], object]
EDITOR = EditorName("Ana")
ERASURE = Erasure(at=START, by=BY_COMMENTER)
_NEW = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Steps that are taken in a folder with `stored` comments; several are one group commit."""

    steps: tuple[Step, ...]
    stored: int = 2


def _add(number: int, cycle: CycleId = WAITING) -> Step:
    key = Idempotency(key_hash=KEYS[number], body_hash="body")
    comment = usual_comment(_NEW + number, cycle=cycle, idempotency=key)
    return lambda kept: kept.comments.add(comment)


def _decline(number: int) -> Step:
    def declined(comment: Comment) -> Comment:
        if comment.state is State.DECLINED:
            return comment
        return replace(comment, state=State.DECLINED)

    return lambda kept: kept.comments.change(comment_id(number), declined)


def _erase(kept: Kept) -> None:
    try:
        kept.comments.change(comment_id(1), lambda one: erased(one, ERASURE))
    except UnknownComment:  # as a retry is answered
        return


def _write_summary(kept: Kept) -> None:
    summary = Summary(section=SECTION, language=SOURCE, text="Much was said.")

    def written(record: CycleRecord) -> CycleRecord:
        return record if record.summaries else replace(record, summaries=(summary,))

    kept.cycles.change(CYCLE, written)


def _put_template(name: str) -> Step:
    template = AnswerTemplate(id="template", name=name, texts={SOURCE: "Thank you."})
    return lambda kept: kept.templates.put(template)


def _change_editor(kept: Kept) -> None:
    kept.editors.change(EDITOR, lambda editor: replace(editor, session_epoch=2))


def _keep_wording(kept: Kept) -> None:
    wording = Wording(
        section=SECTION,
        page=PAGE,
        language=SOURCE,
        text_language=SOURCE,
        fingerprint=EARLIER_WORDING,
        title="As it was",
        text="Earlier text.",
        markdown="Earlier text.\n",
    )
    try:
        kept.wordings.keep([wording])
    except OSError as error:
        raise store_error(error) from error
    except StoreDamaged as error:  # its caller takes each for "not kept", and tries again
        raise StoreFailed from error


WRITES: Mapping[str, Write] = {
    "comment into a segment": Write(steps=(_add(1),)),
    "comment into a new segment": Write(steps=(_add(1),), stored=SEGMENT_LIMIT),
    "comment into a new cycle": Write(steps=(_add(1, CYCLE),)),
    "change of a comment": Write(steps=(_decline(1),)),
    "erasure": Write(steps=(_erase,)),
    "accounts": Write(steps=(_change_editor,)),
    "first record of a cycle": Write(steps=(_write_summary,)),
    "template": Write(steps=(_put_template("Thanks again"),)),
    "first wording": Write(steps=(_keep_wording,)),
    "group over three segments": Write(
        steps=(_decline(1), _add(1), _add(2), _add(3, CYCLE), _decline(2), _add(4)),
        stored=SEGMENT_LIMIT - 1,
    ),
}


def prepare(kept: Kept, write: Write) -> None:
    """What is there, acknowledged, before the write."""
    with ThreadPoolExecutor(50) as pool:
        first = usual_comment(1, idempotency=Idempotency(key_hash=KEYS[0], body_hash="body"))
        comments = [first, *map(usual_comment, range(2, write.stored + 1))]
        list(pool.map(kept.comments.add, comments))
    kept.editors.add(Editor(name=EDITOR, passphrase_hash="hash", added_at=START, session_epoch=1))
    _put_template("Thanks")(kept)
