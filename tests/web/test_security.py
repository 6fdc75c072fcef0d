"""What every answer carries, errors included."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreFailed
from feedback_api.domain.identity import PageId, SectionId
from feedback_api.services import Services
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE, SECTION
from tests.web.reading import COMMENTS, FORM, OpenClient, entered, posted

EVERYWHERE = [
    "/",
    "/aa/",
    "/aa/nothing",
    FORM,
    f"{FORM}/comments",
    "/feedback/receipt",
    "/feedback/api",
    "/feedback/assets/parts.css",
    "/feedback/xx/nothing",
    "/review",
    "/review/sign-in",
    f"/api/v1/pages/{PAGE}/counts",
    "/api/v1/nothing",
    COMMENTS,
    "/healthz",
    "/x" * 2_000,
]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert len(headers["x-request-id"]) == 16
    assert "cache-control" in headers
    assert len(headers.get_list("content-security-policy")) == 1


@pytest.mark.parametrize("address", [FORM, "/review/sign-in", "/feedback/receipt"])
def test_pages_of_the_service_allow_nothing_but_themselves(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)

    directives = set(answer.headers["content-security-policy"].split("; "))
    assert directives >= {
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text
    assert "<style" not in answer.text


@pytest.mark.parametrize("address", ["/review", f"/review/{comment_id(1)}", COMMENTS])
def test_private_answers_are_never_stored(
    editor_client: TestClient, store: MemoryStore, address: str
) -> None:
    store.add(usual_comment(1))

    assert editor_client.get(address).headers["cache-control"] == "no-store"


def test_https_is_kept_to(open_client: OpenClient) -> None:
    secure = open_client(origin="https://code.example.org").get("/healthz")
    plain = open_client().get("/healthz")

    assert secure.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" not in plain.headers


def test_unforeseen_fault_is_told_by_number_alone(
    services: Services, open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = open_client(over=replace(services, reads=_BrokenReads()))

    answer = client.get(f"/api/v1/pages/{PAGE}/counts")

    assert answer.status_code == 500
    told = answer.json()
    assert told["code"] == "internal-fault"
    assert told["request_id"] in told["detail"]
    assert "secret detail" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert told["request_id"] in caplog.text


def test_service_that_cannot_read_is_not_ready(services: Services, open_client: OpenClient) -> None:
    client = open_client(over=replace(services, reads=_FailedReads()))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert "retry-after" in answer.headers
    assert client.get("/healthz").status_code == 200


class _BrokenReads(MemoryStore):
    """Reads with a fault of ours in them."""

    def generation(self, page: PageId | None) -> int:
        raise ZeroDivisionError("secret detail")


class _FailedReads(MemoryStore):
    """Reads whose disk is gone."""

    def public(self, section: SectionId) -> tuple[Comment, ...]:
        raise StoreFailed


SITE = "https://code.example.org"
SERVICE = "https://api.example.org"


@pytest.fixture
def apart(open_client: OpenClient) -> TestClient:
    """A service whose site has another origin."""
    return open_client(origin=SERVICE, site_origin=SITE)


@pytest.mark.parametrize(
    "address", [f"/api/v1/pages/{PAGE}/counts", f"/api/v1/sections/{SECTION}", f"{FORM}?part=1"]
)
def test_scripts_of_the_site_s_origin_may_read(apart: TestClient, address: str) -> None:
    own = apart.get(address, headers={"Origin": SITE})
    foreign = apart.get(address, headers={"Origin": "https://evil.example"})

    assert own.headers["access-control-allow-origin"] == SITE
    assert "Origin" in own.headers["vary"]
    assert "access-control-allow-credentials" not in own.headers
    assert "access-control-allow-origin" not in foreign.headers


def test_scripts_of_the_site_s_origin_may_post(apart: TestClient, store: MemoryStore) -> None:
    asked = apart.options(
        COMMENTS,
        headers={
            "Origin": SITE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, idempotency-key",
        },
    )
    posting = apart.post(f"{FORM}?part=1", data=entered(), headers={"Origin": SITE})
    sent = apart.post(COMMENTS, json=posted(), headers={"Origin": SITE})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SITE
    assert (posting.status_code, sent.status_code) == (201, 201)
    assert len(store.comments) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        {"Origin": "null", "Access-Control-Request-Method": "POST"},
        {"Origin": f"{SITE}.evil.example", "Access-Control-Request-Method": "GET"},
        {"Origin": SITE, "Access-Control-Request-Method": "DELETE"},
    ],
)
def test_other_preflights_are_refused(apart: TestClient, wanted: dict[str, str]) -> None:
    answer = apart.options(COMMENTS, headers=wanted)

    assert (answer.status_code, answer.json()["code"]) == (403, "origin-not-allowed")
    assert answer.headers["content-type"] == "application/problem+json"


def test_one_origin_allows_no_other(client: TestClient) -> None:
    answer = client.get(f"/api/v1/pages/{PAGE}/counts", headers={"Origin": "http://testserver"})

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("address", ["/feedback/receipt/", "/review/", "/feedback/api/?a=b"])
def test_slash_at_the_end_is_forgiven(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Host": "evil.example"})

    assert answer.status_code == 308
    assert answer.headers["location"] == address.replace("/?", "?").rstrip("/")


@pytest.mark.parametrize("address", EVERYWHERE)
def test_head_answers_as_get_does_without_a_body(client: TestClient, address: str) -> None:
    got, headed = client.get(address), client.head(address)

    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert headed.headers.get("content-type") == got.headers.get("content-type")
