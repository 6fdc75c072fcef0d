"""The web application over fakes, signing people in at a provider on loopback."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.oidc.provider import OidcProvider
from feedback_api.oidc.wire import Wire
from feedback_api.oidc_settings import OidcSettings
from feedback_api.services import Services
from feedback_api.services.single_sign_on import Groups, SingleSignOn
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.sign_in_paths import AT_PROVIDER, CALLBACK, SIGN_IN
from tests.fakes.collaborators import fake_services
from tests.oidc.real_provider import CLIENT, CLIENT_SECRET, RealProvider
from tests.web.small_site import lay_languages, lay_site

ORIGIN = "https://code.example.org"
GROUPS = Groups(editors=frozenset({"editors"}), reviewers=frozenset({"reviewers", "staff"}))
ACCOUNTS = {
    "ana": {"name": "Ana Alves", "groups": ["staff", "editors"]},
    "rui": {"name": "Rui Reis", "groups": ["reviewers"]},
    "eve": {"name": "Eve", "groups": ["visitors"]},
}


class ShiftedClock:
    """The real time, which tokens are made by, moved as a test likes."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The service and the one browser in front of it."""

    client: TestClient
    services: Services
    clock: ShiftedClock

    def begin(self, **query: str) -> str:
        """The provider's URL that the button leads to."""
        answer = self.client.get(AT_PROVIDER, params=query)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def come_back(self, url: str) -> Response:
        """With the answer that the provider sent the browser with."""
        assert url.startswith(ORIGIN + CALLBACK + "?"), url
        return self.client.get(url)

    def is_signed_in(self) -> bool:
        return self.client.get("/review").status_code == 200


OpenBoard = Callable[..., Board]


@pytest.fixture(scope="session")
def process() -> Iterator[RealProvider]:
    provider = RealProvider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(process: RealProvider) -> RealProvider:
    """As it usually is, whatever a test before made of it."""
    process.tell(origins=[ORIGIN], accounts=ACCOUNTS, later=0)
    return process


@pytest.fixture
def open_board(tmp_path: Path) -> OpenBoard:
    return partial(make_board, tmp_path)


@pytest.fixture
def board(open_board: OpenBoard, provider: RealProvider) -> Board:
    return open_board(provider.issuer)


def make_board(
    folder: Path,
    issuer: str,
    *,
    other: str = "pt",
    local: bool = True,
    seconds: float = 5,
    services: Services | None = None,
) -> Board:
    """A service that trusts `issuer` and speaks `other` beside its source language.

    `local`: local accounts are let in; `seconds`: how long it waits for the provider;
    `services`: of another board, to share its accounts.
    """
    site = lay_site(folder)
    clock = ShiftedClock()
    services = replace(services or fake_services(), clock=clock)
    settings = settings_for(issuer)
    provider = OidcProvider(
        settings,
        Wire(settings, seconds=seconds),
        clock,
        redirect_uri=ORIGIN + CALLBACK,
        signed_out_uri=ORIGIN + SIGN_IN,
    )
    single_sign_on = SingleSignOn(
        provider=provider, issuer=issuer, groups=GROUPS, label="", lasts=settings.session
    )
    options = WebOptions(
        origin=ORIGIN,
        site_origin=ORIGIN,
        site=site,
        languages=lay_languages(folder, other),
        single_sign_on=single_sign_on,
        local_accounts=local,
    )
    client = TestClient(build_app(services, options), base_url=ORIGIN, follow_redirects=False)
    return Board(client=client, services=services, clock=clock)


def settings_for(issuer: str) -> OidcSettings:
    return OidcSettings(
        issuer=issuer,
        client_id=CLIENT,
        client_secret=CLIENT_SECRET,
        groups=GROUPS,
        groups_claim="groups",
        scopes="openid profile email",
        hosts=(urlsplit(issuer).netloc,),
        label="",
        session=timedelta(minutes=60),
    )


def asked(url: str) -> dict[str, str]:
    """The query of a URL."""
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
