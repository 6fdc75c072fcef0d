"""Moments of a review cycle by the clocks of its own time zone, in the reader's form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_location

from feedback_api.web.messages import Messages

_UTC = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMoment:
    """`at` is in the zone in which it is told."""

    at: datetime
    said: str


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; UTC for one that this machine's database does not have."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def shown_moment(at: datetime, zone: str, messages: Messages) -> ShownMoment:
    """Date and time of day, without the zone: that is told once beside several of them."""
    there = at.astimezone(zone_of(zone))
    return ShownMoment(
        at=there,
        said=messages.say(
            "%(date)s at %(time)s",
            date=format_date(there.date(), "long", locale=messages.locale),
            time=format_time(there.time(), "short", locale=messages.locale),
        ),
    )


def zone_name(zone: str, messages: Messages) -> str:
    """The zone as people name it, by country and city."""
    known = zone_of(zone)
    if not isinstance(known, ZoneInfo):
        return _UTC
    return str(get_timezone_location(known, locale=messages.locale, return_city=True))


def zone_offsets(times: Iterable[datetime], zone: str) -> str:
    """How far the zone is from UTC at these times, each difference once."""
    there = (time.astimezone(zone_of(zone)) for time in times)
    return " / ".join(dict.fromkeys(f"UTC{get_timezone_gmt(time, 'iso8601')}" for time in there))
