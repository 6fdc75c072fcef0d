"""Dates, times and e-mail addresses as one language writes them, read into one common form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel.dates import get_month_names

from practice.rules.phrases import phrase_pattern, spoken

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ISO_DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_CLOCK = re.compile(r"(?<![\w:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\w:])")
_HALF_DAY = 12
# What every moment has: where none of it stands, no pattern has to be tried on the text.
_HINT = re.compile(r"[\d@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`kind` is mail, date or time; `value` is like 2027-01-04, -01-04 without a year, or 14:30."""

    kind: str
    value: str
    start: int
    shown: str


class MomentReader:
    """Finds moments in folded text; `times` are expressions with the groups hour, minute, half."""

    def __init__(self, locale: str, *, suffixes: Iterable[str], times: Iterable[str]) -> None:
        self._months = {
            spoken(name): number
            for context in ("format", "stand-alone")
            for number, name in get_month_names("wide", context, locale).items()
        }
        dates = _date_patterns(self._months, suffixes)
        clocks = (*(re.compile(time, re.IGNORECASE) for time in times), _CLOCK)
        self._patterns = (
            ("mail", _MAIL),
            ("date", _ISO_DATE),
            *(("date", pattern) for pattern in dates),
            *(("time", pattern) for pattern in clocks),
        )

    def read(self, text: str) -> Iterator[Moment]:
        """A stretch of text may be found twice: whoever asks takes the first and covers it."""
        for kind, pattern in self._patterns if _HINT.search(text) else ():
            for match in pattern.finditer(text):
                value = self._value(kind, match)
                if value:
                    yield Moment(kind=kind, value=value, start=match.start(), shown=match.group())

    def _value(self, kind: str, match: re.Match[str]) -> str:
        if kind == "time":
            return _time(match)
        if "day" in match.re.groupindex:
            month = self._months[spoken(match["month"])]
            return f"{match['year'] or ''}-{month:02d}-{int(match['day']):02d}"
        return match.group().casefold()


def _date_patterns(months: Iterable[str], suffixes: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Day, month, year with at most one small word between them; or month, day, year."""
    month = f"(?P<month>{phrase_pattern(months)})"
    ending = "|".join(map(re.escape, sorted(suffixes, key=len, reverse=True))) or "(?!)"
    day = rf"(?<!\w)(?P<day>\d{{1,2}})(?:\.|{ending})?"
    year = r"(?P<year>\d{4})(?!\w)"
    small = r"\s+(?:\w{1,3}\s+)?"
    return (
        re.compile(rf"{day}{small}{month}(?:,?{small}{year})?", re.IGNORECASE),
        re.compile(rf"{month}\s+{day}(?!\w)(?:,\s*{year})?", re.IGNORECASE),
    )


def _time(match: re.Match[str]) -> str:
    """Empty where it is no time of the day."""
    groups = match.groupdict()
    hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
    half = (groups.get("half") or "").casefold()
    if half:
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour <= 2 * _HALF_DAY and minute < 60 else ""
