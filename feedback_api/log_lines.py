"""The log's lines but those of requests: plain for people, or JSON for programs; alike in both."""

import json
import logging
import time
from typing import Any

from feedback_api.log_restraint import Restraint
from feedback_api.log_settings import LogForm


class InUtc(logging.Formatter):
    """Times that need no zone to be guessed, as in `2027-02-01T03:15:00.123Z` (RFC 3339)."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class JsonLine(InUtc):
    """One object on one line; requests have their own, see request_lines."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        line: dict[str, Any] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


FORMATTERS: dict[LogForm, dict[str, Any]] = {
    LogForm.PLAIN: {
        "plain": {"()": InUtc, "format": "%(asctime)s %(levelname)s %(message)s"},
    },
    LogForm.JSON: {"plain": {"()": JsonLine}},
}
_SILENT = {"handlers": [], "level": "CRITICAL", "propagate": False}
LOGGERS: dict[str, dict[str, Any]] = {
    "uvicorn.access": _SILENT,  # it would tell addresses, and knows no id of a request
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
        },
        "root": {"handlers": ["plain"], "level": "INFO"},
        "loggers": LOGGERS,
    }
