"""The report of a closed cycle as a Markdown file: “You said, we did”, for one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from practice.cycle import FOLDER, CycleId
from practice.languages import LanguageCode
from practice.messages import Messages
from practice.report_inert import inert, quote
from practice.report_view import (
    CommentView,
    DecisionView,
    FigureTable,
    ReportSection,
    ReportView,
)
from practice.text import SectionId

_NAME = "you-said-we-did"
_HEAD = "<!-- Written by scripts/review from dispositions.json: do not change it by hand. -->"
_TITLE = re.compile(r"^## (?P<label>.+)\n\n`(?P<id>[a-z0-9-]+)`$", re.MULTILINE)


def report_path(cycle: CycleId, language: LanguageCode) -> Path:
    """Where the report in that language is, relative to the repository."""
    return FOLDER / cycle / f"{_NAME}.{language}.md"


def report_markdown(report: ReportView, title: str, messages: Messages, commits: str) -> str:
    """The whole file; `title` is the cycle's.

    `commits` is where commits are shown, up to their hash, or empty.
    """
    blocks = [
        _HEAD,
        f"# {inert(title)}: {messages.text('You said, we did')}",
        *_closings(report, messages),
        *_figures(report, messages),
    ]
    for section in report.sections:
        blocks += _section(section, messages, commits)
    if not report.sections:
        blocks.append(messages.text("No comments were made public in this cycle."))
    return "\n\n".join(blocks) + "\n"


def titles_of(markdown: str) -> dict[SectionId, str]:
    """What the sections were called, with their numbers, when the report was written."""
    return {SectionId(match["id"]): unescape(match["label"]) for match in _TITLE.finditer(markdown)}


def _closings(report: ReportView, messages: Messages) -> Iterator[str]:
    for place, time in enumerate(report.closed):
        closed = messages.text("Closed again after objections" if place else "Decided and closed")
        yield f"{closed}: {time.text} ({inert(report.zone)})."


def _figures(report: ReportView, messages: Messages) -> Iterator[str]:
    withheld = messages.text("withheld")
    yield f"## {messages.text('In figures')}"
    total = withheld if report.total is None else str(report.total)
    yield f"{messages.text('Comments made public')}: {total}."
    for table in report.tables:
        yield _table(table, messages)
    if report.withheld:
        yield messages.text(
            "A figure is withheld where fewer than 5 people stand behind it,"
            " or where such a figure could be worked out from it."
        )


def _table(table: FigureTable, messages: Messages) -> str:
    withheld = messages.text("withheld")
    rows = [
        f"| {inert(row.label)} | {withheld if row.count is None else row.count} |"
        for row in table.rows
    ]
    head = f"| {table.caption} | {messages.text('Comments')} |"
    return "\n".join([head, "| --- | ---: |", *rows])


def _section(section: ReportSection, messages: Messages, commits: str) -> Iterator[str]:
    yield f"## {inert(section.label)}"
    yield f"`{section.id}`"
    if section.asked:
        yield f"**{messages.text('We asked:')}**"
        yield from (quote(question) for question in section.asked)
    if section.summary:
        yield f"**{messages.text('What was said, in the editors’ words:')}**"
        yield quote(section.summary)
    if not section.comments:
        yield messages.text("No comment on this section was made public.")
    for comment in section.comments:
        yield from _comment(comment, messages, commits)


def _comment(comment: CommentView, messages: Messages, commits: str) -> Iterator[str]:
    yield f"### {messages.text('Comment %(number)s', number=comment.number)}"
    yield " · ".join(inert(part) for part in (*comment.byline, comment.day.text))
    yield quote(comment.body)
    if comment.suggestion:
        yield messages.text("Suggested wording:")
        yield quote(comment.suggestion)
    for earlier in comment.earlier:
        yield from _decision(earlier, messages.text("An earlier answer:"))
    if comment.objection:
        yield comment.objection
    if comment.decision:
        yield from _decision(comment.decision, messages.text("The editors’ answer:"))
    if comment.commit:
        short = f"`{comment.commit[:7]}`"
        shown = f"[{short}]({commits}{comment.commit})" if commits else short
        yield messages.text("The change that came of it: %(commit)s", commit=shown)


def _decision(decision: DecisionView, head: str) -> Iterator[str]:
    yield f"**{head}** {decision.outcome} · {decision.day.text}"
    if decision.relation:
        yield decision.relation
    yield quote(decision.reason)
