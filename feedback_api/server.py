"""Runs the service under uvicorn: stops cleanly, and logs no addresses."""

import ipaddress
import logging
import resource
import signal
from collections.abc import Iterable, Sequence
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.at_once import AnswerAtOnce, Header, Write
from feedback_api.log_lines import logging_of
from feedback_api.log_settings import LogForm
from feedback_api.slow_clients import MOST_CONNECTIONS, Patience, PatientProtocol, PatientServer

_log = logging.getLogger(__name__)

_FORWARDED = b"x-forwarded-for"
_STOP_SECONDS = 10
_MOST_DESCRIPTORS = 65_536
_OWN_DESCRIPTORS = 200  # files of the text and of the data, threads, mail


def run(
    app: Starlette,
    *,
    host: str,
    port: int,
    trusted_proxies: Sequence[str],
    log: LogForm = LogForm.PLAIN,
    patience: Patience | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM, then finish what was begun and return.

    Exits with a message when the address is taken. Forwarded addresses are believed only from
    `trusted_proxies`. `patience`: other than the usual, for tests.
    """
    descriptors = _all_descriptors()
    at_once: AnswerAtOnce = app.state.answer_at_once
    served: ASGIApp = app
    if not trusted_proxies:
        served = without = WithoutProxies(app, at_once)
        at_once = without.answer_at_once
    config = uvicorn.Config(
        served,
        host=host,
        port=port,
        log_config=logging_of(log),
        server_header=False,
        ws="none",
        lifespan="on",
        http=PatientProtocol,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=[*trusted_proxies, *map(_mapped, trusted_proxies)],
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = PatientServer(config, patience or _patience(descriptors), at_once)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn puts its own in their place while it runs, and after it raises the signal once more
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    server.run()
    if not server.started:
        raise SystemExit(1)


class WithoutProxies:
    """Says once that a proxy seems to be there: without its name all readers are one network."""

    def __init__(self, app: ASGIApp, at_once: AnswerAtOnce) -> None:
        self._app = app
        self._at_once = at_once
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._look_at(scope.get("headers", ()))
        await self._app(scope, receive, send)

    def answer_at_once(self, address: bytes, headers: Iterable[Header], write: Write) -> bool:
        """See Door.answer_at_once."""
        self._look_at(headers)
        return self._at_once(address, headers, write)

    def _look_at(self, headers: Iterable[Header]) -> None:
        if self._told:
            return
        for name, _ in headers:
            if name == _FORWARDED:
                self._tell()
                break

    def _tell(self) -> None:
        self._told = True
        _log.warning(
            "Requests come through a proxy, and FEEDBACK_TRUSTED_PROXIES names none: "
            "all readers behind it count as one network."
        )


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
