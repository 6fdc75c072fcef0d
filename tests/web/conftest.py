"""The web application over fakes: a small site, two languages, one editor."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.webhook_attempts import NO_DELIVERIES, Deliveries
from feedback_api.web.restraint import NO_RESTRAINT, Restraint
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.threads import AnswerThreads
from tests.fakes.collaborators import fake_services
from tests.fakes.memory_store import MemoryStore
from tests.web.reading import EDITOR, PASSPHRASE, OpenClient, signed_in
from tests.web.small_site import lay_languages, lay_site


@pytest.fixture
def services() -> Services:
    made = fake_services()
    add_editor(EDITOR, PASSPHRASE, services=made)
    return made


@pytest.fixture
def store(services: Services) -> MemoryStore:
    assert isinstance(services.comments, MemoryStore)
    return services.comments


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return lay_site(tmp_path)


@pytest.fixture
def open_client(services: Services, site: Path) -> OpenClient:
    """A client of a service whose other language speaks `other`, reached at `origin`.

    `over`: other collaborators than the usual ones; `deliveries`: what webhooks told;
    `repository`: where changes are proposed; `address`: from where the client comes.
    """

    def make(
        *,
        other: str = "pt",
        origin: str = "http://testserver",
        site_origin: str | None = None,
        over: Services = services,
        deliveries: Deliveries = NO_DELIVERIES,
        repository: Repository = NO_REPOSITORY,
        sends_mail: bool = False,
        restraint: Restraint = NO_RESTRAINT,
        address: str = "testclient",
        threads: AnswerThreads | None = None,
    ) -> TestClient:
        options = WebOptions(
            origin=origin,
            site_origin=site_origin or origin,
            site=site,
            languages=lay_languages(site.parent, other),
            sends_mail=sends_mail,
        )
        app = build_app(
            over,
            options,
            deliveries=deliveries,
            repository=repository,
            restraint=restraint,
            threads=threads,
        )
        return TestClient(app, base_url=origin, follow_redirects=False, client=(address, 50_000))

    return make


@pytest.fixture
def client(open_client: OpenClient) -> TestClient:
    return open_client()


@pytest.fixture
def editor_client(open_client: OpenClient) -> TestClient:
    return signed_in(open_client())
