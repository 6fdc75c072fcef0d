"""The service with a leak, for a test that must find it: its log tells whole addresses of pages."""

import logging

from feedback_api.__main__ import cli
from feedback_api.log_lines import FORMATTERS, LOGGERS
from feedback_api.log_settings import LogForm


class _Leaky(logging.Formatter):
    """As uvicorn has it by itself."""


if __name__ == "__main__":
    FORMATTERS[LogForm.PLAIN]["plain"]["()"] = _Leaky
    LOGGERS["uvicorn.access"] = {"handlers": ["plain"], "level": "INFO", "propagate": False}
    cli()
