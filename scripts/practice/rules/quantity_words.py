"""How one language writes numbers, units and times: its `quantities.yml`, and what CLDR knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.units import format_unit

from practice.languages import Language
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityWords:
    """Words by what they mean; `suffixes` make a number an ordinal, `times` are expressions."""

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
            for name in dict.fromkeys((*own, *plain))
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
