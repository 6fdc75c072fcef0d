"""Times of review cycles as one language says them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location

from practice.cycle_records import utc
from practice.messages import Messages

_MOMENT = "%(date)s at %(time)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`utc` is for machines, a time or a day alone; `text` for the reader."""

    utc: str
    text: str


def zone_name(where: ZoneInfo, messages: Messages) -> str:
    """What people call the clocks of that zone: the city, as a rule."""
    return get_timezone_location(where, locale=messages.locale, return_city=True)


def moment(time: datetime, where: ZoneInfo, messages: Messages) -> Moment:
    """The date and time as clocks of that zone show it."""
    shown = time.astimezone(where)
    date = format_date(shown.date(), format="long", locale=messages.locale)
    clock = format_time(shown.time(), format="short", locale=messages.locale)
    return Moment(utc=utc(time), text=messages.text(_MOMENT, date=date, time=clock))
