"""Numbers, units, dates and times as one language writes them, read into one common form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale

from practice.rules.moments import Moment, MomentReader
from practice.rules.passages import fold
from practice.rules.phrases import phrase_pattern, phrase_table, spoken
from practice.rules.quantity_words import QuantityWords

_TAKEN = "\ufffc"
_CURRENCY_BEFORE = 6


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


class QuantityReader:
    """Finds every quantity in a passage's text (folded, see `passages.fold`)."""

    def __init__(self, words: QuantityWords, locale: str) -> None:
        self._words = words
        self._units = phrase_table(words.units)
        self._values = phrase_table({**words.numbers, **words.soft})
        self._spelled = phrase_table(words.numbers)
        self._ordinals = phrase_table(words.ordinals)
        self._counting = {*self._values, *self._ordinals}
        self._moments = MomentReader(locale, suffixes=words.suffixes, times=words.times)
        symbols = Locale.parse(locale).number_symbols["latn"]
        self._decimal = str(symbols["decimal"])
        # Every language may group by spaces (ISO 80000-1).
        mark = f"[ {re.escape(fold(str(symbols['group'])))}]"
        self._grouped_mark = re.compile(mark)
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+(?:{re.escape(self._decimal)}\d+)?"
        self._grouped = re.compile(grouped)
        self._number = self._number_pattern(grouped)
        units = [word for listed in words.units.values() for word in listed]
        self._unit = re.compile(rf"[\s-]{{0,2}}({phrase_pattern(units)})", re.IGNORECASE)
        currencies = phrase_pattern(filter(_precedes_number, units))
        self._currency = re.compile(rf"({currencies})\s?$")
        # Several rules ask about the same text.
        self._known: dict[str, tuple[Quantity, ...]] = {}

    @property
    def units(self) -> frozenset[str]:
        """The units this language can name."""
        return frozenset(name for name, words in self._words.units.items() if words)

    @property
    def spells_numbers(self) -> bool:
        """Whether this language's data knows any number as a word."""
        return bool(self._words.numbers)

    def read(self, text: str) -> tuple[Quantity, ...]:
        """In the order of the text; each stretch counts once, as the longest thing it is."""
        if text not in self._known:
            self._known[text] = tuple(sorted(self._read(text), key=lambda found: found.start))
        return self._known[text]

    def _read(self, text: str) -> Iterator[Quantity]:
        for moment in self._moments.read(text):
            if text.startswith(moment.shown, moment.start):
                yield Quantity(
                    kind=moment.kind,
                    value=moment.value,
                    unit="",
                    start=moment.start,
                    shown=moment.shown,
                )
                text = _without(text, moment)
        for match in self._number.finditer(text):
            if match["digits"] or spoken(match["word"]) in self._counting:
                yield self._quantity(text, match)

    def _quantity(self, text: str, match: re.Match[str]) -> Quantity:
        word = spoken(match["word"] or "")
        ordinal = bool(match["suffix"]) or word in self._ordinals
        after = self._unit.match(text, match.end())
        before = self._currency.search(
            text[max(0, match.start() - _CURRENCY_BEFORE) : match.start()]
        )
        unit = after[1] if after else before[1] if before else ""
        if word:
            value = self._ordinals[word] if ordinal else self._values[word]
        else:
            value = self._plain(match["digits"])
        start = match.start() - (len(before.group()) if before and not after else 0)
        return Quantity(
            kind="ordinal" if ordinal else "number",
            value=value,
            unit=self._units.get(spoken(unit), ""),
            start=start,
            shown=text[start : after.end() if after else match.end()],
            spelled=bool(word),
            soft=bool(word) and word not in self._spelled,
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

    def _number_pattern(self, grouped: str) -> re.Pattern[str]:
        """Digits with what makes them an ordinal, or any word: a table tells whether it counts."""
        digits = rf"(?<![\w.,]){grouped}(?![\d.,]*\d)|(?<!\w)\d+(?:[.,]\d+)*"
        suffixes = "|".join(map(re.escape, sorted(self._words.suffixes, key=len, reverse=True)))
        return re.compile(
            rf"(?P<digits>{digits})(?:(?P<suffix>{suffixes or '(?!)'})(?!\w))?"
            r"|(?P<word>(?<!\w)[^\W\d_]+(?!\w))",
            re.IGNORECASE,
        )


def _precedes_number(unit: str) -> bool:
    """Currencies may: €50, R$ 50, EUR 50."""
    return unit != "%" and (not unit[-1].isalnum() or (len(unit) == 3 and unit.isupper()))


def _without(text: str, moment: Moment) -> str:
    end = moment.start + len(moment.shown)
    return text[: moment.start] + _TAKEN * len(moment.shown) + text[end:]
