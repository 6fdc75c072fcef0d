"""A real Caddy or nginx on loopback with the configuration of deploy/, and clients behind TLS."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import trustme

from practice.content_policy import write_policy
from practice.precompressed import write_compressed
from tests.system.conftest import SmallSite, lay_small_site

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
STYLES = "/assets/practice.0123456789.css"
POLICY = "default-src 'none'; script-src 'self' 'sha256-abc='; frame-ancestors 'none'"
HEADER_SECONDS = 1
STARTS_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer; `headers` as they came, names in small letters, twice if they came twice."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def every(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name]

    def one(self, name: str) -> str:
        """Raises ValueError if it is not there exactly once."""
        (value,) = self.every(name)
        return value

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Files in PEM: of the server, and of whom its clients trust."""

    chain: Path
    key: Path
    authority: Path

    @classmethod
    def made(cls, folder: Path) -> Self:
        """In `folder`, by an authority that nobody keeps."""
        authority = trustme.CA()
        server = authority.issue_cert("localhost")
        chain, key, trusted = (folder / name for name in ("chain.pem", "key.pem", "authority.pem"))
        for one in server.cert_chain_pems:
            one.write_to_path(chain, append=True)
        server.private_key_pem.write_to_path(key)
        authority.cert_pem.write_to_path(trusted)
        return cls(chain=chain, key=key, authority=trusted)


class Proxy:
    """One that runs; `log` holds all it wrote."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.http_port, self.https_port = free_port(), free_port()
        self.certificates = certificates
        self._process: subprocess.Popen[bytes] | None = None
        self._trusting = ssl.create_default_context(cafile=certificates.authority)

    def start(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Raises RuntimeError with what it wrote when it does not listen."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **(environment or {})}, stdout=log, stderr=log
            )
        until = time.monotonic() + STARTS_SECONDS
        while not _listens(self.https_port):
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def connect(self, address: str = "127.0.0.1") -> ssl.SSLSocket:
        """`address`: of loopback, from where the client comes."""
        place = ("127.0.0.1", self.https_port)
        plain = socket.create_connection(place, 20, source_address=(address, 0))
        return self._trusting.wrap_socket(plain, server_hostname="localhost")

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        address: str = "127.0.0.1",
    ) -> Answered:
        """One request on a connection of its own; a body goes as JSON, bytes as they are."""
        connection = http.client.HTTPConnection("localhost", self.https_port)
        connection.sock = self.connect(address)
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        return _asked(connection, method, path, content, {**kind, **(headers or {})})

    def ask_plainly(self, path: str) -> Answered:
        """Without TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        return _asked(connection, "GET", path, None, {"Host": "localhost"})


def ask_replica(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answered:
    """Past the proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    return _asked(connection, "GET", path, None, headers or {})


def _asked(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    content: bytes | None,
    headers: Mapping[str, str],
) -> Answered:
    with closing(connection):
        with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):  # an early answer
            connection.request(method, path, content, dict(headers))
        answer = connection.getresponse()
        found = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answered(status=answer.status, headers=found, body=answer.read())


def lay_site(folder: Path) -> SmallSite:
    """As the build leaves it: pages, a hashed style sheet, copies of both, the policy."""
    site = lay_small_site(folder)
    language = site.language
    for name, text in {
        "404.html": "<p>Nothing here.",
        f"{language}/index.html": "<p>The code. " * 200,
        f"{language}/404.html": f"<p>Nothing here in {language}.",
        f"{language}/complaints/index.html": "<p>Complaints. " * 200,
        STYLES[1:]: "p { color: black }\n" * 200,
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    write_policy(folder, POLICY)
    write_compressed(list(folder.rglob("*.*")))
    return site


def start_caddy(proxy: Proxy, site: Path, ports: Sequence[int]) -> None:
    configuration = (DEPLOY / "Caddyfile").read_text("utf-8")
    copy = proxy.folder / "Caddyfile"
    # What is no choice of operators: tests listen on loopback alone.
    copy.write_text(_replaced(configuration, {"\tadmin ": "\tdefault_bind 127.0.0.1\n\tadmin "}))
    certificates = proxy.certificates
    proxy.start(
        [program("caddy"), "run", "--config", str(copy), "--adapter", "caddyfile"],
        {
            "HOME": str(proxy.folder),
            "XDG_DATA_HOME": str(proxy.folder),
            "XDG_CONFIG_HOME": str(proxy.folder),
            "ADMIN": "off",
            "HTTP_PORT": str(proxy.http_port),
            "HTTPS_PORT": str(proxy.https_port),
            "HEADER_TIMEOUT": f"{HEADER_SECONDS}s",
            "SITE_ADDRESS": "localhost",
            "SITE_ROOT": str(site),
            "TLS": f"tls {certificates.chain} {certificates.key}",
            "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in ports),
        },
    )


def start_nginx(proxy: Proxy, site: Path, ports: Sequence[int]) -> None:
    certificates, folder = proxy.certificates, proxy.folder
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""  # whose folders the tests' are
    changes = {
        "worker_processes auto;": f"{user}worker_processes 1;\ndaemon off;",
        "/run/nginx.pid": f"{folder}/pid",
        "http {\n": f"http {{\n{temporary}",
        "/dev/stdout": f"{proxy.log}",
        "client_header_timeout 15s": f"client_header_timeout {HEADER_SECONDS}s",
        "listen 80;": f"listen 127.0.0.1:{proxy.http_port};",
        "listen 443 ssl": f"listen 127.0.0.1:{proxy.https_port} ssl",
        "/etc/ssl/code.example.org/chain.pem": str(certificates.chain),
        "/etc/ssl/code.example.org/key.pem": str(certificates.key),
        **_upstreams(ports),
        "https://code.example.org$": f"https://localhost:{proxy.https_port}$",
        "server_name code.example.org": "server_name localhost",
        "/srv/site": str(site),
    }
    copy = folder / "nginx.conf"
    copy.write_text(_replaced((DEPLOY / "nginx.conf").read_text("utf-8"), changes))
    proxy.start([program("nginx"), "-c", str(copy)])


def _upstreams(ports: Sequence[int]) -> dict[str, str]:
    """The example has three replicas; those that are not there are left out."""
    changes = {f"127.0.0.1:{8001 + n}": f"127.0.0.1:{port}" for n, port in enumerate(ports)}
    gone = range(8001 + len(ports), 8004)
    line = "        server 127.0.0.1:{} max_fails=1 fail_timeout=3s;\n"
    return {**{line.format(one): "" for one in gone}, **changes}


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def program(name: str) -> str:
    """Its path; Debian keeps nginx where only root looks. Raises RuntimeError."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError(f"No {name}. Get it with: apt-get install {name} (scripts/test does).")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
