"""The real service and the real provider: a sign-in and sign-out in Chromium, an end from there."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.oidc.conftest import ACCOUNTS
from tests.oidc.real_provider import CLIENT, CLIENT_SECRET, Person, RealProvider
from tests.system.conftest import lay_small_site
from tests.system.running import Service


@pytest.fixture
def service(tmp_path: Path, process: RealProvider) -> Iterator[Service]:
    site = lay_small_site(tmp_path / "site")
    settings = {
        "FEEDBACK_SITE": str(site.folder),
        "FEEDBACK_OIDC_ISSUER": process.issuer,
        "FEEDBACK_OIDC_CLIENT_ID": CLIENT,
        "FEEDBACK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "FEEDBACK_OIDC_EDITOR_GROUPS": "editors",
        "FEEDBACK_OIDC_REVIEWER_GROUPS": "reviewers",
        "FEEDBACK_OIDC_LABEL": "Example SSO",
    }
    service = Service(tmp_path, settings)
    process.tell(accounts=ACCOUNTS, origins=[service.environment["FEEDBACK_ORIGIN"]])
    service.start()
    yield service
    service.kill()


@pytest.fixture
def page(chromium: Browser, service: Service) -> Iterator[Page]:
    context = chromium.new_context(base_url=service.environment["FEEDBACK_ORIGIN"])
    context.route("https://**", lambda route: route.abort())  # the provider's pages want fonts
    yield context.new_page()
    context.close()


def test_person_signs_in_stays_and_signs_out(
    page: Page, service: Service, process: RealProvider
) -> None:
    ours = service.environment["FEEDBACK_ORIGIN"]
    foreign: list[str] = []
    page.on("requestfailed", lambda failed: foreign.append(f"{failed.frame.url} {failed.url}"))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(f"{page.url} {said.text}"))

    page.goto("/review?kind=praise")
    page.get_by_role("link", name="Sign in with Example SSO").click()
    page.fill('[name="login"]', "ana")
    page.fill('[name="password"]', "any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/review?kind=praise")
    expect(page.locator("main")).to_contain_text("Ana Alves")
    cookies = {cookie["name"] for cookie in page.context.cookies(page.url)}

    page.locator('form[action="/review/sign-out"] button').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.get_by_role("link", name="Sign out of Example SSO too").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url("**/review/sign-in")
    page.goto("/review")

    expect(page.get_by_role("link", name="Sign in with Example SSO")).to_be_visible()
    assert "editor" in cookies
    assert "sign-in" not in cookies
    assert [line for line in complaints if line.startswith(ours)] == []
    assert [line for line in foreign if line.startswith(ours) and f" {ours}" not in line] == []
    log = service.log.read_text()
    assert not [word for word in ("code=", "state=", "ana@", "sub") if word in log]


def test_signing_out_at_the_provider_ends_the_sessions_here(
    service: Service, process: RealProvider
) -> None:
    person = Person(process, "ana")
    with httpx2.Client(base_url=service.environment["FEEDBACK_ORIGIN"], trust_env=False) as browser:
        start = browser.get("/review/sign-in/provider").headers["location"]
        browser.get(person.go(start))
        before = browser.get("/review").status_code

        person.sign_out(f"{process.issuer}/session/end")

        assert (before, browser.get("/review").status_code) == (200, 303)
