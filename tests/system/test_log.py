"""Lines of the log, as operators read them."""

import logging
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from feedback_api.at_once import nothing_at_once
from feedback_api.log_lines import InUtc
from feedback_api.server import WithoutProxies
from tests.fakes.event_loop import run_alone

AT = 1_801_537_200.123


def test_times_are_in_utc_and_say_so() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "something", (), None)
    record.created, record.msecs = AT, 123.0

    line = InUtc("%(asctime)s %(message)s").format(record)

    assert line == "2027-02-02T03:00:00.123Z something"


async def _nobody(*_arguments: Any) -> Any:
    """Neither receives nor sends anything."""


async def _answers(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Nothing is behind it."""


def test_proxy_that_nobody_named_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    forwarded = [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"192.0.2.2")]
    one, other = (WithoutProxies(_answers, nothing_at_once) for _ in range(2))

    run_alone(one({"type": "http", "headers": [(b"host", b"here")]}, _nobody, _nobody))
    assert not caplog.messages
    for _ in range(2):
        run_alone(one({"type": "http", "headers": forwarded}, _nobody, _nobody))
    assert len(caplog.messages) == 1
    for _ in range(2):
        assert not other.answer_at_once(b"/", forwarded, lambda *_: None)
    assert len(caplog.messages) == 2
