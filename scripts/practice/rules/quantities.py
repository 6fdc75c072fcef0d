"""Numbers, units, dates and times as one language writes them, read into one common form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from babel import Locale
from babel.dates import get_month_names
from babel.units import format_unit

from practice.languages import Language
from practice.rules.passages import fold
from practice.rules.phrases import phrase_pattern, phrase_table, spoken
from practice.rules.word_data import lists_of, read_if_there, words_of

FILE = "quantities.yml"
_CLDR_UNITS = {
    "seconds": "second",
    "minutes": "minute",
    "hours": "hour",
    "calendar-days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
}
# Enough numbers to meet every plural form of every language.
_SAMPLES = (1, 2, 3, 5, 10, 11, 21, 100, 0, 1.5)
_TAKEN = "\ufffc"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ISO_DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_CLOCK = re.compile(r"(?<![\w:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\w:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`kind` is number, ordinal, date, time or mail; `value` its common form, `unit` may be "".

    `spelled` is written as a word; `soft` is a word too common to count by itself.
    """

    kind: str
    value: str
    unit: str
    start: int
    shown: str
    spelled: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityWords:
    """One language's `quantities.yml`, with what CLDR knows of its plain units."""

    units: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[str, ...]]
    soft: Mapping[str, tuple[str, ...]]
    ordinals: Mapping[str, tuple[str, ...]]
    suffixes: tuple[str, ...]
    times: tuple[str, ...]


def read_quantity_words(root: Path, language: Language) -> QuantityWords:
    """Raises ProblemsFoundError where the file is there and not readable."""
    path = language.folder / FILE
    content = read_if_there(root, path)
    ordinals = content.get("ordinals")
    ordinals = ordinals if isinstance(ordinals, dict) else {}
    own = lists_of(content.get("units"), path, "units")
    plain = cldr_units(language.locale)
    return QuantityWords(
        units={
            name: (*own.get(name, ()), *plain.get(name, ()))
            for name in (*own, *(name for name in plain if name not in own))
        },
        numbers=lists_of(content.get("numbers"), path, "numbers"),
        soft=lists_of(content.get("soft"), path, "soft"),
        ordinals=lists_of(ordinals.get("soft"), path, "ordinals: soft"),
        suffixes=words_of(ordinals.get("suffixes"), path, "ordinals: suffixes"),
        times=words_of(content.get("times"), path, "times"),
    )


def cldr_units(locale: str) -> dict[str, tuple[str, ...]]:
    """The words of the plain units of time and of percent, as far as Babel's CLDR data has them."""
    units = {
        name: tuple(dict.fromkeys(_unit_word(number, unit, locale) for number in _SAMPLES))
        for name, unit in _CLDR_UNITS.items()
    }
    return units | {"percent": ("%",)}


def _unit_word(number: float, unit: str, locale: str) -> str:
    written = format_unit(number, f"duration-{unit}", length="long", locale=locale)
    return re.sub(r"[\d.,\s]*\d[.,\s]*", " ", written).strip()


class QuantityReader:
    """Finds every quantity in a passage's text (folded, see `passages.fold`)."""

    def __init__(self, words: QuantityWords, locale: str) -> None:
        self._words = words
        self._units = phrase_table(words.units)
        self._values = phrase_table({**words.numbers, **words.soft})
        self._spelled = {spoken(word) for listed in words.numbers.values() for word in listed}
        self._ordinals = phrase_table(words.ordinals)
        self._months = _month_numbers(locale)
        self._dates = _date_patterns(self._months)
        self._times = (*(re.compile(time, re.IGNORECASE) for time in words.times), _CLOCK)
        symbols = Locale.parse(locale).number_symbols["latn"]
        self._decimal = str(symbols["decimal"])
        # Every language may group by spaces (ISO 80000-1).
        mark = f"[ {re.escape(fold(str(symbols['group'])))}]"
        self._grouped_mark = re.compile(mark)
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+(?:{re.escape(self._decimal)}\d+)?"
        self._grouped = re.compile(grouped)
        self._digits = rf"(?<![\w.,]){grouped}(?![\d.,]*\d)|(?<!\w)\d+(?:[.,]\d+)*"
        self._number = self._number_pattern()

    @property
    def units(self) -> frozenset[str]:
        """The units this language can name."""
        return frozenset(name for name, words in self._words.units.items() if words)

    @property
    def spells_numbers(self) -> bool:
        """Whether this language's data knows any number as a word."""
        return bool(self._words.numbers)

    def read(self, text: str) -> Iterator[Quantity]:
        """In no particular order; each stretch of text counts once, as the longest thing it is."""
        kinds = (("mail", (_MAIL,)), ("date", (_ISO_DATE, *self._dates)), ("time", self._times))
        for kind, pattern in ((kind, pattern) for kind, patterns in kinds for pattern in patterns):
            for match in pattern.finditer(text):
                value = self._value(kind, match)
                if value:
                    start, shown = match.start(), match.group()
                    yield Quantity(kind=kind, value=value, unit="", start=start, shown=shown)
                    text = _without(text, match)
        yield from self._numbers(text)

    def _numbers(self, text: str) -> Iterator[Quantity]:
        for match in self._number.finditer(text):
            word = spoken(match["word"] or "")
            unit = spoken(match["unit"] or match["currency"] or "")
            ordinal = bool(match["suffix"]) or bool(match["rank"])
            if match["rank"]:
                value = self._ordinals[spoken(match["rank"])]
            else:
                value = self._values[word] if word else self._plain(match["digits"])
            spelled = not match["digits"]
            yield Quantity(
                kind="ordinal" if ordinal else "number",
                value=value,
                unit=self._units.get(unit, ""),
                start=match.start(),
                shown=match.group().strip(),
                spelled=spelled,
                soft=spelled and word not in self._spelled,
            )

    def _plain(self, digits: str) -> str:
        """Digits without grouping, with a decimal point, without idle zeros: 10.50 is 10.5."""
        if self._grouped.fullmatch(digits):
            whole = self._grouped_mark.sub("", digits)
            digits = whole.replace(self._decimal, ".")
        parts = re.split("[.,]", digits)
        if len(parts) > 2:
            return digits
        return f"{Decimal('.'.join(parts)).normalize():f}"

    def _value(self, kind: str, match: re.Match[str]) -> str:
        if kind == "time":
            return _time(match)
        if kind == "date" and "day" in match.re.groupindex:
            month = self._months[spoken(match["month"])]
            return f"{match['year'] or ''}-{month:02d}-{int(match['day']):02d}"
        return match.group().casefold()

    def _number_pattern(self) -> re.Pattern[str]:
        words = self._words
        spelled = _any(words.numbers, words.soft)
        suffixes = "|".join(map(re.escape, sorted(words.suffixes, key=len, reverse=True)))
        return re.compile(
            rf"(?:(?P<currency>{_any(words.units, keep=_precedes_number)})\s?(?=\d))?"
            rf"(?:(?P<digits>{self._digits})(?:(?P<suffix>{suffixes or '(?!)'})(?!\w))?"
            rf"|(?P<word>{spelled})|(?P<rank>{_any(words.ordinals)}))"
            rf"(?:[\s-]{{0,2}}(?P<unit>{_any(words.units)}))?",
            re.IGNORECASE,
        )


def _any(*listed: Mapping[str, tuple[str, ...]], keep: Callable[[str], bool] = bool) -> str:
    words = (word for names in listed for listed_words in names.values() for word in listed_words)
    return phrase_pattern(word for word in words if keep(word))


def _precedes_number(unit: str) -> bool:
    """Currencies may: €50, R$ 50, EUR 50."""
    return unit != "%" and (not unit[-1].isalnum() or (len(unit) == 3 and unit.isupper()))


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + _TAKEN * len(match.group()) + text[match.end() :]


def _time(match: re.Match[str]) -> str:
    groups = match.groupdict()
    hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
    half = (groups.get("half") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 25 and minute < 60 else ""


def _month_numbers(locale: str) -> dict[str, int]:
    return {
        spoken(name): number
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, locale).items()
    }


def _date_patterns(months: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Day, month, year with at most one small word between them; or month, day, year."""
    month = f"(?P<month>{phrase_pattern(months)})"
    day = r"(?<!\w)(?P<day>\d{1,2})(?:[.º°ª]|st|nd|rd|th)?"
    year = r"(?P<year>\d{4})(?!\w)"
    small = r"\s+(?:\w{1,3}\s+)?"
    return (
        re.compile(rf"{day}{small}{month}(?:,?{small}{year})?", re.IGNORECASE),
        re.compile(rf"{month}\s+{day}(?!\w)(?:,\s*{year})?", re.IGNORECASE),
    )
