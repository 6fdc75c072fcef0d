"""Runs the service under uvicorn: stops cleanly, and logs no addresses."""

import ipaddress
import logging
import re
import resource
import signal
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.log_restraint import Restraint
from feedback_api.slow_clients import MOST_CONNECTIONS, Patience, PatientProtocol, PatientServer
from feedback_api.web.permissions import PERMISSIONS

_log = logging.getLogger(__name__)

_FORWARDED = b"x-forwarded-for"
_STOP_SECONDS = 10
_IDLE_SECONDS = 5
_MOST_DESCRIPTORS = 65_536
_OWN_DESCRIPTORS = 200  # files of the text and of the data, threads, mail
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_OUR_WORDS = frozenset(
    word for operation in PERMISSIONS for word in operation.partition(" ")[2].split("/")
)
_PATH_CHARACTERS = 200
_SECRET = re.compile(r"(?i)(/feedback/+invitation/+)\S+")


class InUtc(logging.Formatter):
    """Times that need no zone to be guessed, as in `2027-02-01T03:15:00.123Z` (RFC 3339)."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class RequestLine(InUtc):
    """What was asked and answered; neither by whom, nor which comment, nor any secret of a URL."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` is one of uvicorn's access log."""
        if not isinstance(record.args, tuple) or len(record.args) != 5:
            return ""
        _address, method, path, _version, status = record.args
        shown = _SECRET.sub(r"\1…", _ID.sub("…", str(path).partition("?")[0]))
        if not str(status).startswith("2"):
            shown = _of_our_words(shown)
        return f"{self.formatTime(record)} {method} {shown} {status}"


def _of_our_words(path: str) -> str:
    """The path without what is no word of the service's own: strangers can write anything there.

    A receipt or an address that was typed into the browser's line for addresses, for example.
    """
    parts = (part if part in _OUR_WORDS or not part else "…" for part in path.split("/"))
    return "/".join(parts)[:_PATH_CHARACTERS]


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": InUtc, "format": "%(asctime)s %(levelname)s %(message)s"},
        "request": {"()": RequestLine},
    },
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
    "loggers": {
        "uvicorn.access": {"handlers": ["request"], "level": "INFO", "propagate": False},
    },
}


def run(
    app: Starlette,
    *,
    host: str,
    port: int,
    trusted_proxies: Sequence[str],
    patience: Patience | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM, then finish what was begun and return.

    Exits with a message when the address is taken. Forwarded addresses are believed only from
    `trusted_proxies`. `patience`: other than the usual, for tests.
    """
    descriptors = _all_descriptors()
    config = uvicorn.Config(
        app if trusted_proxies else _WithoutProxies(app),
        host=host,
        port=port,
        log_config=_LOGGING,
        server_header=False,
        ws="none",
        lifespan="on",
        http=PatientProtocol,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=[*trusted_proxies, *map(_mapped, trusted_proxies)],
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = PatientServer(config, patience or _patience(descriptors))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn puts its own in their place while it runs, and after it raises the signal once more
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    server.run()
    if not server.started:
        raise SystemExit(1)


class _WithoutProxies:
    """Says once that a proxy seems to be there: without its name all readers are one network."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._told and any(name == _FORWARDED for name, _ in scope.get("headers", ())):
            self._told = True
            _log.warning(
                "Requests come through a proxy, and FEEDBACK_TRUSTED_PROXIES names none: "
                "all readers behind it count as one network."
            )
        await self._app(scope, receive, send)


def _all_descriptors() -> int:
    """As many as the system lets a process have, and how many that is.

    The usual soft limit of 1,024 is one for programs that use select; here each client takes one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def _patience(descriptors: int) -> Patience:
    """As many connections as leave descriptors for everything else."""
    room = max(descriptors - _OWN_DESCRIPTORS, descriptors // 2)
    return Patience(connections=min(MOST_CONNECTIONS, room))


def _mapped(network: str) -> str:
    """An IPv4 network as it looks to a socket that listens for both kinds of address."""
    found = ipaddress.ip_network(network)
    if found.version == 6:
        return network
    return f"::ffff:{found.network_address}/{96 + found.prefixlen}"
