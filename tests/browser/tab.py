"""A browser's tab that notes what a page must never do, and ways through the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

EDITOR = "ana"
PASSPHRASE = "quiet harbour seven lanterns"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteServer:
    """`origin` serves the built site in `site` and the service; `languages` maps codes to tags."""

    origin: str
    site: Path
    languages: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Tab:
    """`faults`: console errors and warnings, violations of the policy, foreign requests."""

    page: Page
    server: SiteServer
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site."""
        self.page.goto(self.server.origin + path)
        return self.page

    def settle(self) -> None:
        """Wait until the page has asked for all it wants."""
        self.page.wait_for_load_state("networkidle")


OpenTab = Callable[..., Tab]


def watch(tab: Tab) -> None:
    """Note faults from now on."""

    def note(message: str) -> None:
        tab.faults.append(f"{tab.page.url}: {message}")

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((tab.server.origin + "/", "data:", "blob:")):
            note(f"foreign request {request.url}")

    def note_said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            note(message.text)

    tab.page.on("console", note_said)
    tab.page.on("pageerror", lambda error: note(str(error)))
    tab.page.on("request", note_foreign)


def tools(page: Page, section: str) -> Locator:
    """The line of links under a section's heading."""
    return page.locator(f'.cop-tools[data-section="{section}"]')


def fill_comment(form: Locator, body: str) -> None:
    """What every comment must have."""
    for name in ("kind", "role", "about", "visibility"):
        form.locator(f'[name="{name}"]').first.check()
    form.locator('[name="body"]').fill(body)


def send(form: Locator) -> None:
    form.locator('button[type="submit"]').click()


def comment(tab: Tab, body: str) -> None:
    """By the form's own page, on a section that no other test comments on."""
    page = tab.open("/feedback/en/ethics-honesty")
    fill_comment(page.locator("form.cop-form"), body)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-receipt")


def sign_in(tab: Tab) -> Page:
    """As the editor whom the fixtures made; ends on the board."""
    page = tab.open("/review")
    page.fill('[name="name"]', EDITOR)
    page.fill('[name="passphrase"]', PASSPHRASE)
    page.click('main form button[type="submit"]')
    page.wait_for_selector('main form[action="/review/sign-out"]')
    return page
