"""All segments of all cycles, and the numbers by which the index knows where a comment is."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from feedback_api.domain.identity import CycleId
from feedback_api.storage.checked_note import Note, SegmentNote
from feedback_api.storage.comment_document import canonical_comment
from feedback_api.storage.comment_entry import Entry, entry, rank
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.segment import SEGMENT_LIMIT, Segment, Shelf, open_segments

NOT_CYCLES = frozenset({"wordings"})
_CYCLE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_NUMBER_BITS = 32


class CommentShelves:
    """The segments in memory; a place is a segment's rank here and a document's number there."""

    def __init__(self, folder: Path, files: FileSystem, note: Note | None = None) -> None:
        """Reads every segment, checks those that are not as `note` tells. Raises StoreDamaged."""
        self._folder = folder
        self._files = files
        self._segments: list[Segment] = []
        self._ranks: dict[Segment, int] = {}
        self._cycles: dict[CycleId, list[Segment]] = {}
        known = note.segments if note else {}
        found: dict[str, Segment] = {}
        for path in sorted(folder.iterdir()):
            if path.is_dir() and can_be_cycle(path.name):
                shelf = self._shelf(CycleId(path.name))
                segments = open_segments(shelf, files, known=known)
                found |= {segment.name: segment for segment in segments}
        for name in [*filter(found.__contains__, known), *found]:  # ranks are those of the note
            self.keep(found[name])
        self.are_noted = found.keys() == known.keys() and all(
            segment.is_noted for segment in self._segments
        )

    def notes(self) -> dict[str, SegmentNote]:
        """Of every segment, by rank. Raises one of NOT_DECODED."""
        return {segment.name: segment.note() for segment in self._segments}

    def documents_at(self, places: Iterable[int]) -> list[bytes]:
        """Raises IndexError, KeyError."""
        tables = [segment.documents for segment in self._segments]
        names = {number: str(number) for number in range(1, SEGMENT_LIMIT + 1)}
        low = (1 << _NUMBER_BITS) - 1
        return [tables[place >> _NUMBER_BITS][names[place & low]] for place in places]

    def keep(self, segment: Segment) -> None:
        """Count a segment among its cycle's from now on; again is no error."""
        if segment not in self._ranks:
            self._ranks[segment] = len(self._segments)
            self._segments.append(segment)
            self._cycles.setdefault(cycle_of(segment), []).append(segment)

    def holds(self, segment: Segment) -> bool:
        """Whether the segment is kept."""
        return segment in self._ranks

    def newest(self, cycle: CycleId) -> Segment:
        """The segment that takes the cycle's next comment; not kept yet if it is a new one."""
        kept = self._cycles.get(cycle, [])
        if kept and not kept[-1].is_full:
            return kept[-1]
        return self.new(cycle, len(kept))

    def new(self, cycle: CycleId, number: int) -> Segment:
        """An empty segment, not kept and without a file."""
        return Segment(self._shelf(cycle), number, files=self._files, tables={})

    def place(self, segment: Segment, number: int) -> int:
        """Where a document of a kept segment is."""
        return self._ranks[segment] << _NUMBER_BITS | number

    def segment_at(self, place: int) -> tuple[Segment, int]:
        """The segment of a place, and the document's number in it."""
        return self._segments[place >> _NUMBER_BITS], place & ((1 << _NUMBER_BITS) - 1)

    def placed(self) -> Iterator[tuple[int, bytes]]:
        """Every stored comment's document with its place, as they stand in the segments."""
        for segment in self._segments:
            first = self.place(segment, 0)
            for number, document in segment.documents.items():
                yield first + int(number), document

    def in_order(self) -> list[bytes]:
        """Every stored comment's document, by time and id."""
        return sorted((document for _, document in self.placed()), key=rank)

    def entries_in(self, segment: Segment) -> Iterator[Entry]:
        """Every comment of a kept segment."""
        for number, document in segment.documents.items():
            yield entry(document, self.place(segment, int(number)))

    def _shelf(self, cycle: CycleId) -> Shelf:
        canonical = partial(canonical_comment, cycle=cycle)
        return Shelf(folder=self._folder / cycle, table="comments", canonical=canonical)


def can_be_cycle(name: str) -> bool:
    """Whether comments may be kept in a folder of this name."""
    return bool(_CYCLE.fullmatch(name)) and name not in NOT_CYCLES


def cycle_of(segment: Segment) -> CycleId:
    """The cycle whose comments a segment holds."""
    return CycleId(segment.shelf.folder.name)
