"""The service with a leak, for a test that must find it: its log tells whole addresses of pages."""

import logging

from feedback_api import server
from feedback_api.__main__ import cli


class _Leaky(logging.Formatter):
    """As uvicorn has it by itself."""


if __name__ == "__main__":
    server._LOGGING["formatters"]["request"]["()"] = _Leaky
    cli()
