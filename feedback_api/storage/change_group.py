"""Changes taken together: what they make of the store, worked out before anything is written.

Each sees what those before it in the group did, and fails with the segment it saw that in.
"""

from collections import defaultdict
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Erased, IdempotencyMismatch, UnknownComment
from feedback_api.domain.identity import CommentId, CycleId
from feedback_api.services.ports import Step
from feedback_api.storage.comment_change import changed
from feedback_api.storage.comment_document import decode_checked, encode_comment
from feedback_api.storage.comment_index import CommentIndex
from feedback_api.storage.comment_shelves import CommentShelves
from feedback_api.storage.segment import SEGMENT_LIMIT, Segment


@dataclass(frozen=True, slots=True)
class Add:
    """A new comment to keep."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Change:
    """A comment to replace by `step` of it."""

    comment_id: CommentId
    step: Step


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell whoever asked, if `hangs_on` (when there is one) is written."""

    outcome: Comment | Exception
    hangs_on: Segment | None


@dataclass(frozen=True, slots=True)
class _Staged:
    comment: Comment
    segment: Segment
    number: int


@dataclass(slots=True)
class _Room:
    """Where new comments of a cycle go: the next number, and how many still fit."""

    segment: Segment
    number: int
    left: int

    def take(self) -> tuple[Segment, int]:
        self.number += 1
        self.left -= 1
        return self.segment, self.number - 1


class ChangeGroup:
    """One group; used by the writing thread alone."""

    def __init__(self, index: CommentIndex, shelves: CommentShelves) -> None:
        self.writes: defaultdict[Segment, dict[int, bytes]] = defaultdict(dict)
        """By segment, in the order in which they must be written, documents by number."""
        self._index = index
        self._shelves = shelves
        self._staged: dict[CommentId, _Staged] = {}
        self._by_key: dict[str, _Staged] = {}
        self._rooms: dict[CycleId, _Room] = {}

    def take(self, wanted: Add | Change) -> Answer:
        """Work out one change; whatever goes wrong is its answer and changes nothing."""
        return self._add(wanted.comment) if isinstance(wanted, Add) else self._change(wanted)

    def _add(self, comment: Comment) -> Answer:
        key = comment.idempotency.key_hash if comment.idempotency else None
        if key is not None:
            staged = self._by_key.get(key)
            try:
                earlier = self._earlier(key)
            except Erased as erased:
                return Answer(erased, hangs_on=None)
            if earlier is not None:
                same = earlier.idempotency == comment.idempotency
                outcome = earlier if same else IdempotencyMismatch()
                return Answer(outcome, hangs_on=staged.segment if staged else None)
        if comment.id in self._staged or self._index.has_had(comment.id):
            return Answer(self._known(comment.id), hangs_on=None)
        answer = self._stage(comment, *self._room(comment.cycle))
        if key is not None and answer.outcome is comment:
            self._by_key[key] = self._staged[comment.id]
        return answer

    def _earlier(self, key: str) -> Comment | None:
        """What came with this Idempotency-Key before. Raises Erased."""
        staged = self._by_key.get(key)
        earlier = staged.comment if staged else self._index.by_idempotency_key(key)
        if earlier is not None and self._is_erased_here(earlier.id):
            raise Erased
        return earlier

    def _is_erased_here(self, comment_id: CommentId) -> bool:
        staged = self._staged.get(comment_id)
        return staged is not None and staged.comment.erased is not None

    def _change(self, wanted: Change) -> Answer:
        staged = self._staged.get(wanted.comment_id)
        seen_in = staged.segment if staged else None
        try:
            present = staged or self._stored(wanted.comment_id)
            if present.comment.erased:
                raise UnknownComment
            after = changed(present.comment, wanted.step)
        except Exception as error:
            return Answer(error, hangs_on=seen_in)
        if after is present.comment:
            return Answer(after, hangs_on=seen_in)
        return self._stage(after, present.segment, present.number)

    def _stage(self, comment: Comment, segment: Segment, number: int) -> Answer:
        try:
            document = encode_comment(comment)
        except Exception as error:
            return Answer(error, hangs_on=None)
        self.writes[segment][number] = document
        self._staged[comment.id] = _Staged(comment, segment, number)
        return Answer(comment, hangs_on=segment)

    def _known(self, comment_id: CommentId) -> Exception:
        """Why a comment of this id is not added."""
        if self._is_erased_here(comment_id) or self._index.is_erased(comment_id):
            return Erased()
        return ValueError(f"comment {comment_id} is there already")

    def _stored(self, comment_id: CommentId) -> _Staged:
        document, place = self._index.find(comment_id)
        return _Staged(decode_checked(document), *self._shelves.segment_at(place))

    def _room(self, cycle: CycleId) -> tuple[Segment, int]:
        """Where the cycle's next comment goes."""
        room = self._rooms.get(cycle)
        if room is None:
            segment = self._shelves.newest(cycle)
            room = _Room(segment, segment.next_number, SEGMENT_LIMIT - len(segment.documents))
            self._rooms[cycle] = room
        elif not room.left:
            following = self._shelves.new(cycle, room.segment.number + 1)
            room = self._rooms[cycle] = _Room(following, 1, SEGMENT_LIMIT)
        return room.take()
