"""What may be said in figures of a closed cycle: nothing about fewer than five people.

A figure counts comments, but what protects is people. Who they are is known where comments carry
the same e-mail address or the same name: one person. Nothing ties a comment without either to
another, and each could be anybody's. Assumed is that nobody comments twice on one section without
saying who it is, for the receipt lets a commenter add instead. Behind a set of comments stands
then the smallest crowd that could have written them: a hundred anonymous comments on a hundred
sections are perhaps one reader's, five on one section are five people's.

The total and the cells of a margin are one equation, and no equation joins two margins but by the
total. So what is hidden in a margin must as a whole stand for five people, too; where it does not,
the smallest figures shown are hidden with it. No cell is named for the sake of a comment: no
comment and a withheld figure look the same.

A cycle can be closed again. Of what was published at its first closing only that is said again
which is still true, and nothing new: old minus new is nothing. See ADR 8.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from feedback_api.domain.comment import Comment, Kind, Role
from feedback_api.domain.decision import OUTCOMES, State
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import LanguageCode, SectionId

FEWEST_PEOPLE = 5

_Value = TypeVar("_Value", bound=Hashable)
_Cells = Mapping[_Value, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """A comment as far as it tells people apart; `person` is None for an anonymous one."""

    comment: Comment
    person: str | None


def public_figures(
    comments: Iterable[Comment], *, languages: Iterable[LanguageCode] = ()
) -> PublicFigures:
    """Of those among the comments that are public now; each with the decision to be counted.

    `languages`: all there are; one not among them is named only if its figure is shown.
    """
    voices = _voices([comment for comment in comments if comment.is_public])
    if people_behind(voices) < FEWEST_PEOPLE:
        return _nothing(languages)
    by_language = _margin(voices, _language, _all_languages(voices, languages))
    named = set(languages)
    return PublicFigures(
        comments=len(voices),
        by_outcome=_margin(voices, _outcome, OUTCOMES),
        by_role=_margin(voices, _role, Role),
        by_language={
            code: figure
            for code, figure in by_language.items()
            if code in named or figure is not None
        },
        by_kind=_margin(voices, _kind, Kind),
    )


def still_true(first: PublicFigures, comments: Iterable[Comment]) -> PublicFigures:
    """What was published at the first closing, as far as it still holds; the rest is withheld.

    An objection changes nothing but outcomes, and everybody knows of it. Any other change withholds
    everything: what stayed the same would tell whom it was about.
    """
    shown = [comment for comment in comments if comment.is_public]
    kept = (
        first.comments == len(shown)
        and _holds(first.by_role, map(_role, shown))
        and _holds(first.by_language, map(_language, shown))
        and _holds(first.by_kind, map(_kind, shown))
    )
    if not kept:
        return _nothing(first.by_language)
    if _holds(first.by_outcome, map(_outcome, shown)):
        return first
    return replace(first, by_outcome=dict.fromkeys(first.by_outcome))


def people_behind(voices: Sequence[_Voice]) -> int:
    """The smallest crowd that could have written these; see the module."""
    named: defaultdict[SectionId, set[str]] = defaultdict(set)
    anonymous: Counter[SectionId] = Counter()
    for voice in voices:
        if voice.person is None:
            anonymous[voice.comment.section] += 1
        else:
            named[voice.comment.section].add(voice.person)
    everybody: set[str] = set().union(*named.values())
    most = max((len(named[place]) + anonymous[place] for place in {*named, *anonymous}), default=0)
    return max(len(everybody), most)


def _margin(
    voices: Sequence[_Voice], value_of: Callable[[Comment], _Value | None], values: Iterable[_Value]
) -> dict[_Value, int | None]:
    """One figure per value; comments of no value belong to what is hidden."""
    cells: dict[_Value, list[_Voice]] = {value: [] for value in values}
    hidden: list[_Voice] = []
    for voice in voices:
        value = value_of(voice.comment)
        (hidden if value is None else cells[value]).append(voice)
    shown = {}
    for value, cell in cells.items():
        if people_behind(cell) < FEWEST_PEOPLE:
            hidden += cell
        else:
            shown[value] = cell
    while shown and _gives_away(hidden, cells=len(cells) - len(shown)):
        smallest = min(map(len, shown.values()))
        # All of that size: a choice among equals would tell which of those hidden is the small one.
        for value in [value for value, cell in shown.items() if len(cell) == smallest]:
            hidden += shown.pop(value)
    return {value: len(shown[value]) if value in shown else None for value in cells}


def _gives_away(hidden: Sequence[_Voice], *, cells: int) -> bool:
    """Whether the sum of what is hidden, which everybody can work out, tells too much.

    Also when it is the most that so many small cells can hold: each of them is then known.
    """
    too_few = 0 < people_behind(hidden) < FEWEST_PEOPLE
    return too_few or (len(hidden) > 0 and len(hidden) == cells * (FEWEST_PEOPLE - 1))


def _voices(comments: Sequence[Comment]) -> list[_Voice]:
    """Two comments are one person's if any chain of equal addresses and names joins them."""
    leaders: dict[str, str] = {}

    def leader(mark: str) -> str:
        while leaders.setdefault(mark, mark) != mark:
            leaders[mark] = mark = leaders[leaders[mark]]
        return mark

    for comment in comments:
        first, *others = _marks(comment) or ("",)
        for other in others:
            leaders[leader(other)] = leader(first)
    return [
        _Voice(comment=comment, person=leader(marks[0]) if (marks := _marks(comment)) else None)
        for comment in comments
    ]


def _marks(comment: Comment) -> tuple[str, ...]:
    given = (("e-mail", comment.email), ("name", comment.name))
    return tuple(f"{what} {_folded(text)}" for what, text in given if text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _outcome(comment: Comment) -> State | None:
    return comment.decision.outcome if comment.decision else None


def _role(comment: Comment) -> Role:
    return comment.role


def _language(comment: Comment) -> LanguageCode:
    return comment.language


def _kind(comment: Comment) -> Kind:
    return comment.kind


def _all_languages(
    voices: Sequence[_Voice], languages: Iterable[LanguageCode]
) -> list[LanguageCode]:
    spoken = {voice.comment.language for voice in voices}
    return [*languages, *sorted(spoken - set(languages))]


def _holds(margin: _Cells[_Value], found: Iterable[_Value | None]) -> bool:
    counted = Counter(found)
    return all(figure in (None, counted[value]) for value, figure in margin.items())


def _nothing(languages: Iterable[LanguageCode]) -> PublicFigures:
    return PublicFigures(
        comments=None,
        by_outcome=dict.fromkeys(OUTCOMES),
        by_role=dict.fromkeys(Role),
        by_language=dict.fromkeys(languages),
        by_kind=dict.fromkeys(Kind),
    )
