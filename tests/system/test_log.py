"""Lines of the log, as operators read them."""

import logging

from feedback_api.log_lines import InUtc

AT = 1_801_537_200.123


def test_times_are_in_utc_and_say_so() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "something", (), None)
    record.created, record.msecs = AT, 123.0

    line = InUtc("%(asctime)s %(message)s").format(record)

    assert line == "2027-02-02T03:00:00.123Z something"
