"""The disposition table: what each comment said and what was decided about it, row by row.

The order of the columns is that of the ISO/IEC commenting template (MB/NC, line number, clause,
paragraph, type of comment, comments, proposed change, observations of the secretariat):

    Number                  line number, which here counts the comments of the table
    Section, Clause         clause and paragraph: the id of the section, its number and title
    Language, Role          MB/NC: on whose part it is said
    Kind                    type of comment
    Comment                 comments
    Proposed wording        proposed change
    Decision, Reason        observations of the secretariat
    Commit                  where the change is found

Numbers count the rows of this table alone: a gap would tell of a comment that is not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedback_api.domain.decision import Decision
from feedback_api.domain.errors import Unknown
from feedback_api.domain.identity import CommentId, LanguageCode
from feedback_api.services.closing import Disposition, Dispositions
from feedback_api.services.ports import PublishedText
from feedback_api.tables.table import Column, Table
from feedback_api.web.labels import label_of
from feedback_api.web.messages import Messages, mark
from feedback_api.web.role_words import role_of

_COLUMNS = (
    (mark("Number"), 1.6),
    (mark("Section"), 4.5),
    (mark("Clause"), 4.5),
    (mark("Language"), 2.4),
    (mark("Role"), 4.0),
    (mark("Kind"), 2.4),
    (mark("Comment"), 9.0),
    (mark("Proposed wording"), 9.0),
    (mark("Decision"), 3.0),
    (mark("Reason"), 9.0),
    (mark("Commit"), 3.0),
)
_FOR_EDITORS = (mark("Shown to readers"), 2.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWords:
    """The language of headings and words; `language` is its code."""

    language: LanguageCode
    tag: str
    messages: Messages


def disposition_table(
    found: Dispositions, words: TableWords, text: PublishedText, *, everything: bool
) -> Table:
    """`everything`: a last column tells editors which rows readers may see."""
    say = words.messages.say
    columns = [*_COLUMNS, *([_FOR_EDITORS] if everything else [])]
    numbers = {one.comment.id: number for number, one in enumerate(found.comments, 1)}
    names = {language.code: language.name for language in text.languages()}
    rows: list[Sequence[str]] = []
    for number, clause, one in _numbered(found, words.language, text):
        row = [str(number), one.comment.section, clause, *_said(one, words, names)]
        row += [*_decided(one.decision, words, numbers), one.commit or ""]
        rows.append([*row, say(_public_word(one))] if everything else row)
    return Table(
        name=found.cycle.id,
        tag=words.tag,
        columns=[Column(heading=say(heading), width_cm=width) for heading, width in columns],
        rows=rows,
    )


def clause_of(one: Disposition, language: LanguageCode, text: PublishedText) -> str:
    """Number and title of the section as published now, else the title it had."""
    comment = one.comment
    try:
        entry = text.section(comment.section)
    except Unknown:
        return text.wording(comment.section, comment.language, comment.wording).title
    return f"{entry.number} {entry.languages[language].title}".strip()


def _numbered(
    found: Dispositions, language: LanguageCode, text: PublishedText
) -> Iterator[tuple[int, str, Disposition]]:
    for number, one in enumerate(found.comments, 1):
        yield number, clause_of(one, language, text), one


def _said(
    one: Disposition, words: TableWords, names: Mapping[LanguageCode, str]
) -> tuple[str, ...]:
    comment, say = one.comment, words.messages.say
    return (
        names.get(comment.language, comment.language),
        role_of(comment, words.messages),
        say(label_of(comment.kind)),
        comment.body,
        comment.suggestion or "",
    )


def _decided(
    decision: Decision | None, words: TableWords, numbers: Mapping[CommentId, int]
) -> tuple[str, str]:
    """The outcome, with the number of the row or the cycle it points to, and the reason."""
    if decision is None:
        return "", ""
    outcome = words.messages.say(label_of(decision.outcome))
    if decision.duplicate_of is not None and decision.duplicate_of in numbers:
        outcome = f"{outcome}: {numbers[decision.duplicate_of]}"
    elif decision.deferred_to is not None:
        outcome = f"{outcome}: {decision.deferred_to}"
    return outcome, decision.reason


def _public_word(one: Disposition) -> str:
    return mark("Yes") if one.comment.is_public else mark("No")
