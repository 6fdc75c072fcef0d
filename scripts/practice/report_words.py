"""Puts the dispositions of a cycle into the words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date

from practice.cycle import Cycle, Words
from practice.cycle_words import Moment, moment, zone_name
from practice.languages import Language, LanguageCode
from practice.messages import Messages
from practice.report_document import (
    MARGINS,
    Disposition,
    Dispositions,
    SaidComment,
    SaidSection,
)
from practice.report_view import (
    CommentView,
    DecisionView,
    Figure,
    FigureTable,
    Quote,
    ReportSection,
    ReportView,
)
from practice.text import SectionId

COMMENT_WORDS = {
    "staff": "Staff",
    "management": "Management",
    "customer": "Customer",
    "question": "Question",
    "problem": "Problem",
    "suggestion": "Suggestion",
    "praise": "Praise",
    "accepted": "Accepted",
    "accepted-in-part": "Accepted in part",
    "declined": "Declined",
    "answered": "Answered",
    "duplicate": "Duplicate",
    "deferred": "Deferred",
}
_CAPTIONS = {
    "by_outcome": "By decision",
    "by_role": "By role",
    "by_kind": "By kind",
    "by_language": "By language",
}
_COMMENTS = "%(count)s comment"
_SUPPORT = "supported by %(count)s person"
_TRANSLATION = "Only how it is put in this language"
_MET = "written down at a meeting"
_SAME_AS = "It says the same as comment %(number)s and was decided with it."
_SAME = "Decided together with another comment that says the same."
_MOVED_TO = "Moved to the review cycle %(cycle)s."
_MOVED = "Moved to a later review cycle."
_ANSWERED_ANEW = "The commenter objected, and another editor answered anew."
_NOT_ANSWERED_YET = (
    "The commenter objected, and a second answer is being prepared by another editor."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The language of a report, and all languages people may have written in.

    `titles` are those of sections; a section that is missing there is called by its id.
    """

    language: Language
    languages: tuple[Language, ...]
    messages: Messages
    titles: Mapping[SectionId, str]


def report_view(document: Dispositions, cycle: Cycle, reader: Reader) -> ReportView:
    """In the order of the document, which is that of the text on the day of closing."""
    comments = [comment for section in document.sections for comment in section.comments]
    numbers = {comment.id: number for number, comment in enumerate(comments, 1)}
    tables = tuple(_tables(document, reader))
    figures = [figure.count for table in tables for figure in table.rows]
    where = ZoneInfo(cycle.time_zone)
    closings = (document.closed_at, *document.closed_again_at)
    return ReportView(
        closed=tuple(moment(time, where, reader.messages) for time in closings),
        zone=zone_name(where, reader.messages),
        total=document.figures.comments,
        tables=tables,
        withheld=None in (document.figures.comments, *figures),
        sections=tuple(_section(section, numbers, reader) for section in document.sections),
    )


def _section(section: SaidSection, numbers: Mapping[str, int], reader: Reader) -> ReportSection:
    asked = (_words(words, reader) for words in section.asked)
    return ReportSection(
        id=section.section,
        number=section.number,
        title=reader.titles.get(section.section, section.section),
        asked=tuple(question for question in asked if question),
        summary=_words(section.summaries, reader),
        comments=tuple(_comment(comment, numbers, reader) for comment in section.comments),
        count=reader.messages.counted(_COMMENTS, len(section.comments)),
    )


def _comment(comment: SaidComment, numbers: Mapping[str, int], reader: Reader) -> CommentView:
    quoted = comment.suggestion
    return CommentView(
        id=comment.id,
        number=numbers[comment.id],
        byline=tuple(_byline(comment, reader)),
        day=_day(comment.submitted_on, reader),
        body=_quote(comment.body, comment.language, reader),
        suggestion=_quote(quoted, comment.language, reader) if quoted else None,
        decision=_decision(comment.decision, numbers, reader) if comment.decision else None,
        earlier=tuple(_decision(it, numbers, reader) for it in comment.earlier_decisions),
        objection=_objection(comment, reader),
        commit=comment.commit or "",
    )


def _byline(comment: SaidComment, reader: Reader) -> Iterator[str]:
    text = reader.messages.text
    proof = text("verified" if comment.role_verified else "as stated")
    yield text(COMMENT_WORDS[comment.kind])
    yield f"{text(COMMENT_WORDS[comment.role])} ({proof})"
    yield _language_name(comment.language, reader)
    if comment.about == "translation":
        yield text(_TRANSLATION)
    if comment.collected:
        yield text(_MET)
    if comment.support:
        yield reader.messages.counted(_SUPPORT, comment.support)


def _decision(decision: Disposition, numbers: Mapping[str, int], reader: Reader) -> DecisionView:
    original = decision.duplicate_of or ""
    return DecisionView(
        kind=decision.outcome,
        outcome=reader.messages.text(COMMENT_WORDS[decision.outcome]),
        reason=_quote(decision.reason, decision.reason_language, reader),
        day=_day(decision.decided_on, reader),
        relation=_relation(decision, numbers, reader),
        original=original if original in numbers else "",
        deferred_to=decision.deferred_to or "",
    )


def _relation(decision: Disposition, numbers: Mapping[str, int], reader: Reader) -> str:
    text, number = reader.messages.text, numbers.get(decision.duplicate_of or "")
    if decision.outcome == "duplicate":
        return text(_SAME_AS, number=number) if number else text(_SAME)
    if decision.outcome == "deferred":
        later = decision.deferred_to
        return text(_MOVED_TO, cycle=later) if later else text(_MOVED)
    return ""


def _objection(comment: SaidComment, reader: Reader) -> str:
    if not comment.objected:
        return ""
    return reader.messages.text(_ANSWERED_ANEW if comment.decision else _NOT_ANSWERED_YET)


def _tables(document: Dispositions, reader: Reader) -> Iterator[FigureTable]:
    for name in MARGINS:
        margin = document.figures.margins[name]
        if margin:
            rows = [(_name(word, name, reader), count) for word, count in margin.items()]
            yield FigureTable(
                caption=reader.messages.text(_CAPTIONS[name]),
                rows=tuple(Figure(label=label, count=count) for label, count in rows),
            )


def _name(word: str, margin: str, reader: Reader) -> str:
    if margin == "by_language":
        return _language_name(LanguageCode(word), reader)
    return reader.messages.text(COMMENT_WORDS[word])


def _language_name(code: LanguageCode, reader: Reader) -> str:
    """As the reader's language calls it."""
    language = _language(code, reader)
    names = reader.messages.locale.languages
    known = names.get(language.tag.split("-")[0]) if language else None
    return str(known or (language.name if language else code))


def _words(words: Words, reader: Reader) -> Quote | None:
    """In the reader's language, else the source's, else any; None where nothing is said."""
    wanted = [reader.language.code, *(it.code for it in reader.languages if it.source), *words]
    code = next((code for code in wanted if code in words), None)
    return None if code is None else _quote(words[code], code, reader)


def _quote(text: str, code: LanguageCode, reader: Reader) -> Quote:
    language = _language(code, reader)
    return Quote(
        text=text,
        tag=language.tag if language else code.replace("_", "-"),
        direction=language.direction if language else "auto",
        foreign=code != reader.language.code,
    )


def _language(code: LanguageCode, reader: Reader) -> Language | None:
    return next((language for language in reader.languages if language.code == code), None)


def _day(day: date, reader: Reader) -> Moment:
    shown = format_date(day, format="long", locale=reader.messages.locale)
    return Moment(utc=day.isoformat(), text=shown)
