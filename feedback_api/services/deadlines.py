"""Until when the text of the code promises a decision: section `review-decisions`."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle

ANSWER_DAYS = 20
"""Working days after a cycle stops taking comments; `decision-time` in docs/standards.yml."""

_SATURDAY = 5


def decided_by(comment: Comment, cycle: Cycle, answer_days: int) -> date:
    """The last day on which the decision is in time, by the calendar of the cycle's time zone.

    Counted from the end of the cycle, or from an objection, which asks for a decision anew. Working
    days are Monday to Friday: no public holiday of any country is known here.
    """
    begins = comment.objection.at if comment.objection else cycle.closes
    day = begins.astimezone(_zone(cycle)).date()
    for _ in range(answer_days):
        day += timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
    return day


def days_over(last_day: date, cycle: Cycle, now: datetime) -> int:
    """How many calendar days have begun since the last day; 0 while it is not over."""
    zone = _zone(cycle)
    over = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=zone)
    return (now.astimezone(zone).date() - last_day).days if now >= over else 0


def _zone(cycle: Cycle) -> tzinfo:
    """UTC for a zone that this machine does not know."""
    try:
        return ZoneInfo(cycle.time_zone)
    except (KeyError, ValueError, OSError):
        return UTC
