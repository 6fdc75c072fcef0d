"""Lines of the log, as operators read them."""

import logging

import pytest

from feedback_api.server import InUtc, RequestLine

AT = 1_801_537_200.123


@pytest.mark.parametrize(
    ("line", "arguments", "told"),
    [
        (InUtc("%(asctime)s %(message)s"), (), "2027-02-02T03:00:00.123Z something"),
        (
            RequestLine(),
            ("127.0.0.1:80", "GET", "/healthz?a=b", "1.1", 200),
            "2027-02-02T03:00:00.123Z GET /healthz 200",
        ),
    ],
)
def test_times_are_in_utc_and_say_so(
    line: logging.Formatter, arguments: tuple[object, ...], told: str
) -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "something", arguments, None)
    record.created, record.msecs = AT, 123.0

    assert line.format(record) == told
