"""What was measured, round by round, and ratios of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


class Figure(NamedTuple):
    """Names one thing measured: of what, how much was stored, and the value of which system."""

    name: str
    system: str
    stored: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """A median, with the least and the greatest over the rounds."""

    median: float
    least: float
    greatest: float


class Figures:
    """Values by figure; the same number of each for every round that had it."""

    def __init__(self) -> None:
        self._values: dict[Figure, list[float]] = {}

    def keep(self, figure: Figure, value: float) -> None:
        """The value of one round."""
        self._values.setdefault(figure, []).append(value)

    def has(self, figure: Figure) -> bool:
        """Whether it was measured."""
        return figure in self._values

    def values(self, figure: Figure) -> Sequence[float]:
        """Round by round; none if it was not measured."""
        return self._values.get(figure, ())

    def names(self) -> Sequence[Figure]:
        """In the order in which they were first measured."""
        return tuple(self._values)

    def spread(self, figure: Figure) -> Spread:
        """Raises KeyError."""
        return spread(self._values[figure])

    def ratio(self, upper: Figure, lower: Figure) -> Spread:
        """Of medians; least and greatest are those of single rounds. Raises KeyError."""
        return ratio(self._values[upper], self._values[lower])


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    return Spread(median(values), min(values), max(values))


def ratio(upper: Sequence[float], lower: Sequence[float]) -> Spread:
    """Of medians; least and greatest are those of single rounds."""
    rounds = [one / other for one, other in zip(upper, lower, strict=False)]
    return Spread(median(upper) / median(lower), min(rounds), max(rounds))
