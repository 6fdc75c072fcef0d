"""The lines of the log: plain for people, or JSON for programs; the same in both."""

import json
import logging
import time
from typing import Any

from feedback_api.log_restraint import Restraint
from feedback_api.log_settings import LogForm
from feedback_api.web.request_log import LOG, Answered


class InUtc(logging.Formatter):
    """Times that need no zone to be guessed, as in `2027-02-01T03:15:00.123Z` (RFC 3339)."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class RequestLine(InUtc):
    """What was asked and answered, in how long, under which id."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` is one of web.request_log."""
        told = _answered(record)
        if told is None:
            return ""
        ended = f"{told.status} {told.milliseconds}ms {told.request_id}"
        return f"{self.formatTime(record)} {told.method} {told.path} {ended}"


class JsonLine(InUtc):
    """One object on one line, a request's as well as any other record's."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        line: dict[str, Any] = {"time": self.formatTime(record), "level": record.levelname}
        told = _answered(record)
        if told is not None:
            line |= {
                "message": "answered",
                "request_id": told.request_id,
                "method": told.method,
                "route": told.route,
                "status": told.status,
                "duration_ms": told.milliseconds,
            }
        else:
            line |= {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _answered(record: logging.LogRecord) -> Answered | None:
    if isinstance(record.args, tuple) and record.args and isinstance(record.args[0], Answered):
        return record.args[0]
    return None


FORMATTERS: dict[LogForm, dict[str, Any]] = {
    LogForm.PLAIN: {
        "plain": {"()": InUtc, "format": "%(asctime)s %(levelname)s %(message)s"},
        "request": {"()": RequestLine},
    },
    LogForm.JSON: {"plain": {"()": JsonLine}, "request": {"()": JsonLine}},
}
_SILENT = {"handlers": [], "level": "CRITICAL", "propagate": False}
LOGGERS: dict[str, dict[str, Any]] = {
    "uvicorn.access": _SILENT,  # it would tell addresses, and knows no id of a request
    LOG.name: {"handlers": ["request"], "level": "INFO", "propagate": False},
}


def logging_of(form: LogForm) -> dict[str, Any]:
    """For logging.config."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS[form],
        "filters": {"restraint": {"()": Restraint}},
        "handlers": {
            "plain": {
                "class": "logging.StreamHandler",
                "formatter": "plain",
                "filters": ["restraint"],
            },
            "request": {"class": "logging.StreamHandler", "formatter": "request"},
        },
        "root": {"handlers": ["plain"], "level": "INFO"},
        "loggers": LOGGERS,
    }
