"""The form that collects the comments of a meeting: one row for each section of a cycle.

Each heading ends with its key in brackets, by which the form is read whatever the language of the
headings and whatever order the columns were put in. The first column names cycle, language,
section and wording in one text that no spreadsheet takes for a number or a date.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.identity import CycleId, Fingerprint, LanguageCode, SectionId
from feedback_api.services.ports import PublishedText
from feedback_api.tables.table import Column, Table
from feedback_api.web.disposition_table import TableWords
from feedback_api.web.labels import label_of
from feedback_api.web.messages import mark

WORDS: Mapping[str, type[StrEnum]] = {
    "role": Role,
    "kind": Kind,
    "about": About,
    "visibility": Visibility,
}
"""The columns that take one of a few words."""
HEADINGS: Mapping[str, tuple[str, float]] = {
    "reference": (mark("Do not change"), 3.0),
    "section": (mark("Section"), 4.0),
    "clause": (mark("Clause"), 4.5),
    "text": (mark("Present wording"), 9.0),
    "role": (mark("Role"), 2.6),
    "kind": (mark("Kind"), 2.6),
    "about": (mark("It is about"), 3.4),
    "comment": (mark("Comment"), 9.0),
    "suggestion": (mark("Proposed wording"), 9.0),
    "visibility": (mark("Who may read it"), 4.5),
    "name": (mark("Name"), 3.4),
}
"""Keys in the order of the columns, with heading and width in cm."""
_SEPARATOR = "/"
# Excel keeps a list of choices as one text with commas, so no choice may have one.
_WITHOUT_COMMAS: Mapping[StrEnum, str] = {
    Visibility.PUBLIC: mark("Readers"),
    About.TRANSLATION: mark("Only the translation"),
}


class Reference(NamedTuple):
    """What a row is about: a wording, and the cycle whose form it is."""

    cycle: CycleId
    language: LanguageCode
    section: SectionId
    wording: Fingerprint


def written_reference(reference: Reference) -> str:
    return _SEPARATOR.join(reference)


def read_reference(cell: str) -> Reference | None:
    """None for what is no reference."""
    parts = cell.strip().split(_SEPARATOR)
    if len(parts) != len(Reference._fields) or not all(parts):
        return None
    cycle, language, section, wording = parts
    return Reference(
        CycleId(cycle), LanguageCode(language), SectionId(section), Fingerprint(wording)
    )


def form_word(word: StrEnum) -> str:
    """The message, still to be translated, for a word as the form offers it."""
    return _WITHOUT_COMMAS.get(word) or label_of(word)


def collect_form(cycle: Cycle, words: TableWords, text: PublishedText) -> Table:
    """The form in one language; where a translation is missing it quotes the source."""
    say = words.messages.say
    columns = [
        Column(
            heading=f"{say(heading)} [{key}]",
            width_cm=width,
            choices=tuple(say(form_word(word)) for word in WORDS.get(key, ())),
        )
        for key, (heading, width) in HEADINGS.items()
    ]
    rows = []
    for entry in text.all_sections():
        if not cycle.covers(entry.id):
            continue
        published = entry.languages[words.language]
        reference = Reference(cycle.id, words.language, entry.id, published.fingerprint)
        cells = {
            "reference": written_reference(reference),
            "section": entry.id,
            "clause": f"{entry.number} {published.title}".strip(),
            "text": published.text,
        }
        rows.append([cells.get(key, "") for key in HEADINGS])
    return Table(name=cycle.id, tag=words.tag, columns=columns, rows=rows)
