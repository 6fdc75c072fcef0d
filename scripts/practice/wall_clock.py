"""Times as clocks on a wall show them, turned into moments (PEP 495, IANA time zone database)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

# These depend on the machine, or stand for no place.
_NO_PLACE = ("localtime", "Factory")


class NoSuchTimeError(ValueError):
    """A wall clock never shows this time, or shows it twice; the text says which."""


def zone(name: str) -> ZoneInfo | None:
    """The time zone of that name; None where the database has none."""
    if name in _NO_PLACE or name not in available_timezones():
        return None
    return ZoneInfo(name)


def moment(shown: str, where: ZoneInfo) -> datetime:
    """The time in UTC at which clocks of that zone show `shown`, such as 2027-01-11T09:00.

    Raises NoSuchTimeError.
    """
    try:
        read = datetime.fromisoformat(shown)
    except ValueError:
        raise NoSuchTimeError("is no time of any calendar") from None
    early, late = (read.replace(tzinfo=where, fold=fold) for fold in (0, 1))
    if _offset(early) < _offset(late):
        raise NoSuchTimeError("is left out when clocks go forward on that day")
    if _offset(early) > _offset(late):
        raise NoSuchTimeError("comes twice when clocks go back on that day")
    return early.astimezone(UTC)


def _offset(time: datetime) -> timedelta:
    return time.utcoffset() or timedelta()
