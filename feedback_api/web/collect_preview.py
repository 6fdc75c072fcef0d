"""What a filled form would store: row by row, as it would be, or why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback_api.domain.comment import Draft
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import Invalid, Unknown
from feedback_api.domain.fault import Fault
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.collect import Collected, Standing, look_at
from feedback_api.services.ports import PublishedText
from feedback_api.tables.reading import read_table
from feedback_api.tables.refusal import TableRefused
from feedback_api.web.collect_form import HEADINGS
from feedback_api.web.collect_sealed import SealedRow, seal
from feedback_api.web.collect_texts import (
    NO_FORM,
    NOTHING_FILLED,
    OTHER_FORM,
    TOO_MUCH_TEXT,
    unreadable,
)
from feedback_api.web.collected_rows import FilledRow, Vocabulary, filled_rows
from feedback_api.web.messages import Messages, mark
from feedback_api.web.problem import say_fault
from feedback_api.web.refusals import FormNotTaken
from feedback_api.web.section_view import SectionView, view_wording
from feedback_api.web.security import UPLOAD_LIMIT

_SEALED_LIMIT = UPLOAD_LIMIT - 64 * 1024
_EXCERPT = 200
_COLUMN_OF_FIELD = {"body": "comment", "section": "reference", "language": "reference"}
_COLUMN_OF_FIELD |= {"wording": "reference"}
STANDINGS = {
    Standing.CURRENT: "",
    Standing.EARLIER: mark(
        "The section reads otherwise by now; the comment stays on the wording of the form."
    ),
    Standing.RETIRED: mark(
        "The section is no longer part of the code; the comment stays on the wording of the form."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    """A row as it will be stored, or was: `note` is a message to be said."""

    sheet: str
    number: int
    draft: Draft
    section: SectionView
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that will not be stored."""

    sheet: str
    number: int
    excerpt: str
    problems: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`sealed` is what confirming sends back; "" when there is nothing to store."""

    good: Sequence[GoodRow]
    stored: Sequence[GoodRow]
    erased: Sequence[GoodRow]
    bad: Sequence[BadRow]
    sealed: str
    has_sheets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks at a form, and in which words."""

    editor: EditorName
    vocabulary: Vocabulary
    services: Services


def preview(content: bytes, cycle: Cycle, reader: Reader) -> Preview:
    """Stores nothing; takes up to a second or two. Raises FormNotTaken."""
    rows = _filled(content, cycle, reader)
    readable = [row for row in rows if row.draft is not None]
    looked = look_at(
        cycle.id, [row.draft for row in readable if row.draft], services=reader.services
    )
    messages = reader.vocabulary.messages
    bad = [_bad(row, row.problems) for row in rows if row.draft is None]
    found: list[tuple[FilledRow, Collected]] = []
    for row, one in zip(readable, looked, strict=True):
        if isinstance(one, Invalid):
            bad.append(_bad(row, [_said(fault, reader.vocabulary) for fault in one.faults]))
        else:
            found.append((row, one))
    text = reader.services.text
    return Preview(
        good=_good(((row, one) for row, one in found if _is_new(one)), text, messages),
        stored=_good(((row, one) for row, one in found if one.is_stored), text, messages),
        erased=_good(((row, one) for row, one in found if one.was_erased), text, messages),
        bad=sorted(bad, key=lambda row: (row.sheet, row.number)),
        sealed=_sealed([(row, one) for row, one in found if _is_new(one)], cycle, reader),
        has_sheets=len({row.sheet for row in rows}) > 1,
    )


def row_section(draft: Draft, text: PublishedText) -> SectionView | None:
    """What the draft is about, as pages name it; None where the text does not know it."""
    try:
        return view_wording(text.wording(draft.section, draft.language, draft.wording), text)
    except Unknown:
        return None


def _filled(content: bytes, cycle: Cycle, reader: Reader) -> Sequence[FilledRow]:
    try:
        read = read_table(content)
    except TableRefused as refused:
        raise unreadable(refused.why) from None
    rows = filled_rows(read, cycle.id, reader.vocabulary)
    if rows is None:
        raise FormNotTaken(NO_FORM)
    if not rows:
        raise FormNotTaken(NOTHING_FILLED)
    cycles = {row.cycle for row in rows}
    if cycle.id not in cycles and len(cycles) == 1 and "" not in cycles:
        raise FormNotTaken(OTHER_FORM, cycle=_excerpt(cycles.pop()))
    return rows


def _is_new(one: Collected) -> bool:
    return not one.is_stored and not one.was_erased


def _good(
    found: Iterable[tuple[FilledRow, Collected]], text: PublishedText, messages: Messages
) -> Sequence[GoodRow]:
    return [
        GoodRow(
            sheet=row.sheet,
            number=row.number,
            draft=one.draft,
            section=view,
            note=messages.say(STANDINGS[one.standing]) if STANDINGS[one.standing] else "",
        )
        for row, one in found
        if (view := row_section(one.draft, text)) is not None
    ]


def _bad(row: FilledRow, problems: Sequence[str]) -> BadRow:
    return BadRow(
        sheet=row.sheet, number=row.number, excerpt=_excerpt(row.comment), problems=problems
    )


def _said(fault: Fault, vocabulary: Vocabulary) -> str:
    """A fault of the domain, under the heading of the column it is in."""
    key = _COLUMN_OF_FIELD.get(fault.field, fault.field)
    said = say_fault(fault, vocabulary.messages)
    return f"{vocabulary.heading(key)}: {said}" if key in HEADINGS else said


def _sealed(found: Sequence[tuple[FilledRow, Collected]], cycle: Cycle, reader: Reader) -> str:
    """Raises FormNotTaken when it is more than a form may send back."""
    if not found:
        return ""
    rows = [
        SealedRow(sheet=row.sheet, number=row.number, equal=one.equal, draft=one.draft)
        for row, one in found
    ]
    sealed = seal(rows, cycle=cycle.id, editor=reader.editor, services=reader.services)
    if len(sealed) > _SEALED_LIMIT:
        raise FormNotTaken(TOO_MUCH_TEXT)
    return sealed


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"
