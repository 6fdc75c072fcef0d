"""Numbers, days and lengths of time in the reader's form."""

from datetime import date, timedelta

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from feedback_api.web.messages import Messages

_DAYS_FROM = timedelta(days=2)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def said_number(number: int, messages: Messages) -> str:
    return format_decimal(number, locale=messages.locale)


def said_day(day: date, messages: Messages) -> str:
    return format_date(day, "long", locale=messages.locale)


def said_day_shortly(day: date, messages: Messages, *, with_year: bool) -> str:
    """With the month's abbreviation, in the order the language has."""
    skeleton = "yMMMd" if with_year else "MMMd"
    return format_skeleton(skeleton, day, locale=messages.locale)


def said_days(days: int, messages: Messages) -> str:
    return messages.count("%(count)s day", "%(count)s days", days)


def said_length(length: timedelta, messages: Messages) -> str:
    """Whole hours, from two days on whole days; what is begun and not over does not count."""
    if length < _HOUR:
        return messages.say("less than an hour")
    if length < _DAYS_FROM:
        return messages.count("%(count)s hour", "%(count)s hours", length // _HOUR)
    return said_days(length // _DAY, messages)
