"""What belongs to a review cycle is shown while it lasts, whatever the day of the build."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from practice.build_settings import BuildSettings
from practice.site_build import build_site
from tests.browser.tab import Tab, fill_comment, send, tools
from tests.site.conftest import Project, make_project
from tests.site.cycle_text import write_cycle

BEFORE, DURING, AFTER = "2027-01-11T08:59:58Z", "2027-01-11T09:00:01Z", "2027-07-26T17:00:01Z"
BANNER, ASKED = ".cop-banner", ".cop-asked"
OpenPage = Callable[..., Page]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _built(folder: Path, now: str) -> Project:
    project = make_project(folder / "project")
    write_cycle(project)
    moment = datetime.fromisoformat(now.replace("Z", "+00:00")).astimezone(UTC)
    build_site(project.root, site=project.site, settings=BuildSettings(), now=moment)
    return project


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the site as built at a moment is served, without a service."""
    servers = {}
    for now in (BEFORE, DURING):
        site = _built(tmp_path_factory.mktemp("cycles"), now).site
        handler = partial(_Quiet, directory=str(site))
        servers[now] = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=servers[now].serve_forever, daemon=True).start()
    yield {now: f"http://127.0.0.1:{server.server_port}" for now, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_page(chromium: Browser, origins: dict[str, str]) -> Iterator[OpenPage]:
    """A page of the site built at one moment, read at another."""
    contexts = []

    def open_one(path: str, *, built: str, read: str, script: bool = True) -> Page:
        context = chromium.new_context(java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.clock.set_fixed_time(read)
        page.goto(origins[built] + path)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("built", [BEFORE, DURING])
@pytest.mark.parametrize(("read", "shown"), [(BEFORE, False), (DURING, True), (AFTER, False)])
@pytest.mark.parametrize("part", [BANNER, ASKED])
def test_banner_and_questions_follow_the_readers_day(
    open_page: OpenPage, built: str, read: str, shown: bool, part: str
) -> None:
    page = open_page("/pt/complaints/", built=built, read=read)

    expect(page.locator(part)).to_have_count(1)
    expect(page.locator(part)).to_be_visible(visible=shown)


@pytest.mark.parametrize(
    ("read", "state"),
    [(BEFORE, "Предстоит"), (DURING, "Открыт для комментариев"), (AFTER, "Принимаются решения")],
)
def test_state_of_a_cycle_follows_the_readers_day(
    open_page: OpenPage, read: str, state: str
) -> None:
    page = open_page("/ru/cycles/", built=BEFORE, read=read)

    expect(page.locator("main .cop-badge:visible")).to_have_text([state])


def test_without_script_the_state_of_the_build_stays_with_both_dates(open_page: OpenPage) -> None:
    page = open_page("/en/complaints/", built=DURING, read=AFTER, script=False)

    expect(page.locator(BANNER)).to_contain_text("January 11, 2027")
    expect(page.locator(BANNER)).to_contain_text("July 26, 2027")


def test_question_is_answered_on_the_page_of_the_cycle(tab: Tab) -> None:
    page = tab.open("/pt/cycles/2027-1/")
    tools(page, "complaints-answer").locator(".cop-comment-link").click()
    form = page.locator(".cop-panel form.cop-form")
    fill_comment(form, "Faltou a multa.")

    send(form)

    expect(page.locator(".cop-panel .cop-receipt")).to_be_visible()
    assert page.url.endswith("/pt/cycles/2027-1/")
