"""The report of a closed cycle in the words of one language: what Markdown and pages show."""

from __future__ import annotations

from dataclasses import dataclass

from practice.cycle_words import Moment
from practice.text import SectionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Somebody's words in their own language; `foreign` if that is not the reader's.

    The direction is `auto` where the language is none of the site's any more.
    """

    text: str
    tag: str
    direction: str
    foreign: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """Without those that are empty at the end."""
        return tuple(self.text.rstrip().splitlines())


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """`kind` is the permanent word of the outcome.

    `relation` says how it hangs on another comment, whose id is `original` where readers see that,
    or on the cycle `deferred_to`; all three are empty where it does not.
    """

    kind: str
    outcome: str
    reason: Quote
    day: Moment
    relation: str
    original: str
    deferred_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """`number` counts from 1 over the whole report; `byline` tells kind, role, language and more.

    `objection` says what came of one, `commit` is a whole hash; empty where there is none.
    """

    id: str
    number: int
    byline: tuple[str, ...]
    day: Moment
    body: Quote
    suggestion: Quote | None
    decision: DecisionView | None
    earlier: tuple[DecisionView, ...]
    objection: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """`number` is that of the day of closing, `title` without it."""

    id: SectionId
    number: str
    title: str
    asked: tuple[Quote, ...]
    summary: Quote | None
    comments: tuple[CommentView, ...]
    count: str

    @property
    def label(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`count` is None where it is withheld."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """One margin, such as the comments by role."""

    caption: str
    rows: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """`closed` are all closings, the first one first; `total` is None where it is withheld."""

    closed: tuple[Moment, ...]
    zone: str
    total: int | None
    tables: tuple[FigureTable, ...]
    withheld: bool
    sections: tuple[ReportSection, ...]
