"""Runs the service under uvicorn: stops cleanly, and logs no addresses."""

import logging
import re
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette

_STOP_SECONDS = 10
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class RequestLine(logging.Formatter):
    """What was asked and answered; neither by whom, nor which comment, nor what a query held."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` is one of uvicorn's access log."""
        if not isinstance(record.args, tuple) or len(record.args) != 5:
            return ""
        _address, method, path, _version, status = record.args
        shown = _ID.sub("…", str(path).partition("?")[0])
        return f"{self.formatTime(record)} {method} {shown} {status}"


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(message)s"},
        "request": {"()": RequestLine},
    },
    "handlers": {
        "plain": {"class": "logging.StreamHandler", "formatter": "plain"},
        "request": {"class": "logging.StreamHandler", "formatter": "request"},
    },
    "root": {"handlers": ["plain"], "level": "INFO"},
    "loggers": {
        "uvicorn.access": {"handlers": ["request"], "level": "INFO", "propagate": False},
    },
}


def run(app: Starlette, *, host: str, port: int, trusted_proxies: Sequence[str]) -> None:
    """Serve until Ctrl-C or SIGTERM, then finish what was begun and return.

    Exits with a message when the address is taken. Forwarded addresses are believed only from
    `trusted_proxies`.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=_LOGGING,
        server_header=False,
        ws="none",
        lifespan="on",
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = uvicorn.Server(config)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn puts its own in their place while it runs, and after it raises the signal once more
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    server.run()
    if not server.started:
        raise SystemExit(1)
