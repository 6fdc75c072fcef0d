"""The goals of issue 7 for the service, as data: what is compared with what, and what is enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.figures import Figure, Figures, spread
from bench.results import AT_LEAST, AT_MOST, Row, shown
from bench.service_measures import BARE, DISK, ISSO, P50, P99, POSTGRESQL, RATE, TINYDB


class At(StrEnum):
    """With how many stored a goal is to be reached."""

    EACH = "each"
    BUSY = "each with 125 comments on the section"
    MOST = "the most"
    FEWEST = "the fewest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A figure's name, its unit, and of which system; `at` where it is not the goal's own."""

    name: str
    unit: str
    system: str
    at: At | None = None

    def figure(self, stored: int, plan: Sequence[int]) -> Figure:
        """With so many stored, unless it is always the same."""
        if self.at is At.FEWEST:
            stored = min(plan)
        return Figure(f"{self.name} {self.unit}", self.system, stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """`upper` ÷ `lower` is the ratio; without `lower` the figure itself is."""

    work: str
    relation: str
    limit: float
    upper: Value
    lower: Value | None
    at: At = At.EACH
    ours_is_lower: bool = False


def _rate(name: str, system: str = TINYDB) -> Value:
    return Value(name=name, unit=RATE, system=system)


def _p50(name: str, system: str = TINYDB, at: At | None = None) -> Value:
    return Value(name=name, unit=P50, system=system, at=at)


def _goal(
    work: str, relation: str, limit: float, upper: Value, lower: Value | None, at: At = At.EACH
) -> Goal:
    return Goal(work=work, relation=relation, limit=limit, upper=upper, lower=lower, at=at)


GOALS: Sequence[Goal] = (
    _goal(
        "durable POST, 1 client, beside Isso",
        AT_LEAST, 4, _rate("post-1"), _rate("post-1", ISSO),
    ),
    _goal(
        "durable POST, 16 clients, beside Isso",
        AT_LEAST, 10, _rate("post-16"), _rate("post-16", ISSO),
    ),
    _goal(
        "POST p50, 1 client, beside that with the fewest stored",
        AT_MOST, 1.3, _p50("post-1"), _p50("post-1", at=At.FEWEST), At.MOST,
    ),
    _goal(
        "POST p50, 16 clients, beside that with the fewest stored",
        AT_MOST, 1.6, _p50("post-16"), _p50("post-16", at=At.FEWEST), At.MOST,
    ),
    _goal(
        "POST p50, 1 client, beside one raw atomic replace",
        AT_MOST, 3, _p50("post-1"), Value(name="replace", unit="ms", system=DISK),
    ),
    Goal(
        work="POST p50, 16 clients, each flush 4 ms: Isso's beside ours",
        relation=AT_LEAST, limit=12, at=At.FEWEST, ours_is_lower=True,
        upper=_p50("post-16 slow flush", ISSO), lower=_p50("post-16 slow flush"),
    ),
    _goal(
        "counts of a page, 16 clients, beside a bare Starlette",
        AT_LEAST, 0.75, _rate("counts"), _rate("counts", BARE),
    ),
    _goal(
        "the same with If-None-Match, beside the bare Starlette's whole answer",
        AT_LEAST, 0.95, _rate("counts-known"), _rate("counts", BARE),
    ),
    _goal(
        "one section with 125 comments, beside a bare Starlette's 2 KB",
        AT_LEAST, 0.45, _rate("section"), _rate("section", BARE), At.BUSY,
    ),
    _goal(
        "one section with 125 comments, beside Isso",
        AT_LEAST, 500, _rate("section"), _rate("section", ISSO), At.BUSY,
    ),
    _goal(
        "p99 of counts beside 4 clients that post, beside that alone",
        AT_MOST, 2,
        Value(name="counts beside", unit=P99, system=TINYDB),
        Value(name="counts alone", unit=P99, system=TINYDB), At.MOST,
    ),
    _goal(
        "memory after the start, MB",
        AT_MOST, 130, Value(name="memory", unit="MB", system=TINYDB), None, At.MOST,
    ),
    _goal(
        "start until it answers, s",
        AT_MOST, 1, Value(name="start", unit="s", system=TINYDB), None, At.MOST,
    ),
    Goal(
        work="editors' list, filtered and sorted, first page, in counts requests",
        relation=AT_MOST, limit=20, at=At.MOST, ours_is_lower=True,
        upper=_rate("counts"), lower=_rate("list"),
    ),
    _goal(
        "PostgreSQL: durable POST, 1 client, beside Isso",
        AT_LEAST, 5, _rate("post-1", POSTGRESQL), _rate("post-1", ISSO),
    ),
    _goal(
        "PostgreSQL: durable POST, 16 clients, beside Isso",
        AT_LEAST, 5, _rate("post-16", POSTGRESQL), _rate("post-16", ISSO),
    ),
)  # fmt: skip


def rows(figures: Figures, stored: Sequence[int], busy_from: int) -> Iterator[Row]:
    """Of every goal whose figures were measured; `busy_from`: so many fill the busy section."""
    for goal in GOALS:
        for count in _counts(goal.at, stored, busy_from):
            upper = goal.upper.figure(count, stored)
            lower = goal.lower.figure(count, stored) if goal.lower else None
            if figures.has(upper) and (lower is None or (figures.has(lower) and lower != upper)):
                yield _row(goal, figures, upper, lower)


def _counts(at: At, stored: Sequence[int], busy_from: int) -> Sequence[int]:
    if at is At.MOST:
        return [max(stored)]
    if at is At.FEWEST:
        return [min(stored)]
    return [one for one in sorted(stored) if at is At.EACH or one >= busy_from]


def _row(goal: Goal, figures: Figures, upper: Figure, lower: Figure | None) -> Row:
    if lower is None:
        ours, other, ratio = upper, None, spread(figures.values(upper))
    else:
        ours, other = (lower, upper) if goal.ours_is_lower else (upper, lower)
        ratio = figures.ratio(upper, lower)
    return Row(
        work=goal.work,
        stored=f"{upper.stored:,}",
        ours=_median(figures, ours),
        other=_median(figures, other) if other else "",
        ratio=ratio,
        relation=goal.relation,
        limit=goal.limit,
    )


def _median(figures: Figures, figure: Figure) -> str:
    """With the unit, which ends the figure's name."""
    unit = next(one for one in (RATE, "ms", "MB", "s") if figure.name.endswith(f" {one}"))
    return f"{shown(figures.spread(figure).median)} {'/s' if unit == RATE else unit}"
