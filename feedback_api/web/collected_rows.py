"""From the rows of a filled form to drafts, or to everything that keeps a row from being one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback_api.domain.comment import About, Draft, Kind, Role, Visibility
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CycleId
from feedback_api.tables.table import ReadRow
from feedback_api.web.collect_form import HEADINGS, WORDS, Reference, form_word, read_reference
from feedback_api.web.labels import label_of
from feedback_api.web.messages import Messages, mark

_KEY = re.compile(r"\[([a-z]+)\]\s*$")
_NEEDED = frozenset({"reference", "role", "kind", "comment"})
_READ = ("reference", "role", "kind", "about", "comment", "suggestion", "visibility", "name")
_HEADING_ROWS = 20  # from the top of a sheet: somebody may have put a title above
_DEFAULTS = {"about": About.RULE, "visibility": Visibility.REVIEWERS}
"""What an empty cell means: nobody is made public who did not say so."""

_NO_REFERENCE = mark(
    "The first column is empty or was changed. Copy it from the row of the section in the form."
)
_OTHER_CYCLE = mark("The row is from the form of another review cycle: %(cycle)s.")
_COMPUTED = mark("“%(column)s” holds a formula. Type the text itself.")
_MERGED = mark("“%(column)s” is part of a merged cell. Undo the merging.")
_NOT_CHOSEN = mark("“%(column)s” is empty. Choose one of: %(allowed)s.")
_UNKNOWN_WORD = mark("“%(column)s” says “%(given)s”. Choose one of: %(allowed)s.")

Columns = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """A row with a comment: `draft` where all of it could be read, else what could not.

    `cycle` is the one whose form it is, "" where it does not say.
    """

    sheet: str
    number: int
    comment: str
    cycle: str
    draft: Draft | None
    problems: tuple[str, ...]


class Vocabulary:
    """The words of the form in every language, and how they are told in one."""

    def __init__(self, known: Sequence[Messages], messages: Messages) -> None:
        self.messages = messages
        self._words: Mapping[str, Mapping[str, StrEnum]] = {
            key: {
                _folded(said): word
                for word in kind
                for said in (word.value, *_said_everywhere(word, known))
            }
            for key, kind in WORDS.items()
        }

    def word(self, key: str, cell: str) -> StrEnum | None:
        """Whichever way and in whichever language it is written; None for an unknown one."""
        return self._words[key].get(_folded(cell))

    def heading(self, key: str) -> str:
        return self.messages.say(HEADINGS[key][0])

    def allowed(self, key: str) -> str:
        return "; ".join(self.messages.say(form_word(word)) for word in WORDS[key])


def filled_rows(
    rows: Sequence[ReadRow], cycle: CycleId, vocabulary: Vocabulary
) -> Sequence[FilledRow] | None:
    """The rows of every sheet that hold a comment or a proposal; None if no sheet is our form."""
    found: list[FilledRow] = []
    is_form = False
    for sheet in dict.fromkeys(row.sheet for row in rows):
        inside = [row for row in rows if row.sheet == sheet]
        head = next(_headings(inside), None)
        if head is None:
            continue
        is_form = True
        place, columns = head
        found += [
            _filled(row, columns, cycle, vocabulary)
            for row in inside[place + 1 :]
            if _cell(row, columns, "comment").strip() or _cell(row, columns, "suggestion").strip()
        ]
    return found if is_form else None


def _headings(rows: Sequence[ReadRow]) -> Iterator[tuple[int, Columns]]:
    for place, row in enumerate(rows[:_HEADING_ROWS]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row.cells):
            match = _KEY.search(cell)
            key = match[1] if match else cell.strip()
            if key in HEADINGS:
                columns.setdefault(key, column)
        if columns.keys() >= _NEEDED:
            yield place, columns


def _filled(row: ReadRow, columns: Columns, cycle: CycleId, vocabulary: Vocabulary) -> FilledRow:
    problems = [*_cell_problems(row, columns, vocabulary)]
    reference = read_reference(_cell(row, columns, "reference"))
    say = vocabulary.messages.say
    if reference is None:
        problems.append(say(_NO_REFERENCE))
    elif reference.cycle != cycle:
        problems.append(say(_OTHER_CYCLE, cycle=shown(reference.cycle)))
    words: dict[str, StrEnum] = {}
    for key in WORDS:
        word, problem = _word(key, _cell(row, columns, key), vocabulary)
        if word is None:
            problems.append(problem)
        else:
            words[key] = word
    return FilledRow(
        sheet=row.sheet,
        number=row.number,
        comment=_cell(row, columns, "comment"),
        cycle=reference.cycle if reference else "",
        draft=None if problems or reference is None else _draft(row, columns, reference, words),
        problems=tuple(problems),
    )


def _cell_problems(row: ReadRow, columns: Columns, vocabulary: Vocabulary) -> Iterator[str]:
    for key in _READ:
        column = columns.get(key)
        if column in row.computed:
            yield vocabulary.messages.say(_COMPUTED, column=vocabulary.heading(key))
        if column in row.merged:
            yield vocabulary.messages.say(_MERGED, column=vocabulary.heading(key))


def _word(key: str, cell: str, vocabulary: Vocabulary) -> tuple[StrEnum | None, str]:
    """The word, or what is wrong with the cell."""
    texts = {"column": vocabulary.heading(key), "allowed": vocabulary.allowed(key)}
    if not cell.strip():
        return _DEFAULTS.get(key), vocabulary.messages.say(_NOT_CHOSEN, **texts)
    given = shown(cell.strip())
    problem = vocabulary.messages.say(_UNKNOWN_WORD, given=given, **texts)
    return vocabulary.word(key, cell), problem


def _draft(
    row: ReadRow, columns: Columns, reference: Reference, words: Mapping[str, StrEnum]
) -> Draft:
    return Draft(
        section=reference.section,
        language=reference.language,
        wording=reference.wording,
        role=Role(words["role"]),
        kind=Kind(words["kind"]),
        about=About(words["about"]),
        visibility=Visibility(words["visibility"]),
        body=_cell(row, columns, "comment"),
        suggestion=_cell(row, columns, "suggestion"),
        name=_cell(row, columns, "name"),
    )


def _cell(row: ReadRow, columns: Columns, key: str) -> str:
    """ "" where the column or the cell is missing."""
    column = columns.get(key, len(row.cells))
    return row.cells[column] if column < len(row.cells) else ""


def _said_everywhere(word: StrEnum, known: Sequence[Messages]) -> Iterator[str]:
    for messages in known:
        yield messages.say(form_word(word))
        yield messages.say(label_of(word))


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold().replace("ё", "е")
