"""Comments in a folder of TinyDB files; see DESIGN "Storage".

`<folder>/<cycle>/000000.json, 000001.json, …`: only the newest segment of a cycle takes inserts, a
change rewrites the one segment that holds its comment. Reads are answered by the index alone.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreDamaged, StoreError, StoreFailed
from feedback_api.domain.identity import CommentId, CycleId
from feedback_api.services.ports import Step
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.storage.change_group import Add, Answer, Change, ChangeGroup
from feedback_api.storage.checked_note import Note, leave_note, take_note
from feedback_api.storage.comment_columns import Columns
from feedback_api.storage.comment_entry import entry
from feedback_api.storage.comment_index import CommentIndex
from feedback_api.storage.comment_shelves import CommentShelves, cycle_of
from feedback_api.storage.damage import NOT_DECODED, damaged
from feedback_api.storage.file_system import FileSystem, store_error
from feedback_api.storage.freeing import Freeing
from feedback_api.storage.group_writer import GroupWriter, Waiting
from feedback_api.storage.measured import NO_WATCH, StoreWatch
from feedback_api.storage.segment import Segment

_log = logging.getLogger(__name__)


class TinydbStore:
    """A CommentStore with its CommentQueue; `index` is its CommentReads.

    `changes` tells what was acknowledged. The folder must be locked by the caller.
    """

    def __init__(
        self,
        folder: Path,
        files: FileSystem,
        watch: StoreWatch = NO_WATCH,
        *,
        leaves_note: bool = False,
    ) -> None:
        """Reads and checks the whole folder. Raises StoreDamaged.

        `leaves_note`: at its end, for the next start, and takes the one that is there (ADR 16).
        """
        self.index = CommentIndex()
        self.changes = ChangeFeed()
        self._folder = folder
        self._files = files
        self._leaves_note = leaves_note
        note = take_note(folder, files) if leaves_note else None
        self._shelves = CommentShelves(folder, files, note)
        self._unsure: set[Segment] = set()
        self._watch = watch
        if note is not None and self._shelves.are_noted:
            self.index.load(note.index, self._shelves.documents_at)
        else:
            self._fill()
        self._freeing = Freeing()
        self._writer: GroupWriter[Add | Change] = GroupWriter(self._write)

    def add(self, comment: Comment) -> Comment:
        """See CommentStore."""
        return self._writer.write(Add(comment))

    def add_soon(self, comment: Comment) -> Future[Comment]:
        """See CommentQueue."""
        return self._writer.begin(Add(comment))

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        """See CommentStore."""
        return self._writer.write(Change(comment_id, step))

    def get(self, comment_id: CommentId) -> Comment:
        """See CommentStore."""
        return self.index.get(comment_id)

    def by_receipt(self, receipt_hash: str) -> Comment:
        """See CommentStore."""
        return self.index.by_receipt(receipt_hash)

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        """See CommentStore."""
        return self.index.by_idempotency_key(key_hash)

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        """See CommentStore."""
        return self.index.duplicates(comment_id)

    @property
    def waiting(self) -> int:
        """How many changes wait for the one that is being written."""
        return self._writer.waiting

    def close(self) -> None:
        """Finish what waits; every later change is refused, reading goes on."""
        self._writer.close()
        self._freeing.close()
        if self._leaves_note:
            self._leaves_note = False
            self._leave_note()

    def _leave_note(self) -> None:
        """For the next start, where all that is in memory is what is on the disk."""
        if self._unsure or not len(self.index):
            return
        try:
            note = Note(segments=self._shelves.notes(), index=self.index.note())
        except NOT_DECODED:
            _log.exception("The next start checks all")
        else:
            leave_note(self._folder, self._files, note)

    def _fill(self) -> None:
        """Raises StoreDamaged if a comment has what another has already."""
        columns = Columns()
        columns.take(self._shelves.placed())
        self.index.fill(columns)
        repeated = self.index.repeated()
        if repeated is not None:
            segment, number = self._shelves.segment_at(repeated)
            what = f"holds in document {number} a comment, receipt or key that is there already"
            raise damaged(segment.path, what)

    def _write(self, group: Sequence[Waiting[Add | Change]]) -> None:
        self._watch.group_written(len(group))
        for segment in tuple(self._unsure):
            self._reread(segment)
        changes = ChangeGroup(self.index, self._shelves)
        answers = [changes.take(waiting.wanted) for waiting in group]
        with self._freeing.after(segment.path for segment in changes.writes):
            failures = self._write_segments(changes)
            for waiting, answer in zip(group, answers, strict=True):
                _tell(waiting, answer, failures)
        for answer in answers:
            if isinstance(answer.outcome, Comment) and answer.hangs_on not in {None, *failures}:
                self.changes.tell(answer.outcome.id)

    def _write_segments(self, changes: ChangeGroup) -> dict[Segment, Exception]:
        """Write what the group wants; the segments that could not be written, each with why."""
        failures: dict[Segment, Exception] = {}
        failed_cycles: dict[CycleId, Exception] = {}
        for segment, documents in changes.writes.items():
            cycle = cycle_of(segment)
            if cycle in failed_cycles and not self._shelves.holds(segment):
                failures[segment] = failed_cycles[cycle]  # its file would stand after a gap
                continue
            self._shelves.keep(segment)
            try:
                self._write_segment(segment, documents)
            except Exception as error:
                _log.exception("%s could not be written", segment.path)
                failures[segment] = failed_cycles[cycle] = error
                self._unsure.add(segment)
                self._reread(segment)
        return failures

    def _write_segment(self, segment: Segment, documents: dict[int, bytes]) -> None:
        if segment in self._unsure:
            raise StoreFailed
        segment.put(documents)
        for number, document in documents.items():
            self.index.put(entry(document, self._shelves.place(segment, number)))

    def _reread(self, segment: Segment) -> None:
        """After a failed write nobody knows what is on disk, so look."""
        try:
            segment.reread()
            for one in self._shelves.entries_in(segment):
                self.index.put(one)
        except (StoreDamaged, OSError) as error:
            _log.error("Nothing in %s can be changed for now: %s", segment.path, error)
        else:
            self._unsure.discard(segment)


def _tell(
    waiting: Waiting[Add | Change], answer: Answer, failures: dict[Segment, Exception]
) -> None:
    failure = failures.get(answer.hangs_on) if answer.hangs_on else None
    if failure is not None:
        waiting.outcome.set_exception(_meaning(failure))
    elif isinstance(answer.outcome, Comment):
        waiting.outcome.set_result(answer.outcome)
    else:
        waiting.outcome.set_exception(answer.outcome)


def _meaning(failure: Exception) -> StoreError:
    """A new error for each who waits: a raised one belongs to its thread."""
    return store_error(failure) if isinstance(failure, OSError) else StoreFailed()
