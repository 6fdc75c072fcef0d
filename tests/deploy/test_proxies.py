"""Caddy and nginx with the configurations of deploy/, in front of two replicas of the service."""

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.deploy.proxied import (
    DEPLOY,
    HEADER_SECONDS,
    POLICY,
    STYLES,
    Answered,
    Certificates,
    Proxy,
    ask_replica,
    lay_site,
    start_caddy,
    start_nginx,
)
from tests.fakes.postgres import PostgresServer
from tests.faults.database_campaign import replica
from tests.system.conftest import SmallSite
from tests.system.running import Service, comment_body

COUNTS = "/api/v1/pages/complaints/counts"
COMMENTS = "/api/v1/comments"
STARTS = {"caddy": start_caddy, "nginx": start_nginx}
SECURITY = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
)
OPENED = {"br": brotli.decompress, "zstd": zstandard.decompress, "gzip": gzip.decompress}
CODINGS = {"caddy": ("br", "zstd", "gzip"), "nginx": ("gzip",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A proxy by its `name`, and what it stands in front of."""

    name: str
    proxy: Proxy
    replicas: tuple[Service, Service]
    site: SmallSite

    def post(self, body: str, address: str, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        comment = comment_body(self.site.language, body=body)
        return self.proxy.ask("POST", COMMENTS, comment, named, address=address)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployed")


@pytest.fixture(scope="module")
def small_site(folder: Path) -> SmallSite:
    return lay_site(folder / "site")


@pytest.fixture(scope="module")
def certificates(folder: Path) -> Certificates:
    return Certificates.made(folder)


@pytest.fixture(scope="module")
def replicas(
    folder: Path, small_site: SmallSite, postgres: PostgresServer
) -> Iterator[tuple[Service, Service]]:
    """Each takes one comment a day from a network, and believes the proxy on this machine."""
    url = postgres.new_database()
    made = tuple(replica(folder / str(number), small_site.folder, url) for number in range(2))
    for one in made:
        one.environment |= {
            "FEEDBACK_ORIGIN": "https://localhost",
            "FEEDBACK_TRUSTED_PROXIES": "127.0.0.1",
            "FEEDBACK_LIMIT_COMMENTS": "1/day",
        }
        one.start()
    yield made[0], made[1]
    for one in made:
        one.kill()


@pytest.fixture(scope="module", params=STARTS)
def front(
    request: pytest.FixtureRequest,
    folder: Path,
    certificates: Certificates,
    small_site: SmallSite,
    replicas: tuple[Service, Service],
) -> Iterator[Front]:
    name = str(request.param)
    (folder / name).mkdir()
    proxy = Proxy(folder / name, certificates)
    STARTS[name](proxy, small_site.folder, [one.port for one in replicas])
    yield Front(name=name, proxy=proxy, replicas=replicas, site=small_site)
    proxy.stop()


def _network(front: Front, number: int) -> str:
    """An address of a network that no other test of this proxy comes from."""
    return f"127.{1 + list(STARTS).index(front.name)}.{number}.7"


def test_a_comment_posted_through_tls_is_known_to_every_replica(front: Front) -> None:
    posted = front.post("Through TLS.", _network(front, 1))
    assert posted.status == 201
    receipt = {"Authorization": f"Receipt {posted.json()['receipt']}"}

    own = [ask_replica(one.port, "/api/v1/receipt", receipt) for one in front.replicas]
    counted = [ask_replica(one.port, COUNTS) for one in front.replicas]
    through = front.proxy.ask("GET", COUNTS)

    assert [answer.json()["id"] for answer in own] == [posted.json()["id"]] * 2
    assert [answer.json() for answer in counted] == [through.json()] * 2
    again = front.proxy.ask("GET", COUNTS, headers={"If-None-Match": through.one("etag")})
    assert (again.status, again.body) == (304, b"")


def test_when_a_replica_is_killed_the_next_request_is_answered(front: Front) -> None:
    fallen = front.replicas[0]
    fallen.kill()
    try:
        answers = [front.proxy.ask("GET", COUNTS).status for _ in range(6)]
        posted = [front.post("One is gone.", _network(front, number)).status for number in (2, 3)]
    finally:
        fallen.start()

    assert answers == [200] * 6
    assert posted == [201] * 2


def test_who_writes_another_address_into_a_header_is_still_one_network(front: Front) -> None:
    forged = [
        front.post(
            f"No. {number}",
            _network(front, 4),
            X_Forwarded_For=f"203.0.{number}.7",
            X_Real_IP=f"203.0.{number}.7",
            Forwarded=f"for=203.0.{number}.7",
        ).status
        for number in range(6)
    ]
    another = front.post("From elsewhere.", _network(front, 5)).status

    assert forged.count(201) <= len(front.replicas)  # each counts for itself here
    assert set(forged) == {201, 429}
    assert another == 201


@pytest.mark.parametrize("path", ["page", STYLES, "missing", COUNTS, "/api/v1/nothing"])
def test_what_protects_readers_is_said_once_and_as_the_service_says_it(
    front: Front, path: str
) -> None:
    path = {"page": f"/{front.site.language}/", "missing": "/x/nothing"}.get(path, path)

    through = front.proxy.ask("GET", path)
    direct = ask_replica(front.replicas[0].port, path)

    assert {name: through.every(name) for name in SECURITY} == {
        name: direct.every(name) for name in SECURITY
    }
    assert len(through.one("strict-transport-security")) > 0
    assert through.every("cache-control") == direct.every("cache-control")
    assert through.one("content-type") == direct.one("content-type")
    assert through.status == direct.status


def test_a_page_has_the_policy_of_the_site_and_is_asked_for_each_time(front: Front) -> None:
    answer = front.proxy.ask("GET", f"/{front.site.language}/complaints/")
    moved = front.proxy.ask("GET", f"/{front.site.language}/complaints")
    posted = front.proxy.ask("POST", f"/{front.site.language}/complaints/", b"x")

    assert answer.one("content-security-policy") == POLICY
    assert answer.one("cache-control") == "no-cache"
    assert moved.one("location") == f"/{front.site.language}/complaints/"
    assert posted.status == 405


def test_hashed_files_are_kept_for_good_and_come_compressed_under_etags_of_their_own(
    front: Front,
) -> None:
    plain = front.proxy.ask("GET", STYLES, headers={"Accept-Encoding": "identity"})
    etags = {plain.one("etag")}
    for coding in CODINGS[front.name]:
        asked = {"Accept-Encoding": f"{coding};q=0.5, identity;q=0.1"}
        answer = front.proxy.ask("GET", STYLES, headers=asked)
        again = front.proxy.ask(
            "GET", STYLES, headers={**asked, "If-None-Match": answer.one("etag")}
        )
        headed = front.proxy.ask("HEAD", STYLES, headers=asked)
        etags.add(answer.one("etag"))
        assert answer.one("content-encoding") == coding
        assert OPENED[coding](answer.body) == plain.body
        assert "accept-encoding" in answer.one("vary").lower()
        assert again.status == 304
        assert headed.every("content-length") in ([], [str(len(answer.body))])
    refused = front.proxy.ask("GET", STYLES, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})

    assert plain.body == (front.site.folder / STYLES[1:]).read_bytes()
    assert plain.one("cache-control") == "public, max-age=31536000, immutable"
    assert refused.every("content-encoding") == []
    assert len(etags) == 1 + len(CODINGS[front.name])


def test_missing_pages_speak_the_language_of_the_address_and_what_is_inside_stays_there(
    front: Front,
) -> None:
    language = front.site.language

    answers = {
        path: front.proxy.ask("GET", path)
        for path in (f"/{language}/nothing/", "/x/nothing", "/metrics", "/_headers.caddy")
    }

    assert {answer.status for answer in answers.values()} == {404}
    assert answers.pop(f"/{language}/nothing/").body.decode() == f"<p>Nothing here in {language}."
    assert {answer.body for answer in answers.values()} == {b"<p>Nothing here."}


def test_without_tls_readers_are_sent_to_the_name_that_is_configured(front: Front) -> None:
    answer = front.proxy.ask_plainly("/x/?y=1")
    refused = front.proxy.ask_plainly("/api/v1/receipt")

    assert answer.status == 308
    assert answer.one("location").startswith("https://localhost")
    assert answer.one("location").endswith("/x/?y=1")
    assert (refused.status, refused.every("location")) == (403, [])


def test_the_service_says_itself_what_is_too_large(front: Front) -> None:
    answer = front.proxy.ask("POST", COMMENTS, b"x" * 1_200_000)
    larger = front.proxy.ask("POST", COMMENTS, b"x" * 6_000_000)

    assert (answer.status, answer.one("content-type")) == (413, "application/problem+json")
    assert larger.status == 413


def test_a_header_that_takes_too_long_ends_the_connection(front: Front) -> None:
    with front.proxy.connect() as wire:
        began = time.monotonic()
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        while wire.recv(4096):
            pass
        took = time.monotonic() - began

    assert HEADER_SECONDS * 0.5 < took < 15


def test_the_log_holds_words_of_paths_and_nothing_of_readers(front: Front) -> None:
    address = _network(front, 99)
    secrets = ("K7QMX-2R9ZT", "ana@example.org", "c0ffee00-0000-4000-8000-000000000001", "s3cret")
    paths = [
        f"/{front.site.language}/?who={secrets[1]}",
        f"/{secrets[0]}",
        f"/feedback/receipt/{secrets[0]}",
        f"/feedback/{secrets[1]}",
        f"/api/v1/comments/{secrets[2]}",
        f"/feedback/invitation/{secrets[3]}",
        f"/feedback//invitation/{secrets[3]}",
        "/api/v1/cycles",
        "/the/last-one?x=1",
    ]

    for path in paths:
        agent = {"User-Agent": secrets[3], "Authorization": f"Receipt {secrets[0]}"}
        front.proxy.ask("GET", path, headers=agent, address=address)

    until = time.monotonic() + 20
    while "/the/last-one" not in (log := front.proxy.log.read_text()):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "/api/v1/cycles" in log
    for private in (*secrets, address, "who=", "x=1", "invitation", "127.1.", "127.2."):
        assert private not in log


def test_clients_have_fifteen_seconds_for_a_header_by_default() -> None:
    assert "{$HEADER_TIMEOUT:15s}" in (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "{$BODY_TIMEOUT:30s}" in (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "client_header_timeout 15s;" in (DEPLOY / "nginx.conf").read_text("utf-8")
